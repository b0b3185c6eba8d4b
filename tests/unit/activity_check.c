/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "activity/activity_check.h"

#include <string.h>

static struct activity_summary unknown(void)
{
	struct activity activity;
	activity_init(&activity);
	return activity.summary;
}

static struct activity_summary plausible(void)
{
	struct activity_summary summary = unknown();
	summary.has_sport = true;
	summary.sport = 1;
	summary.start_ms = 1658661496000;
	summary.has_utc_offset = true;
	summary.utc_offset_s = -7200;
	summary.laps = 3;
	summary.records = 1433;
	summary.stated = (struct activity_stated) {
		.elapsed_s = 1500,
		.timer_s = 1433,
		.moving_s = 1400,
		.distance_m = 5000,
		.ascent_m = 0,
		.descent_m = 12,
		.hr_avg_bpm = 148,
		.hr_max_bpm = 176,
		.cadence_avg_spm = 170,
		.energy_kcal = 0,
		.total_strides = 2000,
		.rpe = 10,
		.feel = 100,
	};
	return summary;
}

static void an_unknown_summary_stays_as_it_is(void **state)
{
	(void)state;
	struct activity_summary summary = unknown();
	assert_int_equal(activity_check_summary(&summary), 0);
	assert_false(summary.has_sport);
	assert_true(summary.start_ms == TIME_UNKNOWN_MS);
	assert_near(summary.stated.timer_s, NAN, 0);
}

static void a_plausible_summary_stays_as_it_is(void **state)
{
	(void)state;
	struct activity_summary summary = plausible(), before = summary;
	assert_int_equal(activity_check_summary(&summary), 0);
	assert_memory_equal(&summary, &before, sizeof summary);
}

static void a_value_no_watch_can_mean_becomes_unknown(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t offset;
		double value;
	} rows[] = {
		{ "elapsed", offsetof(struct activity_stated, elapsed_s), -1 },
		{ "timer below 0", offsetof(struct activity_stated, timer_s), -0.001 },
		{ "timer above 100 h", offsetof(struct activity_stated, timer_s), 360001 },
		{ "moving", offsetof(struct activity_stated, moving_s), 360001 },
		{ "distance above 10,000 km", offsetof(struct activity_stated, distance_m),
			1.0001e7 },
		{ "distance below 0", offsetof(struct activity_stated, distance_m), -1 },
		{ "ascent", offsetof(struct activity_stated, ascent_m), -1 },
		{ "descent", offsetof(struct activity_stated, descent_m), 1e9 },
		{ "mean heart rate of 0", offsetof(struct activity_stated, hr_avg_bpm), 0 },
		{ "mean heart rate", offsetof(struct activity_stated, hr_avg_bpm), 256 },
		{ "maximum heart rate of 0", offsetof(struct activity_stated, hr_max_bpm), 0 },
		{ "cadence", offsetof(struct activity_stated, cadence_avg_spm), -1 },
		{ "energy", offsetof(struct activity_stated, energy_kcal), -1 },
		{ "strides", offsetof(struct activity_stated, total_strides), 1e12 },
		{ "rpe", offsetof(struct activity_stated, rpe), 10.5 },
		{ "feel", offsetof(struct activity_stated, feel), 101 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const double values[] = { rows[i].value, INFINITY, -INFINITY };
		for (size_t k = 0; k < 3; k++) {
			struct activity_summary summary = plausible();
			double *value = (double *)((char *)&summary.stated + rows[i].offset);
			*value = values[k];
			if (activity_check_summary(&summary) != 1 || !isnan(*value))
				fail_msg("%s: %g passed", rows[i].name, values[k]);
		}
	}
}

static void an_impossible_start_offset_or_sport_becomes_unknown(void **state)
{
	(void)state;
	struct activity_summary summary = plausible();
	summary.start_ms = -1;
	assert_int_equal(activity_check_summary(&summary), 1);
	assert_true(summary.start_ms == TIME_UNKNOWN_MS);
	summary = plausible();
	summary.start_ms = INT64_MAX;
	assert_int_equal(activity_check_summary(&summary), 1);
	summary = plausible();
	summary.utc_offset_s = 54001;
	assert_int_equal(activity_check_summary(&summary), 1);
	assert_false(summary.has_utc_offset);
	summary = plausible();
	summary.utc_offset_s = INT32_MIN;
	assert_int_equal(activity_check_summary(&summary), 1);
	summary = plausible();
	summary.sport = 255;
	assert_int_equal(activity_check_summary(&summary), 1);
	assert_false(summary.has_sport);
	summary = plausible();
	summary.laps = summary.records = UINT32_MAX;
	assert_int_equal(activity_check_summary(&summary), 2);
	assert_int_equal(summary.records, FILE_MAX_RECORDS);
}

static void a_sample_keeps_what_is_possible_and_loses_the_rest(void **state)
{
	(void)state;
	struct activity_record record;
	activity_record_init(&record);
	assert_int_equal(activity_check_record(&record), 0);
	record.time_ms = 1658661496000;
	record.hr_bpm = 150;
	record.speed_mps = INFINITY;
	record.distance_m = -1;
	record.latitude_semicircles = 1 << 29;
	assert_int_equal(activity_check_record(&record), 3);
	assert_near((double)record.hr_bpm, 150, 0);
	assert_near((double)record.speed_mps, NAN, 0);
	assert_near(record.distance_m, NAN, 0);
	assert_int_equal(record.latitude_semicircles, POSITION_UNKNOWN);
	record.latitude_semicircles = (1 << 30) + 1;
	record.longitude_semicircles = 0;
	assert_int_equal(activity_check_record(&record), 1);
}

static void a_profile_and_a_day_are_checked_as_well(void **state)
{
	(void)state;
	struct decoded_file file;
	decoded_file_init(&file);
	assert_int_equal(activity_check_profile(&file.profile), 0);
	file.profile.hr_max_bpm = 0;
	file.profile.age_years = 200;
	file.profile.weight_kg = 70;
	assert_int_equal(activity_check_profile(&file.profile), 2);
	assert_near(file.profile.weight_kg, 70, 0);
	struct wellness_day day = {
		.resting_hr_bpm = 48, .stress_avg = -1, .hrv_rmssd_ms = NAN, .sleep_h = 25
	};
	assert_int_equal(activity_check_wellness(&day), 2);
	assert_near(day.resting_hr_bpm, 48, 0);
	assert_near(day.stress_avg, NAN, 0);
	assert_near(day.sleep_h, NAN, 0);
}

static void a_device_name_ends_and_is_clean(void **state)
{
	(void)state;
	struct file_device device = { .product_name = "v\xc3\xadvoactive" };
	assert_int_equal(activity_check_device(&device), 0);
	assert_string_equal(device.product_name, "v\xc3\xadvoactive");
	memset(device.product_name, 'x', sizeof device.product_name);
	assert_int_equal(activity_check_device(&device), 1);
	assert_int_equal(strlen(device.product_name), sizeof device.product_name - 1);
	strcpy(device.product_name, "a\x1b[31m\xff");
	assert_int_equal(activity_check_device(&device), 1);
	assert_null(strchr(device.product_name, '\x1b'));
	device.serial = 5;
	(void)activity_check_device(&device);
	assert_int_equal(device.serial, 0); /* has_serial is not set */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_summary_stays_as_it_is),
		cmocka_unit_test(a_plausible_summary_stays_as_it_is),
		cmocka_unit_test(a_value_no_watch_can_mean_becomes_unknown),
		cmocka_unit_test(an_impossible_start_offset_or_sport_becomes_unknown),
		cmocka_unit_test(a_sample_keeps_what_is_possible_and_loses_the_rest),
		cmocka_unit_test(a_profile_and_a_day_are_checked_as_well),
		cmocka_unit_test(a_device_name_ends_and_is_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
