/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx_pause.h"

#include <stdlib.h>

/* "Smart recording" leaves up to 8 s between samples; a shorter gap is no pause. */
#define GAP_MIN_MS 10000

/* Clock minus timer of a lap that runs through: samples and laps are stamped in whole seconds. */
#define EXCESS_MIN_MS 2000

/* The gaps must account for this share of the excess. Otherwise the lap's samples and its time do
 * not belong together (Tracks that repeat the whole activity in every lap), and nothing is said. */
#define EXPLAINED_MIN 0.8

void tcx_pauses_begin_activity(struct tcx_pauses *pauses)
{
	*pauses = (struct tcx_pauses) {
		.lap_start_ms = TIME_UNKNOWN_MS,
		.last_ms = TIME_UNKNOWN_MS,
	};
}

void tcx_pauses_begin_lap(struct tcx_pauses *pauses, int64_t start_ms)
{
	if (start_ms != TIME_UNKNOWN_MS && start_ms < pauses->last_ms)
		start_ms = pauses->last_ms;
	if (start_ms != TIME_UNKNOWN_MS)
		pauses->last_ms = start_ms;
	pauses->lap_start_ms = start_ms;
	pauses->paused_ms = 0;
	pauses->sampled = pauses->new_track = false;
	pauses->gaps_n = 0;
}

void tcx_pauses_begin_track(struct tcx_pauses *pauses)
{
	pauses->new_track = true;
}

/* Keeps the longest ones. */
static void add_gap(struct tcx_pauses *pauses, int64_t start_ms, int64_t end_ms)
{
	struct activity_pause gap = { .start_ms = start_ms, .end_ms = end_ms };
	if (end_ms - start_ms < GAP_MIN_MS)
		return;
	if (pauses->gaps_n < TCX_GAPS_MAX) {
		pauses->gaps[pauses->gaps_n++] = gap;
		return;
	}
	struct activity_pause *shortest = pauses->gaps;
	for (size_t i = 1; i < TCX_GAPS_MAX; i++)
		if (pauses->gaps[i].end_ms - pauses->gaps[i].start_ms <
			shortest->end_ms - shortest->start_ms)
			shortest = &pauses->gaps[i];
	if (end_ms - start_ms > shortest->end_ms - shortest->start_ms)
		*shortest = gap;
}

int tcx_pauses_add_point(struct tcx_pauses *pauses, struct activity *activity, int64_t time_ms)
{
	int r = 0;
	if (pauses->lap_start_ms == TIME_UNKNOWN_MS)
		pauses->lap_start_ms = time_ms;
	if (pauses->last_ms != TIME_UNKNOWN_MS && time_ms > pauses->last_ms) {
		if (pauses->new_track && pauses->sampled) {
			pauses->paused_ms += time_ms - pauses->last_ms;
			r = activity_add_pause(activity, pauses->last_ms, time_ms);
		} else {
			add_gap(pauses, pauses->last_ms, time_ms);
		}
	}
	if (time_ms > pauses->last_ms) /* TIME_UNKNOWN_MS is the smallest value */
		pauses->last_ms = time_ms;
	pauses->sampled = true;
	pauses->new_track = false;
	return r;
}

static int longest_first(const void *a, const void *b)
{
	const struct activity_pause *x = a, *y = b;
	int64_t p = x->end_ms - x->start_ms, q = y->end_ms - y->start_ms;
	return (p < q) - (p > q);
}

static int earliest_first(const void *a, const void *b)
{
	const struct activity_pause *x = a, *y = b;
	return (x->start_ms > y->start_ms) - (x->start_ms < y->start_ms);
}

/* The longest gaps, until what the timer did not count is used up. The timer stops a moment after
 * the last sample and starts with the next one, so the end of a gap is what is taken. */
static int take_gaps(struct tcx_pauses *pauses, struct activity *activity, int64_t excess_ms)
{
	int64_t explained_ms = 0;
	for (size_t i = 0; i < pauses->gaps_n; i++)
		explained_ms += pauses->gaps[i].end_ms - pauses->gaps[i].start_ms;
	if ((double)explained_ms < EXPLAINED_MIN * (double)excess_ms)
		return 0;
	qsort(pauses->gaps, pauses->gaps_n, sizeof pauses->gaps[0], longest_first);
	for (size_t i = 0; i < pauses->gaps_n && excess_ms >= EXCESS_MIN_MS; i++) {
		int64_t end_ms = pauses->gaps[i].end_ms;
		int64_t length_ms = end_ms - pauses->gaps[i].start_ms;
		if (length_ms > excess_ms)
			length_ms = excess_ms;
		int r = activity_add_pause(activity, end_ms - length_ms, end_ms);
		if (r < 0)
			return r;
		excess_ms -= length_ms;
	}
	return 0;
}

int tcx_pauses_end_lap(
	struct tcx_pauses *pauses, struct activity *activity, int64_t end_ms, double timer_s)
{
	int r = 0;
	if (pauses->lap_start_ms != TIME_UNKNOWN_MS) {
		if (end_ms > pauses->last_ms)
			add_gap(pauses, pauses->last_ms, end_ms);
		else
			end_ms = pauses->last_ms;
		int64_t clock_ms = end_ms - pauses->lap_start_ms;
		if (timer_s > 0 && timer_s <= FILE_MAX_TIMER_S)
			clock_ms -= pauses->paused_ms + (int64_t)(timer_s * 1000);
		else
			clock_ms = 0;
		if (clock_ms >= EXCESS_MIN_MS)
			r = take_gaps(pauses, activity, clock_ms);
	}
	tcx_pauses_begin_lap(pauses, TIME_UNKNOWN_MS);
	return r;
}

void tcx_pauses_tidy(struct activity *activity)
{
	size_t kept = 0;
	if (!activity->pauses_n)
		return;
	qsort(activity->pauses, activity->pauses_n, sizeof activity->pauses[0], earliest_first);
	for (size_t i = 1; i < activity->pauses_n; i++) {
		struct activity_pause *last = &activity->pauses[kept];
		const struct activity_pause *next = &activity->pauses[i];
		if (next->start_ms > last->end_ms)
			activity->pauses[++kept] = *next;
		else if (next->end_ms > last->end_ms)
			last->end_ms = next->end_ms;
	}
	activity->pauses_n = kept + 1;
}
