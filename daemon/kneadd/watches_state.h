/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The watches on USB as the files see them that deal with them: watches.c, and watch_end.c for what comes of a reading. */

#include "device/monitor.h"
#include "kneadd/drives.h"
#include "kneadd/patience.h"
#include "kneadd/rights.h"
#include "kneadd/watch_talk.h"

struct watches {
	sd_event *event;
	struct watch_talk talk;
	struct runner *runner;
	char trouble[WATCH_TROUBLE_BYTES]; /* of the latest reading; "" */
	void (*on_said)(void *userdata);   /* something waits to be sent */
	void *userdata;
	struct devices *devices;
	struct device_monitor *monitor;
	struct drives *drives; /* NULL: no udev to listen to */
	struct patience cut, advice, busy, mount;
	struct rights rights;
	unsigned locked_tries; /* since one arrived */
	bool system;
	char held[WATCH_TROUBLE_BYTES]; /* who holds a watch; of the latest end */
};

/* The watch of a source, while it is plugged in; else NULL. */
const struct usb_watch *watches_find(const struct watches *watches, const char *source);

/* As patience_wait(); that it cannot is logged. */
void watches_wait(struct patience *patience, int64_t ms);

/* Tells whoever sends, if something is to be said. */
void watches_nudge(const struct watches *watches, bool said);
