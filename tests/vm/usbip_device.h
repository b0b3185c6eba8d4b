/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The device's end of a USB/IP connection: requests in, answers out, and one simulated watch behind its endpoints.
 * Everything runs in one thread. */

#include "usb/wire.h"

#define USBIP_REQUESTS_MAX 96u

/* One request of the host that is not answered yet. */
struct usbip_request {
	uint32_t sequence, flags;
	unsigned endpoint; /* without its direction */
	bool in;
	bool dropped; /* behind a transfer that ended early: waits to be cancelled by the host */
	uint8_t setup[8];
	uint8_t *data; /* owned */
	size_t n, done;
};

/* What the host's controller driver did. */
struct usbip_tally {
	unsigned unlinked;    /* requests that it took back before they were answered; */
	unsigned cut;         /* of these, such that had got some bytes */
	unsigned dropped;     /* and such that were the rest of a transfer which ended early */
	unsigned continued;   /* requests that are not the last of their transfer */
	unsigned ended_short; /* of these, such that a short packet ended */
	unsigned empty;       /* transfers that an empty packet ended */
	unsigned stalls;
	unsigned configured; /* how often it was given its configuration: again after each reset */
	unsigned settings;   /* how often an interface was set */
	size_t largest;      /* bytes that one request asked for */
	size_t left;         /* requests in flight at the end */
};

struct usbip_device {
	const struct watch_profile *profile;
	struct wire wire;
	struct usbip_tally tally;
	bool cancel_loses;
	unsigned alternate; /* of the interface that speaks MTP */
	int fd;
	struct usbip_request list[USBIP_REQUESTS_MAX]; /* in the order in which they came */
	size_t n;
};

/* Reads the folder. Returns false when that fails. */
bool usbip_device_begin(
	struct usbip_device *device, struct watch_profile *profile, struct watch_counts *counts);
void usbip_device_end(struct usbip_device *device);

/* Reads one command of the host and acts on it. Returns false when the connection is over. */
bool usbip_device_take(struct usbip_device *device);

/* The endpoints move on. Returns false when the cable is pulled or the connection is over. */
bool usbip_device_turn(struct usbip_device *device);

/* Whether something may happen without a word of the host. */
bool usbip_device_waits(const struct usbip_device *device);

/* Requests on the control pipe, those of the kernel's core included. Returns the number of bytes answered; a negative
 * errno; -EAGAIN: it never answers. */
int usbip_device_control(
	struct usbip_device *device, const uint8_t setup[8], uint8_t *data, size_t n);
