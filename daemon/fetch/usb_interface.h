/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which interface of a device speaks MTP, by its descriptors. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct libusb_config_descriptor;

struct usb_interface {
	int number, alternate;
	size_t packet_bytes;    /* of the bulk endpoint in */
	uint8_t in, out, event; /* addresses of its endpoints */
	uint8_t name_at;        /* which of the device's strings is its name; 0: it has none */
};

/* Two bulk endpoints and an interrupt one: class 06/01/01 before a vendor's own (all Garmin), and that
 * before any other; of these, one that has a name.
 *
 * number  only this interface; negative: any
 * Returns false when there is none. */
bool usb_interface_find(const struct libusb_config_descriptor *configuration, int number,
	struct usb_interface *ret);
