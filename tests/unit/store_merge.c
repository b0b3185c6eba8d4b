/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "store/merge.h"

#include <stdlib.h>

#define FIT FILE_FORMAT_FIT
#define TCX FILE_FORMAT_TCX
enum { NONE = -1, GENERIC = 0, RUN = 1, RIDE = 2, SWIM = 5, WALK = 11, HIKE = 17, E_RIDE = 21 };

#define START INT64_C(1700000000000)
#define S INT64_C(1000)
#define H (3600 * S)

struct side_row {
	enum file_format format;
	int sport;
	int64_t at_ms;
	double duration_s, distance_m;
};

static struct merge_side side(const struct side_row *row)
{
	return (struct merge_side) {
		.format = row->format,
		.has_sport = row->sport != NONE,
		.sport = row->sport == NONE ? 0 : (uint8_t)row->sport,
		.start_ms = row->at_ms == TIME_UNKNOWN_MS ? TIME_UNKNOWN_MS : START + row->at_ms,
		.duration_s = row->duration_s,
		.distance_m = row->distance_m,
	};
}

static const struct {
	const char *name;
	struct side_row a, b;
	bool same;
} rows[] = {
	{ "the same", { FIT, RUN, 0, 3600, 1e4 }, { FIT, RUN, 0, 3600, 1e4 }, true },
	/* starts */
	{ "starts 120 s apart, short", { FIT, RUN, 0, 300, 1e3 }, { FIT, RUN, 120 * S, 300, 1e3 },
		true },
	{ "starts 121 s apart, short", { FIT, RUN, 0, 300, 1e3 }, { FIT, RUN, 121 * S, 300, 1e3 },
		false },
	/* overlap: of an hour */
	{ "80 % overlapped", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 720 * S, 3600, NAN }, true },
	{ "a second less overlapped", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 721 * S, 3600, NAN },
		false },
	{ "within the other", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 200 * S, 3300, NAN }, true },
	{ "80 % of the shorter, not of the longer", { FIT, RUN, 0, 3600, NAN },
		{ FIT, RUN, 730 * S, 3300, NAN }, false },
	/* durations */
	{ "durations 10 % apart", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 0, 3240, NAN }, true },
	{ "durations more than 10 % apart", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 0, 3239, NAN },
		false },
	{ "a duration unknown", { FIT, RUN, 0, 3600, NAN }, { FIT, RUN, 0, NAN, NAN }, false },
	/* distances do not matter without a shift */
	{ "distances far apart", { FIT, RUN, 0, 3600, 1e4 }, { TCX, RUN, 0, 3600, 2e4 }, true },
	/* sports */
	{ "a run and a ride", { FIT, RUN, 0, 3600, 1e4 }, { FIT, RIDE, 0, 3600, 1e4 }, false },
	{ "a run and a swim", { FIT, RUN, 0, 3600, 1e4 }, { FIT, SWIM, 0, 3600, 1e4 }, false },
	{ "a walk and a hike", { FIT, WALK, 0, 3600, 1e4 }, { FIT, HIKE, 0, 3600, 1e4 }, true },
	{ "a ride with and without motor", { FIT, RIDE, 0, 3600, 1e4 },
		{ FIT, E_RIDE, 0, 3600, 1e4 }, true },
	{ "Other of a TCX and a hike", { TCX, GENERIC, 0, 3600, 1e4 }, { FIT, HIKE, 0, 3600, 1e4 },
		true },
	{ "Other of a TCX and a swim", { TCX, GENERIC, 0, 3600, 1e4 }, { FIT, SWIM, 0, 3600, 1e4 },
		true },
	{ "Other of a TCX and a run", { TCX, GENERIC, 0, 3600, 1e4 }, { FIT, RUN, 0, 3600, 1e4 },
		false },
	{ "Other of a TCX and a ride", { TCX, GENERIC, 0, 3600, 1e4 },
		{ FIT, E_RIDE, 0, 3600, 1e4 }, false },
	{ "generic of a FIT and a hike", { FIT, GENERIC, 0, 3600, 1e4 },
		{ FIT, HIKE, 0, 3600, 1e4 }, false },
	{ "two without a sport", { FIT, NONE, 0, 3600, 1e4 }, { FIT, NONE, 0, 3600, 1e4 }, true },
	/* whole hours between a TCX and a FIT */
	{ "an hour early", { FIT, RUN, 0, 3600, 1e4 }, { TCX, RUN, -H, 3600, 1e4 }, true },
	{ "an hour late", { FIT, RUN, 0, 3600, 1e4 }, { TCX, RUN, H, 3600, 1e4 }, true },
	{ "14 hours and 120 s", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RUN, 14 * H + 120 * S, 3600, 1e4 }, true },
	{ "14 hours and 121 s", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RUN, 14 * H + 121 * S, 3600, 1e4 }, false },
	{ "15 hours", { FIT, RUN, 0, 3600, 1e4 }, { TCX, RUN, 15 * H, 3600, 1e4 }, false },
	{ "two hours less 120 s", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RUN, 2 * H - 120 * S, 3600, 1e4 }, true },
	{ "two hours less 121 s", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RUN, 2 * H - 121 * S, 3600, 1e4 }, false },
	{ "half past", { FIT, RUN, 0, 1200, 1e4 }, { TCX, RUN, H + H / 2, 1200, 1e4 }, false },
	{ "an hour, distances 2 % apart", { FIT, RUN, 0, 3600, 10000 }, { TCX, RUN, H, 3600, 9800 },
		true },
	{ "an hour, distances more than 2 % apart", { FIT, RUN, 0, 3600, 10000 },
		{ TCX, RUN, H, 3600, 9799 }, false },
	{ "an hour, a distance unknown", { FIT, RUN, 0, 3600, 10000 }, { TCX, RUN, H, 3600, NAN },
		false },
	{ "an hour, durations more than 10 % apart", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RUN, H, 3200, 1e4 }, false },
	{ "an hour between two FIT", { FIT, RUN, 0, 3600, 1e4 }, { FIT, RUN, H, 3600, 1e4 },
		false },
	{ "an hour between two TCX", { TCX, RUN, 0, 3600, 1e4 }, { TCX, RUN, H, 3600, 1e4 },
		false },
	{ "an hour between a run and a ride", { FIT, RUN, 0, 3600, 1e4 },
		{ TCX, RIDE, H, 3600, 1e4 }, false },
	/* no start */
	{ "a start unknown", { FIT, RUN, TIME_UNKNOWN_MS, 3600, 1e4 }, { FIT, RUN, 0, 3600, 1e4 },
		false },
	{ "both starts unknown", { FIT, RUN, TIME_UNKNOWN_MS, 3600, 1e4 },
		{ FIT, RUN, TIME_UNKNOWN_MS, 3600, 1e4 }, false },
	/* an ultra: the overlap reaches further than 120 s and further than 14 h */
	{ "80 % of four days", { FIT, RUN, 0, 360000, NAN }, { FIT, RUN, 20 * H, 360000, NAN },
		true },
};

static void recordings_are_the_same_run_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct merge_side a = side(&rows[i].a), b = side(&rows[i].b);
		if (merge_is_same(&a, &b) != rows[i].same || merge_is_same(&b, &a) != rows[i].same)
			fail_msg("%s", rows[i].name);
	}
}

static void whatever_is_the_same_lies_within_reach(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct merge_side a = side(&rows[i].a), b = side(&rows[i].b);
		if (!rows[i].same)
			continue;
		int64_t apart = llabs(a.start_ms - b.start_ms);
		if (apart > merge_reach_ms(&a) || apart > merge_reach_ms(&b))
			fail_msg("%s", rows[i].name);
	}
}

static void impossible_instants_and_durations_are_survived(void **state)
{
	(void)state;
	static const double durations[] = { NAN, INFINITY, -INFINITY, 0, -1, 1e300 };
	for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
		struct merge_side a = { .start_ms = INT64_MIN + 1, .duration_s = durations[i] };
		struct merge_side b = { .start_ms = INT64_MAX, .duration_s = durations[i] };
		(void)merge_is_same(&a, &b);
		assert_true(merge_reach_ms(&a) > 0);
	}
}

static void the_richer_recording_leads(void **state)
{
	(void)state;
	static const uint8_t low[32] = { 1 }, high[32] = { 2 };
	static const struct {
		const char *name;
		struct merge_rank leads, follows;
	} ranks[] = {
		{ "more series", { 0x15, 10, TCX, high }, { 0x82, 9999, FIT, low } },
		{ "as many series, more records", { 0x03, 11, TCX, high }, { 0x30, 10, FIT, low } },
		{ "as rich, FIT before TCX", { 0x03, 10, FIT, high }, { 0x03, 10, TCX, low } },
		{ "as rich, the smaller hash", { 0x03, 10, FIT, low }, { 0x03, 10, FIT, high } },
	};
	for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++)
		if (!merge_leads(&ranks[i].leads, &ranks[i].follows) ||
			merge_leads(&ranks[i].follows, &ranks[i].leads))
			fail_msg("%s", ranks[i].name);
	assert_false(merge_leads(&ranks[0].leads, &ranks[0].leads));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_are_the_same_run_or_not),
		cmocka_unit_test(whatever_is_the_same_lies_within_reach),
		cmocka_unit_test(impossible_instants_and_durations_are_survived),
		cmocka_unit_test(the_richer_recording_leads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
