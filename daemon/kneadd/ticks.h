/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The looks at 08:00 and 21:00 of the runner's day. What was slept through is made up by one look. */

#include "conf/conf.h"
#include "store/store.h"
#include "util/clock.h"

#include <systemd/sd-event.h>

struct ticks;

/* Called after a look that left something to send. */
typedef void (*ticks_said_fn)(void *userdata);

/* Looks at once when one was missed since the last that the store remembers. All borrowed.
 * Returns 0 or a negative errno. */
int ticks_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, ticks_said_fn on_said, void *userdata, struct ticks **ret);
struct ticks *ticks_free(struct ticks *ticks);

/* After a reload, and whenever the test clock moved. */
void ticks_check(struct ticks *ticks, const struct conf *conf);

/* The first instant after at_s at which a tick is due. */
int64_t ticks_next_s(int64_t at_s);
