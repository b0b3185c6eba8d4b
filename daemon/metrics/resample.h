/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One row per timer second: the time base of all sums. Seconds inside a pause give no row.
 * docs/metrics.md, "time base". */

#include "activity/activity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows without a pause between them. */
struct timeline_span {
	int64_t start_s; /* UTC second of its first row */
	size_t rows;
};

struct timeline {
	const struct activity *activity; /* borrowed */
	uint32_t *order;                 /* owned: the records with a time, in order of time */
	size_t order_n;
	bool merges_seconds;
	struct timeline_span *spans; /* owned, none empty */
	size_t spans_n;
	size_t rows_n;
};

enum channel {
	CHANNEL_HR,
	CHANNEL_CADENCE,
	CHANNEL_SPEED,
	CHANNEL_POWER,
	CHANNEL_CONTACT_TIME,
	CHANNEL_DISTANCE,
	CHANNEL_ALTITUDE,
	CHANNEL_COUNT,
};

/* What real files need beyond the plain rules. */
struct timeline_rules {
	/* Some files write one record per sensor. Of the records of one second the last one counts, and
	 * where it says nothing on a channel, with this also the ones before it. */
	bool merges_seconds;
	/* Some files have no timer events. When an activity has no pause and its rows exceed this timer
	 * time (NAN: not known), its longest holes of more than 10 s are taken for pauses until they fit. */
	double stated_timer_s;
};

/* Orders the records and lays out the rows, from the first record's second to the last one's. Records
 * without a time give nothing. `rules` may be NULL: the plain rules.
 * Returns 0; -ENOMEM; -E2BIG when the rows are more than FILE_MAX_TIMER_S. */
int timeline_init(
	const struct activity *activity, const struct timeline_rules *rules, struct timeline *ret);
void timeline_done(struct timeline *timeline);

/* The UTC second of every row; room for rows_n. */
void timeline_seconds(const struct timeline *timeline, int64_t *ret);

/* A channel, one value per row, in the unit of struct activity_record; room for rows_n. Heart rate,
 * cadence, speed, power and contact time hold the last value for at most 10 s and not across a pause.
 * Distance and altitude are linear between two values at most 60 s apart; across more, and after the
 * last value, the distance keeps what it was and the altitude is NAN. */
void timeline_channel(const struct timeline *timeline, enum channel channel, double *ret);
