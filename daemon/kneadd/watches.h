/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Watches on USB: one that arrives is read; what is in the way of that is said once. */

#include "kneadd/runner.h"

struct watches;

/* Called when something waits to be sent. */
typedef void (*watches_said_fn)(void *userdata);

/* Asks the runner for those that are plugged in already. All borrowed. `system`: as the system service, whose
 * drives a unit mounts. Where there is no udev to listen to
 * (a container), that is logged and nothing more comes.
 * Returns 0; a negative errno. */
int watches_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, struct runner *runner, bool system, watches_said_fn on_said,
	void *userdata, struct watches **ret);
struct watches *watches_free(struct watches *watches);

/* The settings from now on. */
void watches_reload(struct watches *watches, const struct conf *conf);

/* The runner is through with a watch. Returns what is in the way, in a sentence, until the next call; "" */
const char *watches_on_end(struct watches *watches, const struct watch_end *end);

/* Whenever the test clock moved. */
void watches_check(struct watches *watches);
