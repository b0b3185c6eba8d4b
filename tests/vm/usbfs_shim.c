/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into kneadd-fetch in the guest, for what its kernel's controllers do not do by themselves.
 *
 * KNEAD_SINGLE_BUFFERS  usbfs says that it takes no scattered buffers, as on old controllers: libusb then splits each
 *                       transfer into requests of 16 KiB, of which the kernel takes back what a short packet leaves over
 * KNEAD_FASTER          patience with a silent watch, and each pause, take so many times less */
#include <dlfcn.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

#include <libusb-1.0/libusb.h>

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

static unsigned faster(void)
{
	const char *text = getenv("KNEAD_FASTER");
	unsigned long n = text ? strtoul(text, NULL, 10) : 1;
	return n ? (unsigned)n : 1;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list rest;
	va_start(rest, request);
	void *argument = va_arg(rest, void *);
	va_end(rest);
	int r = REAL(int, "ioctl", int, unsigned long, void *)(fd, request, argument);
	if (r == 0 && request == USBDEVFS_GET_CAPABILITIES && getenv("KNEAD_SINGLE_BUFFERS"))
		*(uint32_t *)argument &= ~(uint32_t)USBDEVFS_CAP_BULK_SCATTER_GATHER;
	return r;
}

int nanosleep(const struct timespec *time, struct timespec *left_over)
{
	long long ns = (time->tv_sec * 1000000000LL + time->tv_nsec) / faster();
	const struct timespec less = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	return REAL(int, "nanosleep", const struct timespec *, struct timespec *)(&less, left_over);
}

int libusb_bulk_transfer(libusb_device_handle *handle, unsigned char endpoint, unsigned char *data,
	int length, int *transferred, unsigned timeout)
{
	return REAL(int, "libusb_bulk_transfer", libusb_device_handle *, unsigned char,
		unsigned char *, int, int *,
		unsigned)(handle, endpoint, data, length, transferred, timeout / faster());
}
