/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/resample.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>

#define HOLD_S 10
#define BRIDGE_S 60

static double channel_value(const struct activity_record *record, enum channel channel)
{
	switch (channel) {
	case CHANNEL_HR:
		return (double)record->hr_bpm;
	case CHANNEL_CADENCE:
		return (double)record->cadence_rpm;
	case CHANNEL_SPEED:
		return (double)record->speed_mps;
	case CHANNEL_POWER:
		return (double)record->power_w;
	case CHANNEL_CONTACT_TIME:
		return (double)record->contact_time_ms;
	case CHANNEL_DISTANCE:
		return record->distance_m;
	case CHANNEL_ALTITUDE:
		return (double)record->altitude_m;
	case CHANNEL_COUNT:
		break;
	}
	return (double)NAN;
}

/* Milliseconds to seconds, down also before 1970. */
static int64_t second_of(int64_t ms)
{
	return ms / 1000 - (ms % 1000 < 0);
}

/* The first second that is not before ms. */
static int64_t second_from(int64_t ms)
{
	return ms / 1000 + (ms % 1000 > 0);
}

static int compare_records(const void *a, const void *b, void *context)
{
	const struct activity_record *records = context;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	if (records[i].time_ms != records[k].time_ms)
		return records[i].time_ms < records[k].time_ms ? -1 : 1;
	return (i > k) - (i < k);
}

static int64_t record_second(const struct timeline *timeline, size_t at)
{
	return second_of(timeline->activity->records[timeline->order[at]].time_ms);
}

static int order_records(struct timeline *timeline)
{
	const struct activity *activity = timeline->activity;
	timeline->order = calloc(activity->records_n + 1, sizeof *timeline->order);
	if (!timeline->order)
		return -ENOMEM;
	bool sorted = true;
	int64_t latest_ms = INT64_MIN;
	size_t n = 0;
	for (size_t i = 0; i < activity->records_n; i++) {
		int64_t time_ms = activity->records[i].time_ms;
		if (time_ms == TIME_UNKNOWN_MS)
			continue;
		sorted = sorted && time_ms >= latest_ms;
		latest_ms = time_ms;
		timeline->order[n++] = (uint32_t)i;
	}
	if (!sorted)
		qsort_r(timeline->order, n, sizeof *timeline->order, compare_records,
			activity->records);
	timeline->order_n = n;
	return 0;
}

/* Appends the rows from start_s to before end_s. */
static int add_span(struct timeline *timeline, int64_t start_s, int64_t end_s)
{
	if (end_s <= start_s)
		return 0;
	uint64_t rows = (uint64_t)end_s - (uint64_t)start_s;
	if (rows > (uint64_t)FILE_MAX_TIMER_S - timeline->rows_n)
		return -E2BIG;
	timeline->spans[timeline->spans_n++] = (struct timeline_span) { start_s, (size_t)rows };
	timeline->rows_n += (size_t)rows;
	return 0;
}

/* Pauses are sorted and disjoint; what one covers lies between two spans. */
static int lay_out_spans(
	struct timeline *timeline, const struct activity_pause *pauses, size_t pauses_n)
{
	timeline->spans = calloc(pauses_n + 1, sizeof *timeline->spans);
	if (!timeline->spans)
		return -ENOMEM;
	if (timeline->order_n == 0)
		return 0;
	int64_t at_s = record_second(timeline, 0);
	int64_t end_s = record_second(timeline, timeline->order_n - 1) + 1;
	for (size_t i = 0; i < pauses_n; i++) {
		int64_t from_s = second_from(pauses[i].start_ms);
		int64_t to_s = second_from(pauses[i].end_ms);
		if (to_s <= at_s || from_s >= end_s || to_s <= from_s)
			continue;
		int r = add_span(timeline, at_s, from_s);
		if (r < 0)
			return r;
		at_s = to_s;
	}
	return add_span(timeline, at_s, end_s);
}

static int compare_length(const void *a, const void *b)
{
	const struct activity_pause *x = a, *y = b;
	int64_t x_ms = x->end_ms - x->start_ms, y_ms = y->end_ms - y->start_ms;
	return (x_ms < y_ms) - (x_ms > y_ms);
}

static int compare_start(const void *a, const void *b)
{
	const struct activity_pause *x = a, *y = b;
	return (x->start_ms > y->start_ms) - (x->start_ms < y->start_ms);
}

/* The holes in the records, in order; room for order_n. */
static size_t find_holes(const struct timeline *timeline, struct activity_pause *ret)
{
	size_t n = 0;
	for (size_t i = 1; i < timeline->order_n; i++) {
		int64_t from_s = record_second(timeline, i - 1) + 1;
		int64_t to_s = record_second(timeline, i);
		if (to_s - from_s >= HOLD_S)
			ret[n++] = (struct activity_pause) { from_s * 1000, to_s * 1000 };
	}
	return n;
}

/* Keeps the longest holes until `excess_s` is used up; returns how many, in order of time. */
static size_t choose_holes(struct activity_pause *holes, size_t n, double excess_s)
{
	qsort(holes, n, sizeof *holes, compare_length);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		double length_s = (double)(holes[i].end_ms - holes[i].start_ms) / 1000.0;
		if (excess_s <= HOLD_S)
			break;
		if (length_s > excess_s + HOLD_S)
			continue;
		excess_s -= length_s;
		holes[kept++] = holes[i];
	}
	qsort(holes, kept, sizeof *holes, compare_start);
	return kept;
}

static int lay_out_without_pauses(struct timeline *timeline, double timer_s)
{
	AUTO_FREE struct activity_pause *holes = calloc(timeline->order_n + 1, sizeof *holes);
	if (!holes)
		return -ENOMEM;
	size_t n = 0;
	if (timeline->order_n > 0) {
		double rows = (double)record_second(timeline, timeline->order_n - 1) -
			      (double)record_second(timeline, 0) + 1.0;
		n = choose_holes(holes, find_holes(timeline, holes), rows - timer_s);
	}
	return lay_out_spans(timeline, holes, n);
}

int timeline_init(
	const struct activity *activity, const struct timeline_rules *rules, struct timeline *ret)
{
	CLEANUP(timeline_done)
	struct timeline timeline = {
		.activity = activity,
		.merges_seconds = rules && rules->merges_seconds,
	};
	int r = order_records(&timeline);
	if (r < 0)
		return r;
	if (activity->pauses_n == 0 && rules && rules->stated_timer_s > 0.0)
		r = lay_out_without_pauses(&timeline, rules->stated_timer_s);
	else
		r = lay_out_spans(&timeline, activity->pauses, activity->pauses_n);
	if (r < 0)
		return r;
	*ret = timeline;
	timeline = (struct timeline) { 0 };
	return 0;
}

void timeline_done(struct timeline *timeline)
{
	free(timeline->order);
	free(timeline->spans);
	*timeline = (struct timeline) { 0 };
}

void timeline_seconds(const struct timeline *timeline, int64_t *ret)
{
	for (size_t i = 0; i < timeline->spans_n; i++) {
		for (size_t k = 0; k < timeline->spans[i].rows; k++)
			*ret++ = timeline->spans[i].start_s + (int64_t)k;
	}
}

/* A walk over the values of one channel that are there. */
struct cursor {
	const struct timeline *timeline;
	enum channel channel;
	size_t at; /* next in order */
	bool has_previous, has_next;
	int64_t previous_s, next_s;
	double previous, next;
};

/* Reads the records of one second. */
static void read_second(struct cursor *cursor)
{
	const struct timeline *timeline = cursor->timeline;
	cursor->next_s = record_second(timeline, cursor->at);
	cursor->next = (double)NAN;
	while (cursor->at < timeline->order_n &&
		record_second(timeline, cursor->at) == cursor->next_s) {
		uint32_t index = timeline->order[cursor->at++];
		double value = channel_value(&timeline->activity->records[index], cursor->channel);
		if (!isnan(value) || !timeline->merges_seconds)
			cursor->next = value;
	}
}

static void read_next(struct cursor *cursor)
{
	cursor->has_next = false;
	while (!cursor->has_next && cursor->at < cursor->timeline->order_n) {
		read_second(cursor);
		cursor->has_next = !isnan(cursor->next);
	}
}

/* Afterwards `previous` is the last value at or before the second, `next` the first after it. */
static void move_to(struct cursor *cursor, int64_t second)
{
	while (cursor->has_next && cursor->next_s <= second) {
		cursor->previous = cursor->next;
		cursor->previous_s = cursor->next_s;
		cursor->has_previous = true;
		read_next(cursor);
	}
}

static double held(const struct cursor *cursor, int64_t second, int64_t span_start_s)
{
	if (!cursor->has_previous || cursor->previous_s < span_start_s)
		return (double)NAN;
	return second - cursor->previous_s <= HOLD_S ? cursor->previous : (double)NAN;
}

static double bridged(const struct cursor *cursor, int64_t second)
{
	if (!cursor->has_previous)
		return (double)NAN;
	if (cursor->previous_s == second)
		return cursor->previous;
	if (cursor->has_next && cursor->next_s - cursor->previous_s <= BRIDGE_S) {
		double share = (double)(second - cursor->previous_s) /
			       (double)(cursor->next_s - cursor->previous_s);
		return cursor->previous + share * (cursor->next - cursor->previous);
	}
	return cursor->channel == CHANNEL_DISTANCE ? cursor->previous : (double)NAN;
}

void timeline_channel(const struct timeline *timeline, enum channel channel, double *ret)
{
	bool bridges = channel == CHANNEL_DISTANCE || channel == CHANNEL_ALTITUDE;
	struct cursor cursor = { .timeline = timeline, .channel = channel };
	read_next(&cursor);
	for (size_t i = 0; i < timeline->spans_n; i++) {
		const struct timeline_span *span = &timeline->spans[i];
		for (size_t k = 0; k < span->rows; k++) {
			int64_t second = span->start_s + (int64_t)k;
			move_to(&cursor, second);
			*ret++ = bridges ? bridged(&cursor, second)
					 : held(&cursor, second, span->start_s);
		}
	}
}
