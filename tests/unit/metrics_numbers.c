/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers_compute() on made-up activities; what is expected was worked out by hand from the formulas. */

#include "support/test.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "metrics/compute.h"

#include <errno.h>

#define START_S 1770000000LL /* 2026-02-02 02:40:00 UTC */
#define ALL_DAY 86400

/* An even run: one record every `step_s` seconds from START_S on, `seconds` of them covered. */
struct run {
	uint8_t sport;
	int64_t seconds, step_s;
	float hr_bpm, cadence_rpm, speed_mps;
	double altitude_m, climb_m; /* at the start; metres a second */
	bool with_distance;
};

static const struct run even_hour = {
	.sport = SPORT_RUNNING,
	.seconds = 3600,
	.step_s = 1,
	.hr_bpm = 150.0F,
	.cadence_rpm = 84.0F,
	.speed_mps = 3.0F,
	.altitude_m = 100.0,
	.with_distance = true,
};

static struct activity make(const struct run *run)
{
	struct activity activity;
	activity_init(&activity);
	activity.summary.has_sport = true;
	activity.summary.sport = run->sport;
	activity.summary.start_ms = START_S * 1000;
	for (int64_t t = 0; t < run->seconds; t += run->step_s) {
		struct activity_record record;
		activity_record_init(&record);
		record.time_ms = (START_S + t) * 1000;
		record.hr_bpm = run->hr_bpm;
		record.cadence_rpm = run->cadence_rpm;
		record.speed_mps = run->speed_mps;
		record.altitude_m = (float)(run->altitude_m + run->climb_m * (double)t);
		if (run->with_distance)
			record.distance_m = 3.0 * (double)t;
		assert_int_equal(activity_add_record(&activity, &record), 0);
	}
	return activity;
}

/* A man of 60 and 190 bpm, with a threshold of 4.5 m/s. */
static struct runner_profile known_runner(void)
{
	return (struct runner_profile){
		.sex = SEX_MALE,
		.entries = {
			{ PROFILE_HR_MAX_BPM, PROFILE_ALWAYS, 190.0 },
			{ PROFILE_HR_REST_BPM, PROFILE_ALWAYS, 60.0 },
			{ PROFILE_THRESHOLD_SPEED_MPS, PROFILE_ALWAYS, 4.5 },
		},
		.entries_n = 3,
	};
}

static struct file_profile empty_file(void)
{
	return (struct file_profile) { .hr_max_bpm = (double)NAN,
		.hr_rest_bpm = (double)NAN,
		.threshold_hr_bpm = (double)NAN,
		.age_years = (double)NAN,
		.weight_kg = (double)NAN };
}

static struct activity_numbers compute(const struct activity *activity)
{
	struct runner_profile runner = known_runner();
	struct file_profile file = empty_file();
	struct activity_numbers numbers;
	struct tally tally;
	assert_int_equal(numbers_compute(activity, &runner, &file, &numbers, &tally), 0);
	return numbers;
}

/* What is expected of one number. */
struct expectation {
	double actual, expected, tolerance;
};

static void check_all(const struct expectation *expectations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!(fabs(expectations[i].actual - expectations[i].expected) <=
			    expectations[i].tolerance))
			fail_msg("number %zu is %.10g, expected %.10g", i, expectations[i].actual,
				expectations[i].expected);
	}
}

static void an_even_hour_gives_the_numbers_of_the_formulas(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	struct activity_numbers numbers = compute(&activity);
	const struct expectation expectations[] = {
		{ numbers.timer_s, 3600, 0 },
		{ numbers.elapsed_s, 3599, 0 },
		{ numbers.moving_s, 3600, 0 },
		{ numbers.distance_m, 10797, 1e-9 },
		{ numbers.ascent_m, 0, 1e-9 },
		{ numbers.hr_avg_bpm, 150, 1e-9 },
		{ numbers.hr_max_bpm, 150, 0 },
		{ numbers.hr_peak_bpm, 150, 0 },
		{ numbers.hr_coverage, 1, 0 },
		{ numbers.cadence_avg_spm, 168, 1e-9 },
		{ numbers.steps, 10080, 1e-6 },
		{ numbers.trimp_banister, 100.44029, 1e-4 },
		{ numbers.trimp_edwards, 180, 1e-6 },
		{ numbers.hrtss, 60.17128, 1e-4 },
		{ numbers.rtss, 44.44444, 1e-4 },
		{ numbers.load, 52.30786, 1e-4 },
		{ numbers.soreness_dose, 136.49541, 1e-4 },
		{ numbers.soreness_down, 0, 1e-9 },
		{ numbers.damage_steps[0], 6645.1157, 1e-3 },
		{ numbers.damage_steps[1], 5603.6923, 1e-3 },
		{ numbers.damage_steps[2], 4464.4701, 1e-3 },
		{ numbers.region_steps[1], 10080, 1e-6 },
		{ numbers.region_steps[4], 8064, 1e-6 },
	};
	check_all(expectations, ARRAY_SIZE(expectations));
	assert_int_equal(numbers.load_source, LOAD_RTSS_HRTSS);
	assert_int_equal(numbers.doubts, 0);
}

static void smart_recording_gives_the_same_as_every_second(void **state)
{
	(void)state;
	struct run sparse = even_hour;
	sparse.seconds = 3601; /* so that both end on the same second */
	CLEANUP(activity_done) struct activity dense_activity = make(&sparse);
	sparse.step_s = 8;
	CLEANUP(activity_done) struct activity sparse_activity = make(&sparse);
	struct activity_numbers a = compute(&dense_activity), b = compute(&sparse_activity);
	assert_near(b.timer_s, a.timer_s, 0);
	assert_near(b.distance_m, a.distance_m, 1e-9);
	assert_near(b.load, a.load, 1e-9);
	assert_near(b.steps, a.steps, 1e-6);
	assert_near(b.soreness_dose, a.soreness_dose, 1e-6);
	assert_near(b.damage_steps[0], a.damage_steps[0], 1e-6);
}

static void seconds_of_a_pause_do_not_count(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	assert_int_equal(
		activity_add_pause(&activity, (START_S + 600) * 1000, (START_S + 1200) * 1000), 0);
	struct activity_numbers numbers = compute(&activity);
	assert_near(numbers.timer_s, 3000, 0);
	assert_near(numbers.elapsed_s, 3599, 0);
	assert_near(numbers.steps, 8400, 1e-6);
	assert_near(numbers.trimp_edwards, 150, 1e-6);
}

/* The structs have padding: member by member. */
static void assert_same(const struct activity_numbers *a, const struct activity_numbers *b)
{
	const double pairs[][2] = {
		{ a->timer_s, b->timer_s },
		{ a->elapsed_s, b->elapsed_s },
		{ a->distance_m, b->distance_m },
		{ a->ascent_m, b->ascent_m },
		{ a->hr_avg_bpm, b->hr_avg_bpm },
		{ a->hr_coverage, b->hr_coverage },
		{ a->cadence_avg_spm, b->cadence_avg_spm },
		{ a->steps, b->steps },
		{ a->load, b->load },
		{ a->hrtss, b->hrtss },
		{ a->rtss, b->rtss },
		{ a->trimp_edwards, b->trimp_edwards },
		{ a->soreness_dose, b->soreness_dose },
		{ a->damage_steps[1], b->damage_steps[1] },
		{ a->region_steps[2], b->region_steps[2] },
	};
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		assert_near(pairs[i][0], pairs[i][1], 1e-9);
	assert_int_equal(a->load_source, b->load_source);
	assert_int_equal(a->doubts, b->doubts);
	assert_int_equal(a->has_series, b->has_series);
}

static void records_in_any_order_give_the_same(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity forward = make(&even_hour);
	CLEANUP(activity_done) struct activity backward = make(&even_hour);
	for (size_t i = 0; i < forward.records_n; i++)
		backward.records[i] = forward.records[forward.records_n - 1 - i];
	struct activity_numbers a = compute(&forward), b = compute(&backward);
	assert_same(&a, &b);
}

static void a_ride_has_a_load_but_no_legs(void **state)
{
	(void)state;
	struct run ride = even_hour;
	ride.sport = SPORT_CYCLING;
	CLEANUP(activity_done) struct activity activity = make(&ride);
	struct activity_numbers numbers = compute(&activity);
	assert_int_equal(numbers.load_source, LOAD_HRTSS);
	assert_near(numbers.load, 60.17128, 1e-4);
	assert_near(numbers.cadence_avg_spm, 84, 1e-9);
	assert_near(numbers.steps, (double)NAN, 0);
	assert_near(numbers.rtss, (double)NAN, 0);
	assert_near(numbers.damage_steps[0], (double)NAN, 0);
	assert_near(numbers.soreness_dose, (double)NAN, 0);
	assert_near(numbers.region_steps[0], (double)NAN, 0);
	assert_int_equal(numbers.doubts, 0);
}

static void what_is_not_there_is_unknown_and_named(void **state)
{
	(void)state;
	struct run bare = even_hour;
	bare.hr_bpm = bare.cadence_rpm = bare.speed_mps = NAN;
	bare.altitude_m = (double)NAN;
	bare.with_distance = false;
	CLEANUP(activity_done) struct activity activity = make(&bare);
	struct activity_numbers numbers = compute(&activity);
	const double unknown[] = { numbers.distance_m, numbers.ascent_m, numbers.descent_m,
		numbers.hr_avg_bpm, numbers.hr_max_bpm, numbers.hr_peak_bpm, numbers.hrtss,
		numbers.cadence_avg_spm, numbers.steps, numbers.rtss, numbers.srpe,
		numbers.trimp_banister, numbers.damage_steps[2], numbers.soreness_dose,
		numbers.region_steps[3] };
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_near(unknown[i], (double)NAN, 0);
	assert_int_equal(numbers.load_source, LOAD_DURATION);
	assert_near(numbers.load, 60, 1e-9);
	assert_int_equal(numbers.has_series, 0);
	assert_int_equal(numbers.doubts, 1u << DOUBT_NO_HR | 1u << DOUBT_NO_ALTITUDE |
						 1u << DOUBT_NO_MECHANICS | 1u << DOUBT_NO_DOSE |
						 1u << DOUBT_NO_DISTANCE);
}

static void all_zero_series_are_none(void **state)
{
	(void)state;
	struct run zero = even_hour;
	zero.hr_bpm = zero.cadence_rpm = 0.0F;
	zero.altitude_m = 0.0;
	CLEANUP(activity_done) struct activity activity = make(&zero);
	struct activity_numbers numbers = compute(&activity);
	assert_int_equal(numbers.has_series, 1u << SERIES_SPEED | 1u << SERIES_DISTANCE);
	assert_near(numbers.hr_avg_bpm, (double)NAN, 0);
	assert_near(numbers.steps, (double)NAN, 0);
	assert_near(numbers.ascent_m, (double)NAN, 0);
	assert_near(numbers.damage_steps[0], 7350.6278, 1e-3); /* cadence is estimated from speed */
}

static void without_records_the_summary_counts(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity;
	activity_init(&activity);
	activity.summary.has_sport = true;
	activity.summary.sport = SPORT_RUNNING;
	struct activity_stated *stated = &activity.summary.stated;
	stated->elapsed_s = 4000;
	stated->timer_s = 3600;
	stated->distance_m = 10800;
	stated->descent_m = 100;
	stated->rpe = 7;
	struct activity_numbers numbers = compute(&activity);
	assert_near(numbers.timer_s, 3600, 0);
	assert_near(numbers.distance_m, 10800, 0);
	assert_near(numbers.srpe, 420, 1e-9);
	assert_near(numbers.rtss, 44.44444, 1e-4);
	assert_int_equal(numbers.load_source, LOAD_RTSS);
	assert_near(numbers.soreness_down, 180, 1e-9);
	assert_near(numbers.soreness_dose, 180 + 136.5333, 1e-3);
	assert_near(numbers.damage_steps[0], (double)NAN, 0);
}

static void nothing_at_all_has_no_load(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity;
	activity_init(&activity);
	struct activity_numbers numbers = compute(&activity);
	assert_int_equal(numbers.load_source, LOAD_NONE);
	assert_near(numbers.load, (double)NAN, 0);
	assert_near(numbers.timer_s, (double)NAN, 0);
	assert_true(numbers.doubts & 1u << DOUBT_NO_LOAD);
}

static void a_rating_counts_when_nothing_better_is_there(void **state)
{
	(void)state;
	struct run bare = even_hour;
	bare.sport = SPORT_GENERIC;
	bare.hr_bpm = NAN;
	CLEANUP(activity_done) struct activity activity = make(&bare);
	activity.summary.stated.rpe = 7;
	struct activity_numbers numbers = compute(&activity);
	assert_int_equal(numbers.load_source, LOAD_SRPE);
	assert_near(numbers.load, 100, 1e-9);
}

static void a_heart_rate_that_counts_steps_gives_way_to_pace(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	for (size_t i = 0; i < activity.records_n; i++) {
		float strides = 82.0F + (float)i / 600.0F; /* it must vary to correlate */
		activity.records[i].cadence_rpm = strides;
		activity.records[i].hr_bpm = 2.0F * strides;
	}
	struct activity_numbers numbers = compute(&activity);
	assert_true(numbers.doubts & 1u << DOUBT_HR_CADENCE_LOCK);
	assert_int_equal(numbers.load_source, LOAD_RTSS);
	assert_near(numbers.load, numbers.rtss, 0);
}

static void a_hill_is_climbed_once(void **state)
{
	(void)state;
	struct run hill = even_hour;
	hill.climb_m = 0.25;
	CLEANUP(activity_done) struct activity activity = make(&hill);
	struct activity_numbers numbers = compute(&activity);
	/* 899.75 m less what the average of 7 s takes off both ends */
	assert_near(numbers.ascent_m, 899.75 - 1.75, 0.1);
	assert_near(numbers.descent_m, 0, 1e-9);
	assert_true(numbers.rtss > 2 * 44.0); /* 8.3 % up costs half as much again */
	hill.climb_m = -0.25;
	hill.altitude_m = 1000;
	CLEANUP(activity_done) struct activity downhill = make(&hill);
	struct activity_numbers down = compute(&downhill);
	assert_near(down.descent_m, 899.75 - 1.75, 0.1);
	assert_near(down.soreness_down, 898 * (1 + 1 / 1.2), 10);
	assert_true(down.rtss < 44.0);
	assert_true(down.damage_steps[2] > numbers.damage_steps[2]);
	assert_true(down.damage_steps[1] < numbers.damage_steps[1]);
}

static void speed_alone_gives_a_distance_and_distance_alone_a_speed(void **state)
{
	(void)state;
	struct run part = even_hour;
	part.with_distance = false;
	CLEANUP(activity_done) struct activity no_distance = make(&part);
	assert_near(compute(&no_distance).distance_m, 10800, 1e-6);
	assert_near(compute(&no_distance).rtss, 44.44444, 1e-4);
	part.with_distance = true;
	part.speed_mps = NAN;
	CLEANUP(activity_done) struct activity no_speed = make(&part);
	assert_near(compute(&no_speed).rtss, 44.44444, 1e-4);
	part.step_s = 40;
	part.seconds = 3601;
	CLEANUP(activity_done) struct activity sparse = make(&part);
	assert_near(compute(&sparse).rtss, 44.44444, 0.02);
}

static void a_distance_that_counts_anew_goes_on_and_a_glitch_does_not(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity laps = make(&even_hour);
	for (size_t i = 1800; i < laps.records_n; i++)
		laps.records[i].distance_m -= 5400;
	assert_near(compute(&laps).distance_m, 10797 - 3, 1e-6);
	CLEANUP(activity_done) struct activity glitch = make(&even_hour);
	glitch.records[1800].distance_m = 0;
	glitch.records[1900].distance_m = 5000;
	assert_near(compute(&glitch).distance_m, 10797, 1e-6);
}

static void records_of_one_sensor_each_are_put_together(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity whole = make(&even_hour);
	CLEANUP(activity_done) struct activity split;
	activity_init(&split);
	split.summary = whole.summary;
	for (size_t i = 0; i < whole.records_n; i++) {
		struct activity_record heart, feet = whole.records[i];
		activity_record_init(&heart);
		heart.time_ms = feet.time_ms;
		heart.hr_bpm = feet.hr_bpm;
		feet.hr_bpm = NAN;
		assert_int_equal(activity_add_record(&split, &heart), 0);
		assert_int_equal(activity_add_record(&split, &feet), 0);
	}
	struct activity_numbers a = compute(&whole), b = compute(&split);
	assert_same(&a, &b);
}

static void holes_are_pauses_where_the_timer_says_so(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	for (size_t i = 1800; i < activity.records_n; i++)
		activity.records[i].time_ms += 1000000;
	assert_near(compute(&activity).timer_s, 4600, 0);
	activity.summary.stated.timer_s = 3600;
	assert_near(compute(&activity).timer_s, 3600, 0);
	activity.summary.stated.timer_s = 4599;
	assert_near(compute(&activity).timer_s, 4600, 0);
}

static void more_than_a_hundred_hours_are_refused(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	struct runner_profile runner = known_runner();
	struct file_profile file = empty_file();
	struct activity_numbers numbers;
	struct tally tally;
	struct activity_record *last = &activity.records[activity.records_n - 1];
	last->time_ms = (START_S + 359999) * 1000;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), 0);
	assert_near(numbers.timer_s, 360000, 0);
	last->time_ms = (START_S + 360000LL) * 1000;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), -E2BIG);
	last->time_ms = INT64_MAX;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), -E2BIG);
	activity.records[0].time_ms = INT64_MIN + 1;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), -E2BIG);
}

static void records_without_a_time_are_left_out(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	for (size_t i = 0; i < activity.records_n; i++)
		activity.records[i].time_ms = TIME_UNKNOWN_MS;
	activity.summary.stated.timer_s = 3000;
	struct activity_numbers numbers = compute(&activity);
	assert_near(numbers.timer_s, 3000, 0);
	assert_near(numbers.hr_avg_bpm, 150, 1e-9); /* what needs no time is there */
	assert_near(numbers.cadence_avg_spm, 168, 1e-9);
	assert_near(numbers.distance_m, 10797, 1e-9);
	assert_int_equal(numbers.load_source, LOAD_RTSS); /* by the mean speed */
	assert_near(numbers.load, 100 * 3000 / 3600.0 * pow(10797 / 3000.0 / 4.5, 2), 1e-9);
}

/* The samples end, the summary goes on: an hour of which `seconds` are there. */
static struct activity_numbers compute_partial(double seconds, float rpe)
{
	struct run run = even_hour;
	run.seconds = (unsigned)seconds;
	CLEANUP(activity_done) struct activity activity = make(&run);
	activity.summary.stated.timer_s = 3600;
	activity.summary.stated.elapsed_s = 3600;
	activity.summary.stated.distance_m = 10800;
	activity.summary.stated.descent_m = 50;
	activity.summary.stated.rpe = (double)rpe;
	return compute(&activity);
}

static void most_of_a_recording_speaks_for_all_of_it(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity whole_activity = make(&even_hour);
	struct activity_numbers whole = compute(&whole_activity);
	struct activity_numbers part = compute_partial(3000, NAN);
	assert_true(part.doubts & 1u << DOUBT_PARTIAL);
	assert_near(part.timer_s, 3000, 0); /* of the samples, as before */
	assert_near(part.hr_coverage, 3000 / 3600.0, 1e-9);
	assert_near(part.hrtss, whole.hrtss, 0.01);
	assert_near(part.rtss, whole.rtss, 0.1);
	assert_near(part.damage_steps[0], whole.damage_steps[0], whole.damage_steps[0] * 2e-3);
	assert_near(part.region_steps[1], whole.region_steps[1], whole.region_steps[1] * 2e-3);
}

static void a_small_rest_of_a_recording_leaves_what_the_file_states(void **state)
{
	(void)state;
	struct activity_numbers part = compute_partial(600, NAN);
	assert_near(part.hrtss, NAN, 0); /* a sixth of the heart rate */
	assert_int_equal(part.load_source, LOAD_RTSS);
	assert_near(part.load, 100 * pow(3.0 / 4.5, 2), 1e-9);
	assert_near(part.damage_steps[0], NAN, 0);
	assert_near(part.soreness_down, 90, 1e-9);
	struct run no_way = even_hour;
	no_way.seconds = 600;
	no_way.with_distance = false;
	no_way.speed_mps = NAN;
	CLEANUP(activity_done) struct activity activity = make(&no_way);
	activity.summary.stated.timer_s = 3600;
	activity.summary.stated.rpe = 7;
	assert_int_equal(compute(&activity).load_source, LOAD_SRPE);
	assert_near(compute(&activity).load, 100, 1e-9);
	activity.summary.stated.rpe = (double)NAN;
	assert_near(compute(&activity).load, 60, 1e-9);
	activity.summary.stated.elapsed_s = 600; /* no timer runs longer than the clock */
	assert_int_equal(compute(&activity).load_source, LOAD_HRTSS);
	activity.summary.stated.elapsed_s = (double)NAN;
	activity.summary.stated.timer_s = 700; /* a stop at the end, no loss */
	assert_false(compute(&activity).doubts & 1u << DOUBT_PARTIAL);
}

static void heights_are_smoothed_by_what_measured_them(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	for (size_t i = 0; i < activity.records_n; i++) /* waves of 4 m, five minutes long */
		activity.records[i].altitude_m = (float)(100 + 2 * sin((double)i * M_PI / 150));
	double ascent_m[ALTITUDE_SOURCE_COUNT];
	for (int source = 0; source < ALTITUDE_SOURCE_COUNT; source++) {
		activity.altitude_source = (enum altitude_source)source;
		struct activity_numbers numbers = compute(&activity);
		assert_int_equal(numbers.altitude_source, source);
		assert_int_equal(
			(numbers.doubts & 1u << DOUBT_GPS_ALTITUDE) != 0, source == ALTITUDE_GPS);
		ascent_m[source] = numbers.ascent_m;
	}
	assert_true(ascent_m[ALTITUDE_BAROMETER] > ascent_m[ALTITUDE_UNKNOWN]);
	assert_true(ascent_m[ALTITUDE_UNKNOWN] > ascent_m[ALTITUDE_GPS] + 1);
	for (size_t i = 0; i < activity.records_n; i++) /* no ground does this */
		activity.records[i].altitude_m = i / 20 % 2 ? 1000 : 100;
	struct activity_numbers numbers = compute(&activity);
	assert_near(numbers.ascent_m, NAN, 0);
	assert_true(numbers.doubts & 1u << DOUBT_NO_ALTITUDE);
	assert_true(numbers.soreness_down == 0);
}

static void a_treadmill_is_a_run_by_either_name(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	struct activity_numbers run = compute(&activity);
	activity.summary.sport = 4; /* fitness_equipment */
	assert_near(compute(&activity).soreness_dose, NAN, 0);
	activity.summary.has_sub_sport = true;
	activity.summary.sub_sport = 1; /* treadmill */
	assert_near(compute(&activity).soreness_dose, run.soreness_dose, 1e-9);
	assert_near(compute(&activity).rtss, run.rtss, 1e-9);
}

static void a_configured_value_holds_from_its_day_on(void **state)
{
	(void)state;
	CLEANUP(activity_done) struct activity activity = make(&even_hour);
	struct runner_profile runner = {
		.entries = {
			{ PROFILE_HR_MAX_BPM, START_S / ALL_DAY + 1, 170.0 },
			{ PROFILE_HR_MAX_BPM, START_S / ALL_DAY, 186.0 },
			{ PROFILE_HR_MAX_BPM, PROFILE_ALWAYS, 200.0 },
		},
		.entries_n = 3,
	};
	struct file_profile file = empty_file();
	struct activity_numbers numbers;
	struct tally tally;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), 0);
	assert_near(numbers.profile.values[PROFILE_HR_MAX_BPM].value, 186, 0);
	assert_int_equal(numbers.doubts, 1u << DOUBT_DEFAULT_HR_REST);
	/* 23 hours further east it was the next day already */
	activity.summary.has_utc_offset = true;
	activity.summary.utc_offset_s = 23 * 3600;
	assert_int_equal(numbers_compute(&activity, &runner, &file, &numbers, &tally), 0);
	assert_near(numbers.profile.values[PROFILE_HR_MAX_BPM].value, 170, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_even_hour_gives_the_numbers_of_the_formulas),
		cmocka_unit_test(smart_recording_gives_the_same_as_every_second),
		cmocka_unit_test(seconds_of_a_pause_do_not_count),
		cmocka_unit_test(records_in_any_order_give_the_same),
		cmocka_unit_test(a_ride_has_a_load_but_no_legs),
		cmocka_unit_test(what_is_not_there_is_unknown_and_named),
		cmocka_unit_test(all_zero_series_are_none),
		cmocka_unit_test(without_records_the_summary_counts),
		cmocka_unit_test(nothing_at_all_has_no_load),
		cmocka_unit_test(a_rating_counts_when_nothing_better_is_there),
		cmocka_unit_test(a_heart_rate_that_counts_steps_gives_way_to_pace),
		cmocka_unit_test(a_hill_is_climbed_once),
		cmocka_unit_test(speed_alone_gives_a_distance_and_distance_alone_a_speed),
		cmocka_unit_test(a_distance_that_counts_anew_goes_on_and_a_glitch_does_not),
		cmocka_unit_test(records_of_one_sensor_each_are_put_together),
		cmocka_unit_test(holes_are_pauses_where_the_timer_says_so),
		cmocka_unit_test(more_than_a_hundred_hours_are_refused),
		cmocka_unit_test(records_without_a_time_are_left_out),
		cmocka_unit_test(most_of_a_recording_speaks_for_all_of_it),
		cmocka_unit_test(a_small_rest_of_a_recording_leaves_what_the_file_states),
		cmocka_unit_test(heights_are_smoothed_by_what_measured_them),
		cmocka_unit_test(a_treadmill_is_a_run_by_either_name),
		cmocka_unit_test(a_configured_value_holds_from_its_day_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
