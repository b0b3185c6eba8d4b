/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watches_state.h"

#include "util/log.h"

#include <string.h>

const struct usb_watch *watches_find(const struct watches *watches, const char *source)
{
	char name[WATCH_SOURCE_BYTES];
	const struct usb_watch *watch;
	for (size_t i = 0; watches->monitor && (watch = device_monitor_at(watches->monitor, i));
		i++) {
		usb_source(watch, name);
		if (strcmp(name, source) == 0)
			return watch;
	}
	return NULL;
}

void watches_wait(struct patience *patience, int64_t ms)
{
	int r = patience_wait(patience, ms);
	if (r < 0)
		(void)log_error(r, "cannot set a timer for the watches");
}

void watches_nudge(const struct watches *watches, bool said)
{
	if (said)
		watches->on_said(watches->userdata);
}
