/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From samples to the values of a day. */
#include "support/wellness_samples.h"

#include "metrics/wellness_points.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define DAY 20576 /* 2026-05-03 */
#define HOUR_S INT64_C(3600)

static struct ws samples; /* large; every case empties it */

/* Local clock time of the day, where the samples are two hours east. */
static int64_t at(int hour, int minute)
{
	samples.utc_offset_s = 7200;
	return DAY * DAY_S + hour * HOUR_S + minute * INT64_C(60) - 2 * HOUR_S;
}

static struct wellness_day day_from(int32_t day, int32_t day_start_h)
{
	struct wellness_parts parts = ws_parts(&samples, day_start_h);
	struct wellness_day ret = ws_day(&parts, day);
	wellness_parts_done(&parts);
	return ret;
}

static void a_day_needs_six_hours_of_stress(void **state)
{
	(void)state;
	ws_add_stress(&samples, at(8, 0), at(8, 0) + INT64_C(119) * 180, 180, 30);
	assert_near(day_from(DAY, 0).stress_avg, NAN, 0);
	ws_add_stress(&samples, at(8, 0), at(8, 0) + INT64_C(120) * 180, 180, 30);
	assert_near(day_from(DAY, 0).stress_avg, 30, 0);
	/* 355 values, one a minute, are not six hours */
	ws_add_stress(&samples, at(8, 0), at(13, 55), 60, 30);
	assert_near(day_from(DAY, 0).stress_avg, NAN, 0);
	ws_add_stress(&samples, at(8, 0), at(14, 0), 60, 30);
	assert_near(day_from(DAY, 0).stress_avg, 30, 0);
}

static void stress_falls_on_the_local_day_that_begins_when_the_runner_says(void **state)
{
	(void)state;
	ws_add_stress(&samples, at(0, 0), at(12, 0), 180, 20);
	ws_add_stress(&samples, at(12, 0), at(24, 0), 180, 50);
	ws_add_stress(&samples, at(24, 0), at(28, 0), 180, 80);
	struct ws copy = samples;
	assert_near(day_from(DAY, 0).stress_avg, 35, 0);
	samples = copy;
	assert_near(day_from(DAY, 4).stress_avg, (8 * 20 + 12 * 50 + 4 * 80) / 24.0, 1e-9);
}

static void a_sample_without_a_place_has_the_default_one(void **state)
{
	(void)state;
	samples.utc_offset_s = UTC_OFFSET_UNKNOWN; /* ws_parts() says one hour east */
	ws_add(&samples, WELLNESS_RESTING_HR, DAY * DAY_S - HOUR_S + 1, 50);
	ws_add(&samples, WELLNESS_RESTING_HR, DAY * DAY_S - HOUR_S - 1, 70);
	assert_near(day_from(DAY, 0).resting_hr_bpm, 50, 0);
}

static void the_last_resting_rate_of_the_day_counts_and_the_week_only_without_it(void **state)
{
	(void)state;
	ws_add(&samples, WELLNESS_RESTING_HR, at(9, 0), 48);
	ws_add(&samples, WELLNESS_RESTING_HR, at(6, 0), 60);
	ws_add(&samples, WELLNESS_RESTING_HR_MEAN, at(20, 0), 51);
	ws_add(&samples, WELLNESS_RESTING_HR_MEAN, at(30, 0), 52); /* the next day */
	struct ws copy = samples;
	assert_near(day_from(DAY, 0).resting_hr_bpm, 48, 0);
	samples = copy;
	assert_near(day_from(DAY + 1, 0).resting_hr_bpm, 52, 0);
}

static void at_midnight_a_watch_speaks_of_the_day_that_ends(void **state)
{
	(void)state;
	ws_add(&samples, WELLNESS_STRESS, at(23, 0), 10);
	ws_add(&samples, WELLNESS_RESTING_HR, at(24, 0), 47);
	assert_near(day_from(DAY, 0).resting_hr_bpm, 47, 0);
	ws_add(&samples, WELLNESS_RESTING_HR, at(0, 0), 46); /* the file begins */
	ws_add(&samples, WELLNESS_STRESS, at(0, 1), 10);
	assert_near(day_from(DAY, 0).resting_hr_bpm, 46, 0);
}

static void add_night(int from_hour, int to_hour)
{
	for (int hour = from_hour; hour < to_hour; hour++)
		ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(hour, 0), hour % 2 ? 2 : 3);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(to_hour, 0), 1);
}

static void a_night_belongs_to_the_day_of_waking(void **state)
{
	(void)state;
	add_night(-2, 6); /* from ten in the evening */
	assert_near(day_from(DAY, 0).sleep_h, 8, 0);
	add_night(-2, 6);
	assert_near(day_from(DAY - 1, 0).sleep_h, NAN, 0);
	add_night(-2, 3); /* up at three, where days begin at four: still the date's night */
	assert_near(day_from(DAY, 4).sleep_h, 5, 0);
	add_night(-7, 2); /* asleep at five in the afternoon */
	assert_near(day_from(DAY, 0).sleep_h, 9, 0);
	add_night(9, 16); /* after a night shift */
	assert_near(day_from(DAY, 0).sleep_h, 7, 0);
	add_night(-3, -1); /* a file that ends in the evening: the night goes on */
	assert_near(day_from(DAY, 0).sleep_h, 2, 0);
}

static void waking_alone_is_no_night_of_no_sleep(void **state)
{
	(void)state;
	for (int minute = 0; minute < 300; minute += 10)
		ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(1, minute), 1);
	assert_near(day_from(DAY, 0).sleep_h, NAN, 0);
}

static void hours_without_a_level_are_not_slept(void **state)
{
	(void)state;
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(-1, 0), 2);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(0, 0), 2);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(5, 0), 2); /* five hours later */
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(6, 30), 1);
	assert_near(day_from(DAY, 0).sleep_h, 2.5, 0);
}

static void the_summary_of_a_night_counts_before_its_parts(void **state)
{
	(void)state;
	for (int i = 0; i < 11; i++)
		ws_add(&samples, WELLNESS_HRV_FIVE_MINUTES, at(-1, 5 * i), 40 + i);
	struct ws copy = samples;
	assert_near(day_from(DAY, 0).hrv_rmssd_ms, NAN, 0); /* less than an hour */
	samples = copy;
	ws_add(&samples, WELLNESS_HRV_FIVE_MINUTES, at(5, 0), 51);
	copy = samples;
	assert_near(day_from(DAY, 0).hrv_rmssd_ms, 45.5, 0);
	samples = copy;
	ws_add(&samples, WELLNESS_HRV_NIGHT, at(7, 0), 44);
	assert_near(day_from(DAY, 0).hrv_rmssd_ms, 44, 0);
}

/* The watch writes the night again, with more of it and other levels. */
static void of_two_files_about_one_night_the_one_that_tells_more_counts(void **state)
{
	(void)state;
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(1, 0), 2);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(2, 30), 1);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(3, 0), 4);
	struct wellness_parts first = ws_parts(&samples, 0);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(0, 0), 1);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(1, 0), 3);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(5, 0), 1);
	struct wellness_parts second = ws_parts(&samples, 0);
	struct wellness_part both[] = { first.list[0], second.list[0], first.list[0] };
	for (size_t i = 0; i < 2; i++) {
		struct wellness_day day;
		assert_int_equal(wellness_parts_day(both + i, 2, DAY, &day), 0);
		assert_near(day.sleep_h, 4, 0);
	}
	wellness_parts_done(&first);
	wellness_parts_done(&second);
}

static void a_sleep_score_is_that_of_the_date(void **state)
{
	(void)state;
	ws_add(&samples, WELLNESS_SLEEP_SCORE, at(6, 0), 77);
	struct wellness_parts parts = ws_parts(&samples, 4);
	assert_int_equal(parts.n, 1);
	assert_int_equal(parts.list[0].day, DAY);
	assert_near(wellness_parts_sleep_score(parts.list, 1), 77, 0);
	assert_near(wellness_parts_sleep_score(parts.list, 0), NAN, 0);
	wellness_parts_done(&parts);
}

static void a_value_without_an_offset_has_the_zone_s_of_its_own_season(void **state)
{
	(void)state;
	/* from day 100 on two hours east of Greenwich, before it one */
	const struct zone_rules zone = { 2,
		{ { 0, 3600 }, { 100 * INT64_C(86400) + 3600, 7200 } } };
	static const int32_t days[] = { 50, 150 };
	for (size_t i = 0; i < 2; i++) {
		struct wellness_sample sample = { (days[i] * INT64_C(86400) + 81000) * 1000,
			UTC_OFFSET_UNKNOWN, WELLNESS_STRESS, 30 }; /* 22:30 UTC */
		struct wellness_parts parts;
		bool dropped = false;
		assert_int_equal(wellness_parts_make(&sample, 1, &zone, 0, &parts, &dropped), 0);
		assert_int_equal(parts.n, 1);
		assert_int_equal(parts.list[0].day, i ? 151 : 50); /* 00:30, and 23:30 */
		wellness_parts_done(&parts);
	}
}

static void more_than_a_part_holds_is_dropped_and_said(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++)
		ws_add(&samples, WELLNESS_SLEEP_LEVEL, at(0, 0) + INT64_C(3) * i, i % 5);
	const struct zone_rules utc = { 0 };
	struct wellness_parts parts;
	bool dropped = false;
	assert_int_equal(
		wellness_parts_make(samples.list, samples.n, &utc, 0, &parts, &dropped), 0);
	samples.n = 0;
	assert_true(dropped);
	assert_int_equal(parts.n, 1);
	assert_true(parts.list[0].size <= WELLNESS_PART_MAX_BYTES);
	assert_true(wellness_part_holds(&parts.list[0]));
	wellness_parts_done(&parts);
}

static void bytes_that_are_no_row_are_not_believed(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum wellness_kind kind;
		uint8_t bytes[8];
		uint16_t size;
		bool holds;
	} rows[] = {
		{ "one value", WELLNESS_STRESS, { 1, 50 }, 2, true },
		{ "two values", WELLNESS_STRESS, { 1, 50, 0x80, 1, 51 }, 5, true },
		{ "none", WELLNESS_STRESS, { 0 }, 0, false },
		{ "half a value", WELLNESS_STRESS, { 1 }, 1, false },
		{ "a number without end", WELLNESS_STRESS, { 1, 0x80 }, 2, false },
		{ "a number of six bytes", WELLNESS_STRESS, { 0x80, 0x80, 0x80, 0x80, 0x80, 1, 50 },
			7, false },
		{ "two at one time", WELLNESS_STRESS, { 1, 50, 0, 51 }, 4, false },
		{ "stress of 101", WELLNESS_STRESS, { 1, 101 }, 2, false },
		{ "a level of 5", WELLNESS_SLEEP_LEVEL, { 1, 5 }, 2, false },
		{ "a heart rate of 19", WELLNESS_RESTING_HR, { 1, 19 }, 2, false },
		{ "no kind", WELLNESS_KIND_COUNT, { 1, 50 }, 2, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t *bytes = malloc(rows[i].size + 1u); /* a sanitizer sees what is read */
		assert_non_null(bytes);
		memcpy(bytes, rows[i].bytes, rows[i].size);
		bytes = realloc(bytes, rows[i].size ? rows[i].size : 1);
		struct wellness_part part = { DAY, rows[i].kind, rows[i].size, bytes };
		if (wellness_part_holds(&part) != rows[i].holds)
			fail_msg("%s", rows[i].name);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_needs_six_hours_of_stress),
		cmocka_unit_test(stress_falls_on_the_local_day_that_begins_when_the_runner_says),
		cmocka_unit_test(a_sample_without_a_place_has_the_default_one),
		cmocka_unit_test(
			the_last_resting_rate_of_the_day_counts_and_the_week_only_without_it),
		cmocka_unit_test(at_midnight_a_watch_speaks_of_the_day_that_ends),
		cmocka_unit_test(a_night_belongs_to_the_day_of_waking),
		cmocka_unit_test(waking_alone_is_no_night_of_no_sleep),
		cmocka_unit_test(hours_without_a_level_are_not_slept),
		cmocka_unit_test(the_summary_of_a_night_counts_before_its_parts),
		cmocka_unit_test(of_two_files_about_one_night_the_one_that_tells_more_counts),
		cmocka_unit_test(a_sleep_score_is_that_of_the_date),
		cmocka_unit_test(a_value_without_an_offset_has_the_zone_s_of_its_own_season),
		cmocka_unit_test(more_than_a_part_holds_is_dropped_and_said),
		cmocka_unit_test(bytes_that_are_no_row_are_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
