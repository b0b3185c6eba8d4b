/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A whole history through the message policy, instant by instant: what would have been said. Pure.
 *
 * The watch is plugged in some time after each activity; there is a look every morning and every evening. */

#include "strain/policy.h"

#define REPLAY_PLUG_IN_H 0.7 /* as in the simulated years of docs/metrics.md (heuristic) */
#define REPLAY_MORNING_HOUR 8
#define REPLAY_EVENING_HOUR 21

struct replay_plan {
	struct policy_settings settings;
	double plug_in_h; /* from the end of an activity to the import */
	double from_h;    /* the first look is the first one after this */
	double until_h;   /* nothing happens after this */
};

/* One look. record->kind tells an import (RECORD_IMPORT) from a tick; RECORD_NONE: nothing was said.
 * A negative answer ends the replay. */
typedef int (*replay_fn)(const struct said_record *record, void *userdata);

/* history is the one that the model was made from. Returns 0; -ENOMEM; what `on_look` returned. */
int replay_run(const struct strain_model *model, const struct strain_history *history,
	const struct replay_plan *plan, replay_fn on_look, void *userdata);
