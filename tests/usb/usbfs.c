/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What linux/usbdevice_fs.h offers, as far as libusb asks for it. */
#include "usb/usbfs.h"

#include <errno.h>
#include <limits.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <umockdev.h>

#define URBS_MAX 40u
/* A plain file is always ready, so libusb would ask without a pause: wait a little for it */
#define REAP_PATIENCE_USEC 10000u
#define REAP_STEP_USEC 100u
/* umockdev does not notice a client that was killed in the middle of a request: it stays "connected" for
 * ever. So a claim whose owner asked for nothing in this time is given to the next one that wants it. */
#define CLAIM_SILENCE_USEC 1500000

struct urb {
	UMockdevIoctlClient *client; /* whose it is; see clients */
	UMockdevIoctlData *request;  /* owned: struct usbdevfs_urb of the client */
	uint8_t type, endpoint;
	unsigned flags; /* USBDEVFS_URB_SHORT_NOT_OK and USBDEVFS_URB_BULK_CONTINUATION */
	size_t n, done;
	uint8_t *data; /* owned */
	bool complete;
	int status; /* 0 or a negative errno */
};

struct usbfs {
	UMockdevIoctlBase *handler;
	struct wire *wire;
	GMutex *lock;
	uint8_t device_number;
	struct urb urbs[URBS_MAX];
	size_t n;
	GPtrArray
		*clients; /* owned references: all that ever came, so that no address comes twice */
	UMockdevIoctlClient *claimed; /* by whom; NULL */
	bool cut;                    /* a transfer in several requests ended early: no more of it */
	unsigned alternate;          /* the setting of the interface that speaks MTP */
	gint64 heard_usec;           /* when the owner of the claim last asked for something */
	UMockdevIoctlClient *client; /* whose request is being answered */
};

static void forget_urb(struct usbfs *usbfs, size_t index)
{
	umockdev_ioctl_data_unref(usbfs->urbs[index].request);
	free(usbfs->urbs[index].data);
	usbfs->n--;
	memmove(&usbfs->urbs[index], &usbfs->urbs[index + 1],
		(usbfs->n - index) * sizeof usbfs->urbs[0]);
}

static void end_urb(struct urb *urb, int error)
{
	urb->complete = true;
	urb->status = -error;
}

static void run_control(struct usbfs *usbfs, struct urb *urb)
{
	if (urb->n < 8) {
		end_urb(urb, EINVAL);
		return;
	}
	int r = wire_control(usbfs->wire, urb->data, urb->data + 8, urb->n - 8);
	if (r == -EAGAIN)
		return;
	urb->done = r > 0 ? (size_t)r : 0;
	end_urb(urb, r < 0 ? -r : 0);
}

/* One request of a transfer in several ended. As the kernel: what ends early takes those behind it along. */
static void end_part(struct usbfs *usbfs, size_t index, int error)
{
	struct urb *part = &usbfs->urbs[index];
	bool early = error || (part->done < part->n && part->flags & USBDEVFS_URB_SHORT_NOT_OK);
	end_urb(part, early && !error ? EREMOTEIO : error);
	usbfs->cut = early;
	for (size_t i = index + 1; early && i < usbfs->n; i++) {
		struct urb *urb = &usbfs->urbs[i];
		if (urb->complete || urb->endpoint != part->endpoint)
			continue;
		if (!(urb->flags & USBDEVFS_URB_BULK_CONTINUATION))
			break;
		end_urb(urb, ECONNRESET);
	}
}

/* The endpoints move on; one request at a time on each. */
static void turn(struct usbfs *usbfs)
{
	bool busy_in = false;
	for (size_t i = 0; i < usbfs->n; i++) {
		struct urb *urb = &usbfs->urbs[i];
		if (urb->complete || !(urb->endpoint & 0x80) ||
			urb->type == USBDEVFS_URB_TYPE_CONTROL)
			continue;
		int error = 0;
		if (usbfs->wire->gone) {
			end_urb(urb, ENODEV);
		} else if (urb->endpoint == 0x81 && !busy_in) {
			busy_in = true;
			if (wire_in(usbfs->wire, urb->data, urb->n, &urb->done, &error)) {
				end_part(usbfs, i, error);
				busy_in = false;
			}
		} else if (urb->endpoint == 0x83) {
			if (wire_event(usbfs->wire, urb->data, urb->n, &urb->done))
				end_urb(urb, 0);
		}
	}
}

static int submit(struct usbfs *usbfs, UMockdevIoctlData *arg)
{
	UMockdevIoctlData *request =
		umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
	if (!request || usbfs->n == URBS_MAX)
		return EINVAL;
	struct usbdevfs_urb asked;
	memcpy(&asked, request->data, sizeof asked);
	bool more = asked.flags & USBDEVFS_URB_BULK_CONTINUATION;
	if (more && usbfs->cut) {
		umockdev_ioctl_data_unref(request);
		return EREMOTEIO;
	}
	if (asked.endpoint == 0x81)
		usbfs->cut = false;
	struct urb *urb = &usbfs->urbs[usbfs->n];
	*urb = (struct urb) { .client = usbfs->client,
		.type = asked.type,
		.endpoint = asked.endpoint,
		.flags = asked.flags,
		.n = (size_t)asked.buffer_length,
		.data = calloc(1, (size_t)asked.buffer_length + 1) };
	bool control = asked.type == USBDEVFS_URB_TYPE_CONTROL, out = !(asked.endpoint & 0x80);
	if ((control || out) && asked.buffer_length) {
		UMockdevIoctlData *buffer = umockdev_ioctl_data_resolve(request,
			offsetof(struct usbdevfs_urb, buffer), (gsize)asked.buffer_length, NULL);
		if (!buffer) {
			free(urb->data);
			umockdev_ioctl_data_unref(request);
			return EFAULT;
		}
		memcpy(urb->data, buffer->data, urb->n);
		umockdev_ioctl_data_unref(buffer);
	}
	urb->request = request;
	usbfs->n++;
	if (control) {
		run_control(usbfs, urb);
		return 0;
	}
	if (usbfs->claimed != usbfs->client)
		count_broken_rule(usbfs->wire->counts, "a transfer without a claimed interface");
	if (usbfs->alternate != usbfs->wire->profile->alternate)
		count_broken_rule(usbfs->wire->counts, "a transfer in a setting without endpoints");
	if (out) {
		usbfs->wire->counts->transfers_out++;
		int r = wire_out(usbfs->wire, urb->data, urb->n);
		urb->done = r ? 0 : urb->n;
		end_urb(urb, r);
	} else {
		usbfs->wire->counts->transfers_in += urb->endpoint == 0x81;
		if (urb->endpoint == 0x81 && urb->n % usbfs->wire->profile->packet_bytes)
			count_broken_rule(usbfs->wire->counts,
				"a read that is no multiple of the packet size");
		turn(usbfs);
	}
	return 0;
}

/* Gives a finished request back to the client. Returns an errno. */
static int give_back(struct usbfs *usbfs, size_t index, UMockdevIoctlData *arg)
{
	struct urb *urb = &usbfs->urbs[index];
	UMockdevIoctlData *pointer = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);
	if (!pointer)
		return EFAULT;
	bool control = urb->type == USBDEVFS_URB_TYPE_CONTROL;
	if (urb->done && (control || urb->endpoint & 0x80)) {
		size_t skip = control ? 8 : 0;
		UMockdevIoctlData *buffer = umockdev_ioctl_data_resolve(urb->request,
			offsetof(struct usbdevfs_urb, buffer), urb->done + skip, NULL);
		if (buffer) {
			umockdev_ioctl_data_update(buffer, 0, urb->data, (gint)(urb->done + skip));
			umockdev_ioctl_data_unref(buffer);
		}
	}
	int status = urb->status, done = (int)urb->done;
	umockdev_ioctl_data_update(urb->request, offsetof(struct usbdevfs_urb, status),
		(guint8 *)&status, sizeof status);
	umockdev_ioctl_data_update(urb->request, offsetof(struct usbdevfs_urb, actual_length),
		(guint8 *)&done, sizeof done);
	(void)umockdev_ioctl_data_set_ptr(pointer, 0, urb->request);
	umockdev_ioctl_data_unref(pointer);
	forget_urb(usbfs, index);
	return 0;
}

static int reap(struct usbfs *usbfs, UMockdevIoctlData *arg)
{
	for (unsigned waited = 0;; waited += REAP_STEP_USEC) {
		turn(usbfs);
		for (size_t i = 0; i < usbfs->n; i++)
			if (usbfs->urbs[i].complete && usbfs->urbs[i].client == usbfs->client)
				return give_back(usbfs, i, arg);
		if (!usbfs->n || waited >= REAP_PATIENCE_USEC)
			return usbfs->wire->gone && !usbfs->n ? ENODEV : EAGAIN;
		UMockdevIoctlClient *client = usbfs->client;
		g_mutex_unlock(usbfs->lock);
		(void)usleep(REAP_STEP_USEC);
		g_mutex_lock(usbfs->lock);
		usbfs->client = client;
	}
}

static int discard(struct usbfs *usbfs, UMockdevIoctlData *arg)
{
	unsigned long address;
	memcpy(&address, arg->data, sizeof address);
	for (size_t i = 0; i < usbfs->n; i++)
		if (usbfs->urbs[i].client == usbfs->client &&
			usbfs->urbs[i].request->client_addr == address &&
			!usbfs->urbs[i].complete) {
			end_urb(&usbfs->urbs[i], ENOENT);
			return 0;
		}
	return EINVAL;
}

static int read_u32(UMockdevIoctlData *arg, unsigned *ret)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof *ret, NULL);
	if (!data)
		return EFAULT;
	memcpy(ret, data->data, sizeof *ret);
	umockdev_ioctl_data_unref(data);
	return 0;
}

static int write_back(UMockdevIoctlData *arg, const void *value, size_t n)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, n, NULL);
	if (!data)
		return EFAULT;
	umockdev_ioctl_data_update(data, 0, (guint8 *)value, (gint)n);
	umockdev_ioctl_data_unref(data);
	return 0;
}

static void forget_urbs_of(struct usbfs *usbfs, const UMockdevIoctlClient *client)
{
	for (size_t i = 0; i < usbfs->n;)
		if (usbfs->urbs[i].client == client)
			forget_urb(usbfs, i);
		else
			i++;
}

static int claim(struct usbfs *usbfs, UMockdevIoctlData *arg)
{
	struct watch_profile *profile = usbfs->wire->profile;
	unsigned number = 0;
	if (read_u32(arg, &number))
		return EFAULT;
	if (number != profile->interface)
		count_broken_rule(
			usbfs->wire->counts, "an interface that speaks no MTP was claimed");
	usbfs->wire->counts->claims++;
	if (usbfs->claimed && usbfs->claimed != usbfs->client) {
		if (g_get_monotonic_time() - usbfs->heard_usec < CLAIM_SILENCE_USEC)
			return EBUSY;
		forget_urbs_of(usbfs, usbfs->claimed);
		usbfs->claimed = NULL;
	}
	if (profile->busy_claims) {
		profile->busy_claims -= profile->busy_claims != UINT_MAX;
		return EBUSY;
	}
	usbfs->claimed = usbfs->client;
	usbfs->heard_usec = g_get_monotonic_time();
	return 0;
}

static int set_interface(struct usbfs *usbfs, UMockdevIoctlData *arg)
{
	struct usbdevfs_setinterface asked;
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof asked, NULL);
	if (!data)
		return EFAULT;
	memcpy(&asked, data->data, sizeof asked);
	umockdev_ioctl_data_unref(data);
	if (asked.interface == usbfs->wire->profile->interface)
		usbfs->alternate = asked.altsetting;
	return 0;
}

/* The synchronous request, which libusb uses where it has no context yet. */
static int control(struct usbfs *usbfs, UMockdevIoctlData *arg, int *ret_result)
{
	UMockdevIoctlData *data =
		umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_ctrltransfer), NULL);
	if (!data)
		return EFAULT;
	struct usbdevfs_ctrltransfer asked;
	memcpy(&asked, data->data, sizeof asked);
	const uint8_t setup[8] = { asked.bRequestType, asked.bRequest, (uint8_t)asked.wValue,
		(uint8_t)(asked.wValue >> 8), (uint8_t)asked.wIndex, (uint8_t)(asked.wIndex >> 8),
		(uint8_t)asked.wLength, (uint8_t)(asked.wLength >> 8) };
	uint8_t *bytes = calloc(1, (size_t)asked.wLength + 1);
	int r = wire_control(usbfs->wire, setup, bytes, asked.wLength);
	if (r > 0 && setup[0] & 0x80) {
		UMockdevIoctlData *buffer = umockdev_ioctl_data_resolve(
			data, offsetof(struct usbdevfs_ctrltransfer, data), (gsize)r, NULL);
		if (buffer) {
			umockdev_ioctl_data_update(buffer, 0, bytes, r);
			umockdev_ioctl_data_unref(buffer);
		}
	}
	free(bytes);
	umockdev_ioctl_data_unref(data);
	*ret_result = r < 0 ? -1 : r;
	return r == -EAGAIN ? ETIMEDOUT : r < 0 ? -r : 0;
}

static int answer(
	struct usbfs *usbfs, unsigned long request, UMockdevIoctlData *arg, int *ret_result)
{
	unsigned endpoint = 0;
	uint32_t capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
				USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
				USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
	if (!usbfs->wire->profile->single_buffers)
		capabilities |= USBDEVFS_CAP_BULK_SCATTER_GATHER;
	struct usbdevfs_connectinfo info = { .devnum = usbfs->device_number };
	bool ends = request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY ||
		    request == USBDEVFS_DISCARDURB;
	if (usbfs->wire->gone && !ends)
		return ENODEV;
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		return write_back(arg, &capabilities, sizeof capabilities);
	case USBDEVFS_CONNECTINFO:
		if (usbfs->wire->profile->broken_opens) {
			usbfs->wire->profile->broken_opens -=
				usbfs->wire->profile->broken_opens != UINT_MAX;
			return EIO;
		}
		return write_back(arg, &info, sizeof info);
	case USBDEVFS_GET_SPEED:
		*ret_result = usbfs->wire->profile->packet_bytes == 64 ? 2 : 3;
		return 0;
	case USBDEVFS_CLAIMINTERFACE:
		return claim(usbfs, arg);
	case USBDEVFS_RELEASEINTERFACE:
		if (usbfs->claimed == usbfs->client)
			usbfs->claimed = NULL;
		usbfs->alternate = 0;
		return 0;
	case USBDEVFS_SETINTERFACE:
		return set_interface(usbfs, arg);
	case USBDEVFS_SETCONFIGURATION:
		return 0;
	case USBDEVFS_RESET:
		usbfs->wire->counts->resets++;
		wire_drop(usbfs->wire);
		return 0;
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_RESETEP:
		if (read_u32(arg, &endpoint))
			return EFAULT;
		wire_clear_halt(usbfs->wire, endpoint);
		return 0;
	case USBDEVFS_CONTROL:
		return control(usbfs, arg, ret_result);
	case USBDEVFS_SUBMITURB:
		return submit(usbfs, arg);
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		return reap(usbfs, arg);
	case USBDEVFS_DISCARDURB:
		return discard(usbfs, arg);
	case USBDEVFS_GETDRIVER:
		return ENODATA;
	default:
		return ENOTTY;
	}
}

/* What the owner of a node that is closed had under way ends, and nothing of it stays claimed. */
static void forget_the_dead(struct usbfs *usbfs)
{
	for (size_t i = 0; i < usbfs->n;)
		if (umockdev_ioctl_client_get_connected(usbfs->urbs[i].client))
			i++;
		else
			forget_urb(usbfs, i);
	if (usbfs->claimed && !umockdev_ioctl_client_get_connected(usbfs->claimed))
		usbfs->claimed = NULL;
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer userdata)
{
	(void)base;
	struct usbfs *usbfs = userdata;
	int result = 0;
	g_mutex_lock(usbfs->lock);
	if (!g_ptr_array_find(usbfs->clients, client, NULL))
		g_ptr_array_add(usbfs->clients, g_object_ref(client));
	forget_the_dead(usbfs);
	usbfs->client = client;
	if (client == usbfs->claimed)
		usbfs->heard_usec = g_get_monotonic_time();
	int r = answer(usbfs, umockdev_ioctl_client_get_request(client),
		umockdev_ioctl_client_get_arg(client), &result);
	g_mutex_unlock(usbfs->lock);
	umockdev_ioctl_client_complete(client, r ? -1 : result, r);
	return TRUE;
}

void *usbfs_handler(struct usbfs *usbfs)
{
	return usbfs->handler;
}

struct usbfs *usbfs_free(struct usbfs *usbfs)
{
	if (!usbfs)
		return NULL;
	while (usbfs->n)
		forget_urb(usbfs, 0);
	g_ptr_array_unref(usbfs->clients);
	g_object_unref(usbfs->handler);
	free(usbfs);
	return NULL;
}

struct usbfs *usbfs_new(struct wire *wire, GMutex *lock, uint8_t device_number)
{
	struct usbfs *usbfs = calloc(1, sizeof *usbfs);
	if (!usbfs)
		return NULL;
	usbfs->wire = wire;
	usbfs->lock = lock;
	usbfs->device_number = device_number;
	usbfs->handler = umockdev_ioctl_base_new();
	g_signal_connect(usbfs->handler, "handle-ioctl", G_CALLBACK(on_ioctl), usbfs);
	usbfs->clients = g_ptr_array_new_with_free_func(g_object_unref);
	return usbfs;
}
