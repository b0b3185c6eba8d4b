/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/patience.h"

#define ACCURACY_USEC 100000ull

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	struct patience *patience = userdata;
	patience->waits = false;
	patience->run(patience->userdata);
	return 0;
}

int patience_wait(struct patience *patience, int64_t ms)
{
	uint64_t usec = (uint64_t)ms * 1000;
	int r = 0;
	patience->waits = true;
	patience->due_ms = clock_now_ms(patience->clock) + ms;
	if (patience->clock->file) /* its owner calls when it moves */
		return 0;
	r = patience->timer ? sd_event_source_set_time_relative(patience->timer, usec)
			    : sd_event_add_time_relative(patience->event, &patience->timer,
				      CLOCK_BOOTTIME, usec, ACCURACY_USEC, on_timer, patience);
	if (r >= 0)
		r = sd_event_source_set_enabled(patience->timer, SD_EVENT_ONESHOT);
	return r < 0 ? r : 0;
}

void patience_look(struct patience *patience)
{
	if (!patience->waits || !patience->clock->file ||
		clock_now_ms(patience->clock) < patience->due_ms)
		return;
	patience->waits = false;
	patience->run(patience->userdata);
}

void patience_done(struct patience *patience)
{
	patience->timer = sd_event_source_disable_unref(patience->timer);
	patience->waits = false;
}
