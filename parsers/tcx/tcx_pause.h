/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* When the timer stood still. A TCX has no events: a pause is the time between two Tracks of one
 * Lap, or a gap between samples by which the Lap's TotalTimeSeconds falls short of the clock (some
 * exporters join the Tracks of a Lap). */

#include "activity/activity.h"

#define TCX_GAPS_MAX 64u

struct tcx_pauses {
	int64_t lap_start_ms;                     /* TIME_UNKNOWN_MS between laps */
	int64_t last_ms;                          /* the latest sample, at first the lap's start */
	int64_t paused_ms;                        /* of this lap, between Tracks */
	bool sampled;                             /* the lap has a sample with a time */
	bool new_track;                           /* no sample of the current Track was seen */
	struct activity_pause gaps[TCX_GAPS_MAX]; /* the longest within Tracks */
	size_t gaps_n;
};

void tcx_pauses_begin_activity(struct tcx_pauses *pauses);

/* start_ms may be TIME_UNKNOWN_MS. A start before the samples of the lap before it counts from
 * those: some watches stamp laps by the timer, so that after a pause their starts lag behind. */
void tcx_pauses_begin_lap(struct tcx_pauses *pauses, int64_t start_ms);
void tcx_pauses_begin_track(struct tcx_pauses *pauses);

/* A sample with a time. Returns 0; -ENOMEM. */
int tcx_pauses_add_point(struct tcx_pauses *pauses, struct activity *activity, int64_t time_ms);

/* The lap is over. end_ms is the next lap's start or TIME_UNKNOWN_MS, timer_s the lap's own time or
 * NAN. Does nothing when no lap is open. Returns 0; -ENOMEM. */
int tcx_pauses_end_lap(
	struct tcx_pauses *pauses, struct activity *activity, int64_t end_ms, double timer_s);

/* Sorts the pauses of an activity and joins those that overlap. */
void tcx_pauses_tidy(struct activity *activity);
