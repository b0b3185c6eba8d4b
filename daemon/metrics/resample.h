/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One row per timer second: the time base of all sums. Seconds inside a pause give no row.
 * docs/metrics.md, "time base". */

#include "activity/activity.h"

#include <stddef.h>
#include <stdint.h>

/* Rows without a pause between them. */
struct timeline_span {
	int64_t start_s; /* UTC second of its first row */
	size_t rows;
};

struct timeline {
	const struct activity *activity; /* borrowed */
	uint32_t *order; /* owned: records in order of time, one a second (of several the last) */
	size_t order_n;
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

/* Orders the records and lays out the rows, from the first record's second to the last one's. Records
 * without a time give nothing.
 * Returns 0; -ENOMEM; -E2BIG when the rows are more than FILE_MAX_TIMER_S. */
int timeline_init(const struct activity *activity, struct timeline *ret);
void timeline_done(struct timeline *timeline);

/* The UTC second of every row; room for rows_n. */
void timeline_seconds(const struct timeline *timeline, int64_t *ret);

/* A channel, one value per row, in the unit of struct activity_record; room for rows_n. Heart rate,
 * cadence, speed, power and contact time hold the last value for at most 10 s and not across a pause.
 * Distance and altitude are linear between two values at most 60 s apart; across more, and after the
 * last value, the distance keeps what it was and the altitude is NAN. */
void timeline_channel(const struct timeline *timeline, enum channel channel, double *ret);
