/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of the metrics whatever the numbers are; the numbers themselves are in tests/vectors. */

#include "support/test.h"

#include "base/cleanup.h"
#include "metrics/days.h"
#include "metrics/efforts.h"
#include "metrics/elevation.h"
#include "metrics/heart.h"
#include "metrics/load.h"
#include "metrics/pace.h"
#include "metrics/resample.h"
#include "metrics/stats.h"
#include "metrics/steps.h"
#include "metrics/wellness.h"

#include <errno.h>

#define N 3000u
#define SEEDS 20u

/* A small generator of our own: the same series on every machine. */
static double random_share(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)(*seed >> 8) / (double)(1u << 24);
}

/* A wandering series within lo...hi that moves by at most `step` a second. */
static void wander(uint32_t seed, double lo, double hi, double step, double ret[N])
{
	double value = (lo + hi) / 2;
	for (size_t i = 0; i < N; i++) {
		value = clamp(value + step * (2 * random_share(&seed) - 1), lo, hi);
		ret[i] = value;
	}
}

static const struct heart_limits limits = {
	.sex = SEX_FEMALE,
	.rest_bpm = 50,
	.max_bpm = 190,
	.threshold_bpm = NAN,
	.vt1_bpm = NAN,
	.vt2_bpm = NAN,
};

static void load_sums_of_two_parts_add_up(void **state)
{
	(void)state;
	double hr[N];
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		wander(seed, 80, 185, 2, hr);
		size_t cut = 1 + (size_t)(random_share(&(uint32_t) { seed }) * (N - 2));
		struct heart_loads whole, first, second;
		heart_loads(hr, N, &limits, &whole);
		heart_loads(hr, cut, &limits, &first);
		heart_loads(hr + cut, N - cut, &limits, &second);
		assert_near(first.banister + second.banister, whole.banister, 1e-9);
		assert_near(first.edwards + second.edwards, whole.edwards, 1e-9);
		assert_near(first.lucia + second.lucia, whole.lucia, 1e-9);
		assert_near(first.hrtss + second.hrtss, whole.hrtss, 1e-9);
	}
}

static void a_higher_heart_rate_is_never_less_load(void **state)
{
	(void)state;
	double low[N], high[N];
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		wander(seed, 60, 190, 3, low);
		uint32_t more = seed;
		for (size_t i = 0; i < N; i++)
			high[i] = low[i] + 10 * random_share(&more);
		struct heart_loads a, b;
		heart_loads(low, N, &limits, &a);
		heart_loads(high, N, &limits, &b);
		assert_true(b.banister >= a.banister && b.edwards >= a.edwards);
		assert_true(b.lucia >= a.lucia && b.hrtss >= a.hrtss);
	}
}

static void a_gap_in_an_even_heart_rate_changes_no_load(void **state)
{
	(void)state;
	double hr[N];
	for (size_t i = 0; i < N; i++)
		hr[i] = 150;
	struct heart_loads whole, holed, thin;
	heart_loads(hr, N, &limits, &whole);
	for (size_t i = 0; i < 900; i++)
		hr[i] = (double)NAN;
	heart_loads(hr, N, &limits, &holed);
	assert_near(holed.banister, whole.banister, 1e-9);
	assert_near(holed.coverage, 0.7, 1e-12);
	hr[900] = (double)NAN;
	heart_loads(hr, N, &limits, &thin);
	assert_near(thin.banister, (double)NAN, 0);
	assert_near(thin.hrtss, (double)NAN, 0);
}

static void a_spike_goes_and_a_ramp_stays(void **state)
{
	(void)state;
	double hr[60], clean[60];
	for (size_t i = 0; i < 60; i++)
		hr[i] = 100 + 1.5 * (double)i; /* 1.5 bpm a second: within 8 bpm of the median */
	hr[30] = 220;
	hr[40] = 20;
	heart_clean(hr, 60, clean);
	for (size_t i = 0; i < 60; i++)
		assert_near(clean[i], i == 30 || i == 40 ? (double)NAN : hr[i], 0);
	double lonely[] = { (double)NAN, 140, (double)NAN, 180, (double)NAN };
	heart_clean(lonely, 5, clean); /* too few neighbours to judge */
	assert_near(clean[1], 140, 0);
	assert_near(clean[3], 180, 0);
}

static void the_peak_is_held_for_five_seconds(void **state)
{
	(void)state;
	double hr[] = { 150, 160, 160, 160, 160, 150, 155, 155, 155, 155, 155 };
	assert_near(heart_peak(hr, 11), 155, 0);
	hr[5] = 160;
	assert_near(heart_peak(hr, 11), 160, 0);
	hr[3] = (double)NAN;
	assert_near(heart_peak(hr, 11), 155, 0);
	assert_near(heart_peak(hr, 4), (double)NAN, 0);
}

static void unknown_is_never_zero(void **state)
{
	(void)state;
	double unknown[N];
	for (size_t i = 0; i < N; i++)
		unknown[i] = (double)NAN;
	struct heart_loads loads;
	heart_loads(unknown, N, &limits, &loads);
	assert_near(loads.banister, (double)NAN, 0);
	assert_near(loads.avg_bpm, (double)NAN, 0);
	assert_near(pace_power_load(unknown, N, 280), (double)NAN, 0);
	struct pace_load pace;
	pace_load(unknown, N, 4, &pace);
	assert_near(pace.rtss, (double)NAN, 0);
	assert_near(effort_best(unknown, N, 400), (double)NAN, 0);
	assert_near(load_srpe(0, 3600), (double)NAN, 0);
}

static void statistics_and_nights_of_nothing_are_unknown(void **state)
{
	(void)state;
	double unknown[67];
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		unknown[i] = (double)NAN;
	assert_near(stats_mean(unknown, 0), (double)NAN, 0);
	assert_near(stats_sd(unknown, 1), (double)NAN, 0);
	assert_near(stats_median(unknown, 0), (double)NAN, 0);
	struct wellness_shift shift;
	wellness_rhr_shift(unknown, 67, &shift);
	assert_near(shift.recent, (double)NAN, 0);
	assert_near(shift.z, (double)NAN, 0);
	const struct sleep_level off = { 0, 0 };
	assert_near(wellness_sleep_hours(&off, 1, 3600), (double)NAN, 0);
}

static void quantiles_do_not_care_for_order(void **state)
{
	(void)state;
	double values[] = { 5, 1, 4, 2, 3 }, one[] = { 7 };
	assert_near(stats_percentile(values, 5, 0.5), 3, 0);
	assert_near(stats_percentile(values, 5, 0.0), 1, 0);
	assert_near(stats_percentile(values, 5, 1.0), 5, 0);
	assert_near(stats_percentile(values, 5, 0.9), 4.6, 1e-12);
	assert_near(stats_percentile(one, 1, 0.3), 7, 0);
}

static void lifting_a_hill_changes_no_ascent_and_turning_it_over_swaps_them(void **state)
{
	(void)state;
	double altitude[N], height[N];
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		for (unsigned int s = 0; s < ALTITUDE_SOURCE_COUNT; s++) {
			enum altitude_source source = (enum altitude_source)s;
			double up, down, up2, down2;
			wander(seed, 100, 400, 1.5, altitude);
			elevation_smooth(altitude, N, source, height);
			elevation_sum(height, N, source, &up, &down);
			assert_near(up - down, height[N - 1] - height[0], 12);
			for (size_t i = 0; i < N; i++)
				altitude[i] += 1000;
			elevation_smooth(altitude, N, source, height);
			elevation_sum(height, N, source, &up2, &down2);
			assert_near(up2, up, 1e-6);
			for (size_t i = 0; i < N; i++)
				altitude[i] = 2500 - altitude[i];
			elevation_smooth(altitude, N, source, height);
			elevation_sum(height, N, source, &up2, &down2);
			assert_near(up2, down, 1e-6);
			assert_near(down2, up, 1e-6);
		}
	}
}

static void a_long_gap_in_the_altitude_is_not_bridged(void **state)
{
	(void)state;
	double altitude[300], height[300], up, down;
	for (size_t i = 0; i < 300; i++)
		altitude[i] = i < 100 ? 100 : 200;
	for (size_t i = 100; i < 160; i++)
		altitude[i] = (double)NAN; /* 60 s: bridged */
	assert_int_equal(elevation_smooth(altitude, 300, ALTITUDE_BAROMETER, height), 240);
	elevation_sum(height, 300, ALTITUDE_BAROMETER, &up, &down);
	assert_near(up, 100, 1e-9);
	altitude[160] = (double)NAN;
	elevation_smooth(altitude, 300, ALTITUDE_BAROMETER, height);
	elevation_sum(height, 300, ALTITUDE_BAROMETER, &up, &down);
	assert_near(up, 0, 1e-9);
	assert_near(height[130], (double)NAN, 0);
}

static void uphill_costs_more_and_downhill_never_less_than_the_floor(void **state)
{
	(void)state;
	for (int percent = 0; percent < 60; percent++) {
		double grade = percent / 100.0;
		assert_true(pace_factor(grade + 0.01) >= pace_factor(grade));
		assert_true(pace_factor(-grade) >= 0.875);
	}
	assert_near(pace_factor(0), 1, 1e-12);
	assert_near(pace_factor(0.9), pace_factor(0.45), 0);
}

static void the_normalized_speed_of_an_even_run_is_its_speed(void **state)
{
	(void)state;
	double speed[N];
	for (size_t i = 0; i < N; i++)
		speed[i] = 3.3;
	assert_near(pace_normalized(speed, N), 3.3, 1e-12);
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		wander(seed, 1, 6, 0.5, speed);
		double smooth_mean = 0;
		for (size_t i = 0; i < N; i++) {
			size_t from = i > 29 ? i - 29 : 0;
			smooth_mean += stats_mean(speed + from, i + 1 - from) / N;
		}
		assert_true(pace_normalized(speed, N) >= smooth_mean - 1e-9);
	}
}

static void a_best_effort_is_the_best_of_all_starts(void **state)
{
	(void)state;
	double speed[N], distance[N];
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		wander(seed, 2, 5, 0.3, speed);
		distance[0] = 0;
		for (size_t i = 1; i < N; i++)
			distance[i] = distance[i - 1] + speed[i];
		double best = INFINITY;
		for (size_t i = 0; i < N; i++) {
			for (size_t k = i + 1; k < N; k++) {
				double over = distance[k] - distance[i] - 1000;
				if (over < 0)
					continue;
				best = fmin(best, (double)(k - i) - over / speed[k]);
				break;
			}
		}
		assert_near(effort_best(distance, N, 1000), best, 1e-9);
	}
}

static void cadence_in_strides_and_in_steps_means_the_same(void **state)
{
	(void)state;
	double strides[] = { 80, (double)NAN, 90, 0 }, steps[] = { 160, (double)NAN, 180, 0 };
	double a[4], b[4];
	assert_true(steps_per_minute(strides, NULL, 4, a));
	assert_true(steps_per_minute(steps, NULL, 4, b));
	for (size_t i = 0; i < 4; i++)
		assert_near(a[i], b[i], 0);
	const double speed[] = { 3, 1, 0.5, 9 };
	double none[] = { (double)NAN, 0, 0, (double)NAN };
	assert_false(steps_per_minute(none, speed, 4, a));
	assert_near(a[0], 165, 0);
	assert_near(a[1], 110, 0);
	assert_near(a[2], 0, 0);
	assert_near(a[3], 200, 0);
}

static void faster_running_does_more_damage(void **state)
{
	(void)state;
	double spm[600], speed[600], last = 0;
	for (int quarter = 10; quarter < 24; quarter++) {
		double v = quarter / 4.0;
		for (size_t i = 0; i < 600; i++) {
			spm[i] = 170;
			speed[i] = v;
		}
		struct steps_input input = { 600, spm, speed, NULL, NULL, (double)NAN };
		struct steps_mechanics mechanics;
		steps_mechanics(&input, &mechanics);
		assert_near(mechanics.steps, 1700, 1e-6);
		assert_true(mechanics.damage[0] > last);
		last = mechanics.damage[0];
	}
}

static void local_days_begin_at_midnight_also_before_1970(void **state)
{
	(void)state;
	assert_int_equal(days_local_day(0, 0, 0), 0);
	assert_int_equal(days_local_day(-1, 0, 0), -1);
	assert_int_equal(days_local_day(-86400, 0, 0), -1);
	assert_int_equal(days_local_day(86399, 0, 0), 0);
	assert_int_equal(days_local_day(86399, 1, 0), 1);
	assert_int_equal(days_local_day(3 * 3600 - 1, 0, 3), -1);
	assert_int_equal(days_local_day(INT64_MAX, 0, 0), INT32_MAX);
}

static void daily_totals_do_not_care_for_order(void **state)
{
	(void)state;
	struct day_activity a[] = {
		{ 86400 * 10 + 5, false, 0, 40 },
		{ 86400 * 12 + 5, true, -7200, (double)NAN },
		{ 86400 * 10 + 9, false, 0, 2 },
		{ 86400 * 9 + 5, true, 0, (double)NAN },
	};
	struct day_activity b[4] = { a[3], a[1], a[0], a[2] };
	struct day_totals x, y;
	assert_int_equal(days_totals(a, 4, 13, 0, 0, &x), 0);
	assert_int_equal(days_totals(b, 4, 13, 0, 0, &y), 0);
	assert_int_equal(x.first_day, 9);
	assert_int_equal(x.days_n, 5);
	assert_int_equal(y.days_n, 5);
	assert_memory_equal(x.loads, y.loads, 5 * sizeof(double));
	assert_near(x.loads[1], 42, 0);
	assert_near(x.loads[0], 0, 0);
	free(x.loads);
	free(y.loads);
	assert_int_equal(days_totals(a, 4, INT32_MAX, 0, 0, &x), -ERANGE);
}

static void windows_need_their_days(void **state)
{
	(void)state;
	double daily[28];
	for (size_t i = 0; i < 28; i++)
		daily[i] = 50;
	struct days_acwr acwr;
	days_rolling_acwr(daily, 27, &acwr);
	assert_near(acwr.coupled, (double)NAN, 0);
	days_rolling_acwr(daily, 28, &acwr);
	assert_near(acwr.coupled, 1, 1e-12);
	assert_near(acwr.uncoupled, 1, 1e-12);
	struct days_foster foster;
	days_foster(daily, 6, &foster);
	assert_near(foster.monotony, (double)NAN, 0);
	days_foster(daily, 8, &foster);
	assert_near(foster.weekly, 350, 0);
	struct days_pmc pmc[8];
	days_pmc(daily, 8, 50, pmc);
	assert_near(days_pmc_ramp(pmc, 7), (double)NAN, 0);
	assert_near(days_pmc_ramp(pmc, 8), 0, 1e-12);
}

static void a_run_without_distance_has_no_part_in_spikes(void **state)
{
	(void)state;
	const struct spike_session sessions[] = {
		{ 2000, 12000 },
		{ 0, 10000 },
		{ 1000, (double)NAN },
		{ 2000, 90000 },
	};
	struct days_spike spike;
	days_session_spike(sessions, 4, 0, &spike);
	assert_int_equal(spike.prior_runs, 1);
	assert_near(spike.ratio, 1.2, 1e-12);
	assert_int_equal(spike.class, SPIKE_SMALL);
	days_session_spike(sessions, 4, 1, &spike);
	assert_int_equal(spike.class, SPIKE_NO_REFERENCE);
	assert_near(spike.longest_m, (double)NAN, 0);
}

static void a_profile_follows_its_chains(void **state)
{
	(void)state;
	struct runner_profile runner = { 0 };
	struct file_profile file = { .hr_max_bpm = 250,
		.hr_rest_bpm = 20,
		.threshold_hr_bpm = 181,
		.age_years = (double)NAN,
		.weight_kg = (double)NAN };
	struct profile profile;
	profile_resolve(&runner, &file, 20000, NULL, &profile);
	assert_int_equal(profile.values[PROFILE_HR_MAX_BPM].source, VALUE_DEFAULT);
	assert_near(profile.values[PROFILE_HR_MAX_BPM].value, 180, 0);
	assert_int_equal(profile.values[PROFILE_HR_REST_BPM].source, VALUE_DEFAULT);
	/* a threshold above the maximum is none */
	assert_near(profile.values[PROFILE_THRESHOLD_HR_BPM].value, 60 + 0.85 * 120, 1e-9);
	assert_int_equal(profile.values[PROFILE_THRESHOLD_SPEED_MPS].source, VALUE_UNKNOWN);
	assert_near(profile.values[PROFILE_THRESHOLD_SPEED_MPS].value, (double)NAN, 0);
	assert_int_equal(profile.sex, SEX_UNKNOWN);

	runner.birth_year = 1984; /* 40 on day 20000, 2024-10-04 */
	file.hr_rest_bpm = 48;
	file.threshold_hr_bpm = 165;
	file.has_sex = true;
	profile_resolve(&runner, &file, 20000, NULL, &profile);
	assert_int_equal(profile.values[PROFILE_HR_MAX_BPM].source, VALUE_AGE);
	assert_near(profile.values[PROFILE_HR_MAX_BPM].value, 180, 1e-9);
	assert_int_equal(profile.values[PROFILE_HR_REST_BPM].source, VALUE_DEVICE);
	assert_int_equal(profile.values[PROFILE_THRESHOLD_HR_BPM].source, VALUE_DEVICE);
	assert_int_equal(profile.sex, SEX_FEMALE);

	runner.sex = SEX_MALE;
	runner.entries[0] = (struct profile_entry) { PROFILE_HR_MAX_BPM, 20001, 190 };
	runner.entries_n = 1;
	profile_resolve(&runner, &file, 20000, NULL, &profile);
	assert_int_equal(profile.values[PROFILE_HR_MAX_BPM].source, VALUE_AGE);
	profile_resolve(&runner, &file, 20001, NULL, &profile);
	assert_int_equal(profile.values[PROFILE_HR_MAX_BPM].source, VALUE_CONFIGURED);
	assert_int_equal(profile.sex, SEX_MALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_sums_of_two_parts_add_up),
		cmocka_unit_test(a_higher_heart_rate_is_never_less_load),
		cmocka_unit_test(a_gap_in_an_even_heart_rate_changes_no_load),
		cmocka_unit_test(a_spike_goes_and_a_ramp_stays),
		cmocka_unit_test(the_peak_is_held_for_five_seconds),
		cmocka_unit_test(unknown_is_never_zero),
		cmocka_unit_test(statistics_and_nights_of_nothing_are_unknown),
		cmocka_unit_test(quantiles_do_not_care_for_order),
		cmocka_unit_test(lifting_a_hill_changes_no_ascent_and_turning_it_over_swaps_them),
		cmocka_unit_test(a_long_gap_in_the_altitude_is_not_bridged),
		cmocka_unit_test(uphill_costs_more_and_downhill_never_less_than_the_floor),
		cmocka_unit_test(the_normalized_speed_of_an_even_run_is_its_speed),
		cmocka_unit_test(a_best_effort_is_the_best_of_all_starts),
		cmocka_unit_test(cadence_in_strides_and_in_steps_means_the_same),
		cmocka_unit_test(faster_running_does_more_damage),
		cmocka_unit_test(local_days_begin_at_midnight_also_before_1970),
		cmocka_unit_test(daily_totals_do_not_care_for_order),
		cmocka_unit_test(windows_need_their_days),
		cmocka_unit_test(a_run_without_distance_has_no_part_in_spikes),
		cmocka_unit_test(a_profile_follows_its_chains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
