/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/wellness_parts.h"

#include "base/cleanup.h"
#include "metrics/wellness.h"
#include "metrics/wellness_points.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SPAN_S 180 /* the day's mean is defined on values of three minutes */
#define SPANS_MIN 120
#define HRV_MIN_VALUES 12 /* an hour of the night */

/* The points of all parts of one kind, sorted, and room to work in. */
struct points {
	struct wellness_point *list; /* owned */
	size_t n;
};

static void points_done(struct points *points)
{
	free(points->list);
}

/* One part and what it tells of. */
struct stretch {
	struct wellness_point *points; /* into the room */
	size_t n;
	int64_t begin_s, end_s;
};

static size_t room_for(const struct wellness_part *parts, size_t n)
{
	size_t room = 1;
	for (size_t i = 0; i < n; i++)
		room += parts[i].size;
	return room;
}

static int gather(
	const struct wellness_part *parts, size_t n, enum wellness_kind kind, struct points *ret)
{
	struct wellness_point *list = calloc(room_for(parts, n), sizeof *list);
	if (!list)
		return -ENOMEM;
	size_t total = 0, more = 0;
	for (size_t i = 0; i < n; i++)
		if (parts[i].kind == kind && wellness_points_unpack(parts[i].bytes, parts[i].size,
						     list + total, &more) == 0)
			total += more;
	*ret = (struct points) { list, wellness_points_sort(list, total, kind) };
	return 0;
}

static double last_of(const struct points *points, enum wellness_kind kind)
{
	return points->n ? points->list[points->n - 1].value / wellness_scale(kind) : (double)NAN;
}

static int last_value(
	const struct wellness_part *parts, size_t n, enum wellness_kind kind, double *ret)
{
	CLEANUP(points_done) struct points points = { 0 };
	int r = gather(parts, n, kind, &points);
	if (r == 0)
		*ret = last_of(&points, kind);
	return r;
}

static int resting_hr(const struct wellness_part *parts, size_t n, double *ret)
{
	int r = last_value(parts, n, WELLNESS_RESTING_HR, ret);
	return r == 0 && isnan(*ret) ? last_value(parts, n, WELLNESS_RESTING_HR_MEAN, ret) : r;
}

static double mean_of(const struct points *points, enum wellness_kind kind)
{
	double sum = 0;
	for (size_t i = 0; i < points->n; i++)
		sum += points->list[i].value;
	return points->n ? sum / wellness_scale(kind) / (double)points->n : (double)NAN;
}

/* Watches write stress each minute or each third one; a day is known when 120 spans of three minutes
 * are, however many values stand in them. */
static int stress(const struct wellness_part *parts, size_t n, double *ret)
{
	CLEANUP(points_done) struct points points = { 0 };
	int r = gather(parts, n, WELLNESS_STRESS, &points);
	if (r < 0)
		return r;
	AUTO_FREE double *values = calloc(points.n + 1, sizeof *values);
	if (!values)
		return -ENOMEM;
	size_t spans = 0;
	for (size_t i = 0; i < points.n; i++) {
		values[i] = points.list[i].value;
		spans += i == 0 ||
			 points.list[i].time_s / SPAN_S != points.list[i - 1].time_s / SPAN_S;
	}
	struct wellness_stress day;
	wellness_stress_day(values, points.n, &day);
	*ret = spans >= SPANS_MIN ? day.mean : (double)NAN;
	return 0;
}

static int hrv(const struct wellness_part *parts, size_t n, double *ret)
{
	int r = last_value(parts, n, WELLNESS_HRV_NIGHT, ret);
	if (r < 0 || !isnan(*ret))
		return r;
	CLEANUP(points_done) struct points points = { 0 };
	r = gather(parts, n, WELLNESS_HRV_FIVE_MINUTES, &points);
	if (r == 0 && points.n >= HRV_MIN_VALUES)
		*ret = mean_of(&points, WELLNESS_HRV_FIVE_MINUTES);
	return r;
}

/* The longest first; what is left to choose is decided by content, never by order. */
static int by_length(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;
	int64_t length = x->end_s - x->begin_s, other = y->end_s - y->begin_s;
	if (length != other)
		return length > other ? -1 : 1;
	if (x->begin_s != y->begin_s)
		return x->begin_s < y->begin_s ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	for (size_t i = 0; i < x->n; i++) {
		if (x->points[i].time_s != y->points[i].time_s)
			return x->points[i].time_s < y->points[i].time_s ? -1 : 1;
		if (x->points[i].value != y->points[i].value)
			return x->points[i].value < y->points[i].value ? -1 : 1;
	}
	return 0;
}

static size_t unpack_stretches(const struct wellness_part *parts, size_t n,
	struct wellness_point *room, struct stretch *ret)
{
	size_t stretches = 0;
	for (size_t i = 0; i < n; i++) {
		size_t points = 0;
		if (parts[i].kind != WELLNESS_SLEEP_LEVEL ||
			wellness_points_unpack(parts[i].bytes, parts[i].size, room, &points) < 0 ||
			points == 0)
			continue;
		ret[stretches++] =
			(struct stretch) { room, points, room[0].time_s, room[points - 1].time_s };
		room += points;
	}
	if (stretches > 1)
		qsort(ret, stretches, sizeof *ret, by_length);
	return stretches;
}

static bool is_told(const struct stretch *stretches, size_t n, int64_t time_s)
{
	for (size_t i = 0; i < n; i++)
		if (time_s >= stretches[i].begin_s && time_s <= stretches[i].end_s)
			return true;
	return false;
}

/* The levels of all parts, without those of a time that a longer one tells of. */
static size_t merge_levels(const struct stretch *stretches, size_t n, struct wellness_point *ret)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < stretches[i].n; k++)
			if (!is_told(stretches, i, stretches[i].points[k].time_s))
				ret[kept++] = stretches[i].points[k];
	return wellness_points_sort(ret, kept, WELLNESS_SLEEP_LEVEL);
}

static int sleep_hours(const struct wellness_part *parts, size_t n, double *ret)
{
	size_t room = room_for(parts, n);
	AUTO_FREE struct wellness_point *points = calloc(room, sizeof *points);
	AUTO_FREE struct wellness_point *merged = calloc(room, sizeof *merged);
	AUTO_FREE struct stretch *stretches = calloc(n + 1, sizeof *stretches);
	AUTO_FREE struct sleep_level *levels = calloc(room, sizeof *levels);
	if (!points || !merged || !stretches || !levels)
		return -ENOMEM;
	size_t count = unpack_stretches(parts, n, points, stretches);
	count = merge_levels(stretches, count, merged);
	for (size_t i = 0; i < count; i++)
		levels[i] = (struct sleep_level) { (double)merged[i].time_s, merged[i].value };
	double end_s = count ? levels[count - 1].t_s : 0;
	double hours = wellness_sleep_hours(levels, count, end_s);
	*ret = hours > 0 && hours <= 24 ? hours : (double)NAN;
	return 0;
}

int wellness_parts_day(
	const struct wellness_part *parts, size_t n, int32_t day, struct wellness_day *ret)
{
	struct wellness_day made = { day, (double)NAN, (double)NAN, (double)NAN, (double)NAN };
	int r = resting_hr(parts, n, &made.resting_hr_bpm);
	if (r == 0)
		r = stress(parts, n, &made.stress_avg);
	if (r == 0)
		r = hrv(parts, n, &made.hrv_rmssd_ms);
	if (r == 0)
		r = sleep_hours(parts, n, &made.sleep_h);
	if (r == 0)
		*ret = made;
	return r;
}

double wellness_parts_sleep_score(const struct wellness_part *parts, size_t n)
{
	double score = (double)NAN;
	return last_value(parts, n, WELLNESS_SLEEP_SCORE, &score) < 0 ? (double)NAN : score;
}
