/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The runner's profile as the history shows it, and the numbers that follow from it.
 *
 * What holds for an activity (maximum and resting heart rate, threshold speed) depends on activities that
 * started before it and on nights up to its day, never on the order in which files came. Whatever changes one
 * of these marks a range of starts as stale; before the transaction that did so ends, the numbers of all
 * recordings in it are computed again from what is kept of their samples (metrics/tally.h). */

#include "metrics/profile.h"
#include "store/store.h"

/* Computes what is stale, with the day totals; marks the days that changed. When `runner` is not the one of the
 * last time, everything is stale. Inside a transaction.
 *
 * ret_changed  recordings whose numbers changed; may be NULL
 * Returns 0; negative errno. */
int store_refresh_profile(
	struct store *store, const struct runner_profile *runner, size_t *ret_changed);

/* Peaks that a maximum heart rate which was set, or given by a watch, cannot explain. */
struct above_max {
	size_t activities; /* of the last 365 days, with a peak more than 3 bpm above */
	double peak_bpm, max_bpm;
};
#define ABOVE_MAX_BPM 3.0
#define ABOVE_MAX_ACTIVITIES 2u /* from so many on it is worth a word */
int store_above_max(struct store *store, int64_t now_ms, struct above_max *ret);
