/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/wellness_parts.h"

#include "base/cleanup.h"
#include "metrics/days.h"
#include "metrics/stats.h"
#include "metrics/wellness_points.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)
#define NOON_S INT64_C(43200)
#define EVENING_S INT64_C(64800) /* sleep that ends later goes on in another file */
#define NIGHT_GAP_S INT64_C(14400)

void wellness_parts_done(struct wellness_parts *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		free(parts->list[i].bytes);
	free(parts->list);
	*parts = (struct wellness_parts) { 0 };
}

int wellness_parts_add(struct wellness_parts *parts, const struct wellness_part *part)
{
	struct wellness_part *grown = reallocarray(parts->list, parts->n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	parts->list = grown;
	struct wellness_part *added = &grown[parts->n];
	*added = *part;
	added->bytes = malloc(part->size ? part->size : 1u);
	if (!added->bytes)
		return -ENOMEM;
	if (part->size)
		memcpy(added->bytes, part->bytes, part->size);
	parts->n++;
	return 0;
}

bool wellness_part_holds(const struct wellness_part *part)
{
	static const struct {
		uint16_t min, max;
	} limits[WELLNESS_KIND_COUNT] = {
		[WELLNESS_RESTING_HR] = { 20, 130 },
		[WELLNESS_RESTING_HR_MEAN] = { 20, 130 },
		[WELLNESS_STRESS] = { 0, 100 },
		[WELLNESS_HRV_NIGHT] = { 1, UINT16_MAX },
		[WELLNESS_HRV_FIVE_MINUTES] = { 1, UINT16_MAX },
		[WELLNESS_SLEEP_LEVEL] = { 0, 4 },
		[WELLNESS_SLEEP_SCORE] = { 0, 100 },
	};
	struct wellness_point points[WELLNESS_PART_MAX_BYTES / 2];
	size_t n = 0;
	if (part->kind >= WELLNESS_KIND_COUNT || part->size > WELLNESS_PART_MAX_BYTES ||
		wellness_points_unpack(part->bytes, part->size, points, &n) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (points[i].value < limits[part->kind].min ||
			points[i].value > limits[part->kind].max)
			return false;
	return n > 0;
}

/* A sample and the day that it belongs to. */
struct dated {
	int32_t day;
	enum wellness_kind kind;
	struct wellness_point point;
};

struct dating {
	const struct zone_rules *zone;
	int32_t day_start_h;
	int64_t begin_s; /* of the first sample of the file */
};

static int64_t floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;
	return value - (rest < 0 ? rest + step : rest);
}

static int64_t time_of(const struct wellness_sample *sample)
{
	return sample->time_ms / 1000;
}

static int32_t offset_of(const struct dating *dating, const struct wellness_sample *sample)
{
	return sample->utc_offset_s == UTC_OFFSET_UNKNOWN
		       ? zone_rules_at(dating->zone, time_of(sample))
		       : sample->utc_offset_s;
}

static int32_t day_at(const struct dating *dating, const struct wellness_sample *sample, int64_t t)
{
	return days_local_day(t, offset_of(dating, sample), dating->day_start_h);
}

/* The day of a date's noon, so that where days begin at four a night is still that of its date. A date
 * begins at evening_s o'clock of the one before, or with a day's length at midnight. */
static int32_t day_of_noon(
	const struct dating *dating, const struct wellness_sample *sample, int64_t evening_s)
{
	int32_t offset_s = offset_of(dating, sample);
	int64_t local_s = time_of(sample) + offset_s + DAY_S - evening_s;
	return day_at(dating, sample, floor_to(local_s, DAY_S) + NOON_S - offset_s);
}

/* What a watch says at the stroke of midnight it says of the day that ends, unless it has only begun
 * to look. */
static int32_t day_that_ends(const struct dating *dating, const struct wellness_sample *sample)
{
	int64_t t = time_of(sample);
	return day_at(dating, sample, t > dating->begin_s ? t - 1 : t);
}

static int32_t day_of(const struct dating *dating, const struct wellness_sample *sample)
{
	switch (sample->kind) {
	case WELLNESS_RESTING_HR:
	case WELLNESS_RESTING_HR_MEAN:
		return day_that_ends(dating, sample);
	case WELLNESS_HRV_NIGHT: /* written after waking, or read in the evening */
	case WELLNESS_SLEEP_SCORE:
		return day_of_noon(dating, sample, DAY_S);
	case WELLNESS_HRV_FIVE_MINUTES:
	case WELLNESS_SLEEP_LEVEL:
		return day_of_noon(dating, sample, EVENING_S);
	case WELLNESS_STRESS:
	case WELLNESS_KIND_COUNT:
		break;
	}
	return day_at(dating, sample, time_of(sample));
}

static int by_kind_and_time(const void *a, const void *b)
{
	const struct wellness_sample *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

/* Levels without a gap are one night and belong to the day on which it ends. */
static void date_nights(const struct dating *dating, const struct wellness_sample *samples,
	size_t n, struct dated *dated)
{
	for (size_t i = n; i-- > 0;) {
		bool goes_on = i + 1 < n && samples[i].kind == WELLNESS_SLEEP_LEVEL &&
			       samples[i + 1].kind == WELLNESS_SLEEP_LEVEL &&
			       time_of(&samples[i + 1]) - time_of(&samples[i]) <= NIGHT_GAP_S;
		dated[i].day = goes_on ? dated[i + 1].day : day_of(dating, &samples[i]);
	}
}

static int by_day_and_kind(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->point.time_s > y->point.time_s) - (x->point.time_s < y->point.time_s);
}

static struct dated *date_all(struct wellness_sample *samples, size_t n, struct dating *dating)
{
	struct dated *dated = calloc(n, sizeof *dated);
	if (!dated)
		return NULL;
	qsort(samples, n, sizeof *samples, by_kind_and_time);
	dating->begin_s = INT64_MAX;
	for (size_t i = 0; i < n; i++)
		if (time_of(&samples[i]) < dating->begin_s)
			dating->begin_s = time_of(&samples[i]);
	for (size_t i = 0; i < n; i++) {
		double value = samples[i].value * wellness_scale(samples[i].kind);
		dated[i] = (struct dated) { .kind = samples[i].kind,
			.point = { time_of(&samples[i]),
				(uint16_t)clamp(round(value), 0, UINT16_MAX) } };
	}
	date_nights(dating, samples, n, dated);
	qsort(dated, n, sizeof *dated, by_day_and_kind);
	return dated;
}

static int add_part(struct wellness_parts *parts, const struct dated *first,
	struct wellness_point *points, size_t n, bool *dropped)
{
	uint8_t bytes[WELLNESS_PART_MAX_BYTES];
	size_t size = 0;
	n = wellness_points_sort(points, n, first->kind);
	*dropped |= wellness_points_pack(points, n, bytes, sizeof bytes, &size) < n;
	return wellness_parts_add(
		parts, &(struct wellness_part) { first->day, first->kind, (uint16_t)size, bytes });
}

int wellness_parts_make(struct wellness_sample *samples, size_t n, const struct zone_rules *zone,
	int32_t day_start_h, struct wellness_parts *ret, bool *ret_dropped)
{
	struct dating dating = { .zone = zone, .day_start_h = day_start_h };
	CLEANUP(wellness_parts_done) struct wellness_parts parts = { 0 };
	bool dropped = false;
	if (n > 0) {
		AUTO_FREE struct dated *dated = date_all(samples, n, &dating);
		AUTO_FREE struct wellness_point *points = calloc(n, sizeof *points);
		if (!dated || !points)
			return -ENOMEM;
		int r = 0;
		for (size_t i = 0, end; r == 0 && i < n; i = end) {
			for (end = i; end < n && dated[end].day == dated[i].day &&
				      dated[end].kind == dated[i].kind;
				end++)
				points[end - i] = dated[end].point;
			if (parts.n == WELLNESS_MAX_PARTS)
				dropped = true;
			else
				r = add_part(&parts, &dated[i], points, end - i, &dropped);
		}
		if (r < 0)
			return r;
	}
	*ret = parts;
	*ret_dropped = dropped;
	parts = (struct wellness_parts) { 0 };
	return 0;
}
