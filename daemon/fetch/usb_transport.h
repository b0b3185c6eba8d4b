/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The transport of an MTP session over libusb: one device node, one interface of it, plain synchronous
 * transfers. The only place where libusb is spoken to, and only kneadd-fetch links it.
 *
 * No device is searched for: the node is opened here and wrapped. The interface is read from the
 * descriptors of the active configuration. Nobody is pushed off: a device that another program holds is
 * waited for, then given up. */

#include "fetch/mtp_transport.h"

#include <stdbool.h>

struct usb_transport;

struct usb_options {
	const char *node; /* "/dev/bus/usb/001/007" */
	int interface;    /* its number; negative: the first that looks like MTP */
	bool reset;       /* the port may be reset as the last resort */
};

/* Opens the node and claims the interface.
 *
 * ret_why  a sentence, on failure
 * Returns 0; -EBUSY when another program holds it after ten seconds; -EACCES; -ENODEV when it is gone;
 * -EPROTONOSUPPORT when it is no MTP device, or one that must not be spoken to in MTP; -EIO; -ENOMEM. */
int usb_transport_open(
	const struct usb_options *options, struct usb_transport **ret, const char **ret_why);
struct usb_transport *usb_transport_free(struct usb_transport *usb);

/* *ret borrows usb. */
void usb_transport_use(struct usb_transport *usb, struct mtp_transport *ret);
