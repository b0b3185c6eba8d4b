/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/merge.h"

#include "activity/names.h"
#include "util/hash.h"

#include <string.h>

#define START_SLACK_MS INT64_C(120000)
#define HOUR_MS INT64_C(3600000)
#define SHIFT_MAX_H 14
#define DURATION_SHARE 0.10
#define DISTANCE_SHARE 0.02
#define OVERLAP_SHARE 0.80

/* FIT profile, type sport: numbers that only this table needs */
enum { SPORT_MOUNTAINEERING = 16, SPORT_E_BIKING = 21 };

/* A number for all sports that one watch may name so and the other so. */
static int family(uint8_t sport)
{
	switch (sport) {
	case SPORT_RUNNING:
	case SPORT_WALKING:
	case SPORT_HIKING:
	case SPORT_MOUNTAINEERING:
		return SPORT_RUNNING;
	case SPORT_CYCLING:
	case SPORT_E_BIKING:
		return SPORT_CYCLING;
	default:
		return sport;
	}
}

/* A TCX knows Running, Biking and Other: what it calls generic may be anything but the first two. */
static bool may_be_other(uint8_t sport)
{
	return sport != SPORT_RUNNING && family(sport) != SPORT_CYCLING;
}

static bool same_family(const struct merge_side *a, const struct merge_side *b)
{
	uint8_t of_a = a->has_sport ? a->sport : SPORT_GENERIC;
	uint8_t of_b = b->has_sport ? b->sport : SPORT_GENERIC;
	if (of_a == SPORT_GENERIC && a->format == FILE_FORMAT_TCX)
		return may_be_other(of_b);
	if (of_b == SPORT_GENERIC && b->format == FILE_FORMAT_TCX)
		return may_be_other(of_a);
	return family(of_a) == family(of_b);
}

/* False when either is unknown. */
static bool within(double a, double b, double share)
{
	return fabs(a - b) <= share * fmax(a, b);
}

static int64_t distance_of(int64_t a, int64_t b)
{
	int64_t apart = 0;
	if (__builtin_sub_overflow(a, b, &apart) || apart == INT64_MIN)
		return INT64_MAX;
	return apart < 0 ? -apart : apart;
}

static bool starts_or_overlaps(
	const struct merge_side *a, const struct merge_side *b, int64_t apart_ms)
{
	if (apart_ms <= START_SLACK_MS)
		return true;
	const struct merge_side *first = a->start_ms < b->start_ms ? a : b;
	const struct merge_side *second = first == a ? b : a;
	double gap_s = (double)apart_ms / 1000;
	double overlap_s = fmin(first->duration_s - gap_s, second->duration_s);
	return overlap_s >= OVERLAP_SHARE * fmax(a->duration_s, b->duration_s);
}

static bool is_shifted(const struct merge_side *a, const struct merge_side *b, int64_t apart_ms)
{
	if (a->format == b->format || a->format == FILE_FORMAT_UNKNOWN ||
		b->format == FILE_FORMAT_UNKNOWN ||
		apart_ms > SHIFT_MAX_H * HOUR_MS + START_SLACK_MS)
		return false;
	int64_t hours = (apart_ms + HOUR_MS / 2) / HOUR_MS;
	return hours >= 1 && distance_of(apart_ms, hours * HOUR_MS) <= START_SLACK_MS &&
	       within(a->distance_m, b->distance_m, DISTANCE_SHARE);
}

int64_t merge_reach_ms(const struct merge_side *side)
{
	/* the overlap of 80 % leaves 20 % of the longer one, and that is at most 1/0.9 of this one */
	double longest_ms =
		side->duration_s > 0 ? side->duration_s * 1000 / (1 - DURATION_SHARE) : 0;
	double reach_ms = longest_ms * (1 - OVERLAP_SHARE) + 1;
	double shift_ms = (double)(SHIFT_MAX_H * HOUR_MS + START_SLACK_MS);
	return (int64_t)fmin(fmax(reach_ms, shift_ms), 1e12);
}

bool merge_is_same(const struct merge_side *a, const struct merge_side *b)
{
	if (a->start_ms == TIME_UNKNOWN_MS || b->start_ms == TIME_UNKNOWN_MS)
		return false;
	if (!same_family(a, b) || !within(a->duration_s, b->duration_s, DURATION_SHARE))
		return false;
	int64_t apart_ms = distance_of(a->start_ms, b->start_ms);
	return starts_or_overlaps(a, b, apart_ms) || is_shifted(a, b, apart_ms);
}

bool merge_leads(const struct merge_rank *a, const struct merge_rank *b)
{
	int series_a = __builtin_popcount(a->has_series),
	    series_b = __builtin_popcount(b->has_series);
	if (series_a != series_b)
		return series_a > series_b;
	if (a->records != b->records)
		return a->records > b->records;
	if (a->format != b->format)
		return a->format == FILE_FORMAT_FIT;
	return memcmp(a->hash, b->hash, HASH_BYTES) < 0;
}
