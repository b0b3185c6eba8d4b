/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control pipe: what a host's core asks of any device (USB 2.0, chapter 9), then what the watch knows itself. */
#include "vm/usbip_device.h"

#include <errno.h>
#include <string.h>

#define GET_STATUS 0u
#define CLEAR_FEATURE 1u
#define GET_DESCRIPTOR 6u
#define SET_CONFIGURATION 9u
#define SET_INTERFACE 11u
#define DESCRIPTOR_CONFIGURATION 2u
#define DEVICE_BYTES 18u

/* One configuration with all that belongs to it. */
static int configuration(
	const struct watch_profile *profile, unsigned index, uint8_t *data, size_t n)
{
	uint8_t all[WIRE_DESCRIPTORS_BYTES];
	size_t size = wire_descriptors(profile, all), at = DEVICE_BYTES;
	while (at < size && index--)
		at += get_u16(all + at + 2);
	if (at >= size)
		return -EPIPE;
	size_t whole = get_u16(all + at + 2);
	n = n < whole ? n : whole;
	memcpy(data, all + at, n);
	return (int)n;
}

static int set_interface(struct usbip_device *device, unsigned number, unsigned setting)
{
	device->tally.settings++;
	if (number > device->profile->interface)
		return -EPIPE;
	if (number == device->profile->interface)
		device->alternate = setting;
	return 0;
}

int usbip_device_control(
	struct usbip_device *device, const uint8_t setup[8], uint8_t *data, size_t n)
{
	unsigned type = setup[0], request = setup[1];
	bool standard = (type & 0x60) == 0;
	if (device->wire.gone)
		return -ENODEV;
	if (standard && type == 0x80 && request == GET_DESCRIPTOR &&
		setup[3] == DESCRIPTOR_CONFIGURATION)
		return configuration(device->profile, setup[2], data, n);
	if (standard && request == GET_STATUS) {
		memset(data, 0, n < 2 ? n : 2);
		return n < 2 ? (int)n : 2;
	}
	if (type == 0x02 && request == CLEAR_FEATURE) { /* a halt is all that an endpoint has */
		wire_clear_halt(&device->wire, setup[4]);
		return 0;
	}
	if (type == 0x00 && request == SET_CONFIGURATION && ++device->tally.configured)
		return setup[2] == wire_configuration(device->profile) ? 0 : -EPIPE;
	if (type == 0x01 && request == SET_INTERFACE)
		return set_interface(device, setup[4], setup[2]);
	return wire_control(&device->wire, setup, data, n);
}
