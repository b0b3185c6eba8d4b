/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One thing to be done a while later: by a timer of the loop, or, in tests, once their clock is there. */

#include "util/clock.h"

#include <systemd/sd-event.h>

struct patience {
	sd_event *event;            /* borrowed, as the next two */
	struct clock_source *clock; /* with a file: the clock of a test */
	void *userdata;             /* of run() */
	void (*run)(void *userdata);
	sd_event_source *timer; /* owned */
	int64_t due_ms;         /* by the clock of a test */
	bool waits;
};

/* Has it done in `ms` from now, and not when it was asked for before. Returns 0; a negative errno. */
int patience_wait(struct patience *patience, int64_t ms);

/* Whenever the clock of a test moved. */
void patience_look(struct patience *patience);

void patience_done(struct patience *patience);
