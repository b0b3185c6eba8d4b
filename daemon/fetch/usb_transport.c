/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/usb_transport.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "fetch/usb_interface.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libusb-1.0/libusb.h>

#define CLAIM_MAX_MS 10000u
#define CLAIM_PAUSE_MS 500u
#define OPEN_TRIES 4u
#define OPEN_PAUSE_MS 500u
#define CONTROL_TIMEOUT_MS 1000u
#define EVENT_BYTES 1024u /* whole packets of any interrupt pipe */

/* Still Image class, 5.2 */
#define REQUEST_CANCEL 0x64
#define REQUEST_STATUS 0x67
#define TO_INTERFACE 0x21
#define FROM_INTERFACE 0xA1
#define CANCEL_CODE 0x4001

#define INTERFACES_MAX 8u

#define GARMIN 0x091E
#define GARMIN_OWN_MODE 0x0003

struct usb_transport {
	char *node;
	struct usb_options options;
	libusb_context *context;
	int fd;
	libusb_device_handle *handle;
	struct usb_interface interface;
	bool claimed;
};

static int to_errno(int result)
{
	switch (result) {
	case LIBUSB_ERROR_TIMEOUT:
		return -ETIMEDOUT;
	case LIBUSB_ERROR_PIPE:
		return -EPIPE;
	case LIBUSB_ERROR_NO_DEVICE:
	case LIBUSB_ERROR_NOT_FOUND:
		return -ENODEV;
	case LIBUSB_ERROR_BUSY:
		return -EBUSY;
	case LIBUSB_ERROR_NO_MEM:
		return -ENOMEM;
	case LIBUSB_ERROR_ACCESS:
		return -EACCES;
	default:
		return result < 0 ? -EIO : 0;
	}
}

static void pause_ms(void *userdata, unsigned ms)
{
	(void)userdata;
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

static uint64_t now_ms(void *userdata)
{
	(void)userdata;
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int claim(struct usb_transport *usb)
{
	const struct usb_interface *interface = &usb->interface;
	uint64_t until = now_ms(NULL) + CLAIM_MAX_MS;
	int r;
	/* a probe or a file manager that looked in may let go */
	while ((r = libusb_claim_interface(usb->handle, interface->number)) == LIBUSB_ERROR_BUSY &&
		now_ms(NULL) < until)
		pause_ms(NULL, CLAIM_PAUSE_MS);
	if (r < 0)
		return to_errno(r);
	usb->claimed = true;
	if (interface->alternate)
		r = libusb_set_interface_alt_setting(
			usb->handle, interface->number, interface->alternate);
	return to_errno(r);
}

static void let_go(struct usb_transport *usb)
{
	if (usb->claimed)
		(void)libusb_release_interface(usb->handle, usb->interface.number);
	if (usb->handle)
		libusb_close(usb->handle);
	if (usb->fd >= 0)
		(void)close(usb->fd);
	usb->claimed = false;
	usb->handle = NULL;
	usb->fd = -1;
}

/* The active one of several, for the kernel may prefer another than the first; where there is but one, nobody needs to
 * be asked. */
static int get_configuration(struct usb_transport *usb,
	const struct libusb_device_descriptor *device, struct libusb_config_descriptor **ret)
{
	libusb_device *of = libusb_get_device(usb->handle);
	int value = 0;
	if (device->bNumConfigurations > 1 && libusb_get_configuration(usb->handle, &value) == 0 &&
		value > 0 && libusb_get_config_descriptor_by_value(of, (uint8_t)value, ret) == 0)
		return 0;
	return libusb_get_config_descriptor(of, 0, ret);
}

/* Where several look like MTP and nobody said which it is, the names that they have are asked for. */
static bool find_by_name(
	struct usb_transport *usb, const struct libusb_config_descriptor *configuration)
{
	struct usb_interface fits[INTERFACES_MAX];
	size_t n = 0;
	for (unsigned i = 0; i < configuration->bNumInterfaces && n < INTERFACES_MAX; i++) {
		const struct libusb_interface *interface = &configuration->interface[i];
		n += interface->num_altsetting > 0 &&
		     usb_interface_find(
			     configuration, interface->altsetting[0].bInterfaceNumber, &fits[n]);
	}
	for (size_t i = 0; n > 1 && i < n; i++) {
		unsigned char name[64] = "";
		if (fits[i].name_at &&
			libusb_get_string_descriptor_ascii(
				usb->handle, fits[i].name_at, name, (int)sizeof name) > 0 &&
			strcasestr((const char *)name, "MTP")) {
			usb->interface = fits[i];
			return true;
		}
	}
	return false;
}

static int find_interface(struct usb_transport *usb, const char **ret_why)
{
	struct libusb_device_descriptor device;
	struct libusb_config_descriptor *configuration = NULL;
	libusb_device *of = libusb_get_device(usb->handle);
	int r = libusb_get_device_descriptor(of, &device);
	if (r < 0)
		return to_errno(r);
	if (device.idVendor == GARMIN && device.idProduct == GARMIN_OWN_MODE) {
		*ret_why = "it is in Garmin's own mode: choose MTP in the watch's menu, System, "
			   "USB Mode";
		return -EPROTONOSUPPORT;
	}
	r = get_configuration(usb, &device, &configuration);
	if (r < 0)
		return to_errno(r);
	bool found = (usb->options.interface < 0 && find_by_name(usb, configuration)) ||
		     usb_interface_find(configuration, usb->options.interface, &usb->interface);
	libusb_free_config_descriptor(configuration);
	*ret_why = "it has no interface that speaks MTP";
	return found ? 0 : -EPROTONOSUPPORT;
}

#define CANNOT_BE_OPENED "it cannot be opened: unplug it, wait a moment, plug it in again"

static int take_once(struct usb_transport *usb, const char **ret_why)
{
	*ret_why = CANNOT_BE_OPENED;
	usb->fd = open(usb->node, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (usb->fd < 0) {
		int r = errno == ENOENT || errno == ENXIO ? -ENODEV : -errno;
		if (r == -EACCES || r == -EPERM)
			*ret_why = "no right to open it";
		return r;
	}
	int r = libusb_wrap_sys_device(usb->context, usb->fd, &usb->handle);
	if (r < 0) {
		usb->handle = NULL;
		return to_errno(r);
	}
	r = find_interface(usb, ret_why);
	if (r < 0)
		return r;
	r = claim(usb);
	*ret_why = r == -EBUSY ? "another program holds it" : CANNOT_BE_OPENED;
	return r;
}

/* One that was plugged in this very moment may not be ready to answer. */
static int take(struct usb_transport *usb, const char **ret_why)
{
	int r = take_once(usb, ret_why);
	for (unsigned tries = 1; r == -EIO && tries < OPEN_TRIES; tries++) {
		let_go(usb);
		pause_ms(NULL, OPEN_PAUSE_MS);
		r = take_once(usb, ret_why);
	}
	return r;
}

struct usb_transport *usb_transport_free(struct usb_transport *usb)
{
	if (!usb)
		return NULL;
	let_go(usb);
	if (usb->context)
		libusb_exit(usb->context);
	free(usb->node);
	free(usb);
	return NULL;
}

static void usb_freep(struct usb_transport **usb)
{
	(void)usb_transport_free(*usb);
}

int usb_transport_open(
	const struct usb_options *options, struct usb_transport **ret, const char **ret_why)
{
	CLEANUP(usb_freep) struct usb_transport *usb = calloc(1, sizeof *usb);
	if (!usb)
		return -ENOMEM;
	*usb = (struct usb_transport) {
		.node = strdup(options->node), .options = *options, .fd = -1
	};
	*ret_why = "libusb does not start";
	if (!usb->node)
		return -ENOMEM;
	/* the node is known: no device is looked for, and no thread is started for that */
	(void)libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
	int r = libusb_init(&usb->context);
	if (r < 0) {
		usb->context = NULL;
		return to_errno(r);
	}
	r = take(usb, ret_why);
	/* one that is pulled out meanwhile fails in many ways */
	if (r < 0 && access(usb->node, F_OK) < 0 && errno == ENOENT)
		return -ENODEV;
	if (r < 0)
		return r;
	*ret = TAKE_PTR(usb);
	return 0;
}

static int on_write(void *userdata, const uint8_t *data, size_t size, unsigned timeout_ms)
{
	struct usb_transport *usb = userdata;
	uint8_t copy[64]; /* libusb's parameter is not const; a command is 32 bytes at most */
	int n = 0;
	if (!usb->handle)
		return -ENODEV;
	if (size > sizeof copy)
		return -EMSGSIZE;
	memcpy(copy, data, size);
	int r = libusb_bulk_transfer(
		usb->handle, usb->interface.out, copy, (int)size, &n, timeout_ms);
	if (r < 0)
		return to_errno(r);
	return (size_t)n == size ? 0 : -EIO;
}

static int on_read(
	void *userdata, uint8_t *data, size_t size, unsigned timeout_ms, size_t *ret_size)
{
	struct usb_transport *usb = userdata;
	int n = 0;
	if (!usb->handle)
		return -ENODEV;
	int r = libusb_bulk_transfer(
		usb->handle, usb->interface.in, data, (int)size, &n, timeout_ms);
	*ret_size = n > 0 ? (size_t)n : 0;
	return to_errno(r);
}

static int on_drop_event(void *userdata, unsigned timeout_ms)
{
	struct usb_transport *usb = userdata;
	uint8_t event[EVENT_BYTES];
	int n = 0;
	if (!usb->handle)
		return -ENODEV;
	return to_errno(libusb_interrupt_transfer(
		usb->handle, usb->interface.event, event, sizeof event, &n, timeout_ms));
}

static int on_clear_halt(void *userdata, enum mtp_pipe pipe)
{
	struct usb_transport *usb = userdata;
	if (!usb->handle)
		return -ENODEV;
	return to_errno(libusb_clear_halt(
		usb->handle, pipe == MTP_PIPE_OUT ? usb->interface.out : usb->interface.in));
}

static int on_cancel(void *userdata, uint32_t transaction)
{
	struct usb_transport *usb = userdata;
	uint8_t raw[6];
	struct bytes_out out = bytes_out_of(raw, sizeof raw);
	bytes_put_le16(&out, CANCEL_CODE);
	bytes_put_le32(&out, transaction);
	if (!usb->handle)
		return -ENODEV;
	return to_errno(libusb_control_transfer(usb->handle, TO_INTERFACE, REQUEST_CANCEL, 0,
		(uint16_t)usb->interface.number, raw, sizeof raw, CONTROL_TIMEOUT_MS));
}

static int on_status(void *userdata, uint16_t *ret_code)
{
	struct usb_transport *usb = userdata;
	uint8_t raw[64];
	if (!usb->handle)
		return -ENODEV;
	int n = libusb_control_transfer(usb->handle, FROM_INTERFACE, REQUEST_STATUS, 0,
		(uint16_t)usb->interface.number, raw, sizeof raw, CONTROL_TIMEOUT_MS);
	if (n < 0)
		return to_errno(n);
	struct bytes in = bytes_of(raw, (size_t)n);
	(void)bytes_le16(&in); /* length */
	uint16_t code = bytes_le16(&in);
	if (in.failed)
		return -EIO;
	*ret_code = code;
	return 0;
}

static int on_reopen(void *userdata, unsigned quiet_ms)
{
	struct usb_transport *usb = userdata;
	const char *why = NULL;
	let_go(usb);
	pause_ms(NULL, quiet_ms);
	int r = take(usb, &why);
	if (r < 0)
		let_go(usb);
	return r;
}

static int on_reset(void *userdata)
{
	struct usb_transport *usb = userdata;
	if (!usb->options.reset || !usb->claimed)
		return -EOPNOTSUPP;
	/* "not found" says that it comes back as a new device */
	return to_errno(libusb_reset_device(usb->handle));
}

static size_t packet_bytes(void *userdata)
{
	return ((struct usb_transport *)userdata)->interface.packet_bytes;
}

void usb_transport_use(struct usb_transport *usb, struct mtp_transport *ret)
{
	static const struct mtp_transport_ops ops = {
		.write = on_write,
		.read = on_read,
		.drop_event = on_drop_event,
		.clear_halt = on_clear_halt,
		.cancel = on_cancel,
		.status = on_status,
		.reopen = on_reopen,
		.reset = on_reset,
		.pause = pause_ms,
		.now_ms = now_ms,
		.packet_bytes = packet_bytes,
	};
	*ret = (struct mtp_transport) { .ops = &ops, .userdata = usb };
}
