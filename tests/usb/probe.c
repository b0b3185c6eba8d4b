/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proves that unmodified libusb sees the simulated watch: a bare client of its own.
 *
 *   probe open|wrap NODE [OBJECT-HANDLE]  prints one line for each operation */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libusb-1.0/libusb.h>

static void put_u32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t u32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* One transaction; returns the response code, 0 when the transport fails. */
static unsigned transact(libusb_device_handle *handle, unsigned code, uint32_t id,
	const uint32_t *parameters, unsigned n, size_t *ret_bytes)
{
	static uint8_t buffer[1 << 16];
	uint8_t command[32] = { 0 };
	put_u32(command, 12 + 4 * n);
	command[4] = 1;
	command[6] = (uint8_t)code;
	command[7] = (uint8_t)(code >> 8);
	put_u32(command + 8, id);
	for (unsigned i = 0; i < n; i++)
		put_u32(command + 12 + (size_t)4 * i, parameters[i]);
	int done = 0;
	int r = libusb_bulk_transfer(handle, 0x02, command, (int)(12 + 4 * n), &done, 2000);
	if (r < 0) {
		(void)printf("%04x: out: %s\n", code, libusb_error_name(r));
		return 0;
	}
	*ret_bytes = 0;
	size_t want = 0;
	for (;;) {
		r = libusb_bulk_transfer(handle, 0x81, buffer, (int)sizeof buffer, &done, 2000);
		if (r < 0) {
			(void)printf(
				"%04x: in: %s after %d bytes\n", code, libusb_error_name(r), done);
			return 0;
		}
		if (!want && done >= 12 && buffer[4] == 3)
			return buffer[6] | (unsigned)buffer[7] << 8;
		if (!want && done >= 12) {
			want = u32(buffer);
			*ret_bytes = 0;
		}
		*ret_bytes += (size_t)done;
		if (*ret_bytes >= want)
			want = 0;
	}
}

static libusb_device_handle *open_it(const char *how, const char *node, libusb_context **ret)
{
	libusb_device_handle *handle = NULL;
	int r;
	if (strcmp(how, "wrap") == 0) {
		(void)libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
		if (libusb_init(ret) < 0)
			return NULL;
		int fd = open(node, O_RDWR | O_CLOEXEC);
		r = fd < 0 ? -errno : libusb_wrap_sys_device(*ret, fd, &handle);
		(void)printf("wrap: %d\n", r);
		return handle;
	}
	if (libusb_init(ret) < 0)
		return NULL;
	libusb_device **list = NULL;
	ssize_t n = libusb_get_device_list(*ret, &list);
	for (ssize_t i = 0; i < n && !handle; i++) {
		struct libusb_device_descriptor d;
		if (libusb_get_device_descriptor(list[i], &d) < 0 || d.idVendor == 0x1d6b)
			continue;
		r = libusb_open(list[i], &handle);
		(void)printf("open %04x:%04x: %d\n", d.idVendor, d.idProduct, r);
	}
	libusb_free_device_list(list, 1);
	return handle;
}

int main(int argc, char **argv)
{
	libusb_context *context = NULL;
	libusb_device_handle *handle = argc > 2 ? open_it(argv[1], argv[2], &context) : NULL;
	if (!handle)
		return 1;
	int r = libusb_claim_interface(handle, 0);
	(void)printf("claim: %d\n", r);
	size_t bytes = 0;
	uint32_t id = 0;
	unsigned code = transact(handle, 0x1001, id++, NULL, 0, &bytes);
	(void)printf("GetDeviceInfo: %04x, %zu bytes\n", code, bytes);
	code = transact(handle, 0x1002, 0, (const uint32_t[]) { 1 }, 1, &bytes);
	(void)printf("OpenSession: %04x\n", code);
	code = transact(handle, 0x1007, id++, (const uint32_t[]) { 0xffffffff, 0, 0 }, 3, &bytes);
	(void)printf("GetObjectHandles: %04x, %zu bytes\n", code, bytes);
	if (argc > 3) {
		code = transact(handle, 0x1009, id++,
			(const uint32_t[]) { (uint32_t)strtoul(argv[3], NULL, 0) }, 1, &bytes);
		(void)printf("GetObject: %04x, %zu bytes\n", code, bytes);
	}
	code = transact(handle, 0x1003, id, NULL, 0, &bytes);
	(void)printf("CloseSession: %04x\n", code);
	(void)libusb_release_interface(handle, 0);
	libusb_close(handle);
	libusb_exit(context);
	return code == 0x2001 ? 0 : 1;
}
