/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The device node of the simulated watch: the kernel's usbfs requests, answered by umockdev's handler. */

#include "usb/wire.h"

#include <glib.h>

struct usbfs;

/* wire and lock are borrowed: everything that touches the wire holds the lock. */
struct usbfs *usbfs_new(struct wire *wire, GMutex *lock, uint8_t device_number);

/* Of type UMockdevIoctlBase, to be attached to the node. Borrowed. */
void *usbfs_handler(struct usbfs *usbfs);
struct usbfs *usbfs_free(struct usbfs *usbfs);
