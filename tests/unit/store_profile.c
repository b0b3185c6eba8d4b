/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profile values from the history: what counts, and that the order of arrival does not. */
#include "unit/store_fixture.h"

#include "metrics/load.h"
#include "store/store_history.h"
#include "store/store_profile.h"
#include "store/store_query.h"

#define START (20000 * DAY_MS + 8 * HOUR_MS)
#define RUNS 60

static const struct runner_profile nobody = { .sex = SEX_MALE };

/* An hour at one heart rate and pace, with a tally that says so. */
static struct report_activity run_at(int64_t start_ms, double bpm, double mps)
{
	struct report_activity run = fixture_run(start_ms);
	run.numbers.has_series = 1u << SERIES_HR | 1u << SERIES_DISTANCE | 1u << SERIES_SPEED;
	run.numbers.hr_peak_bpm = bpm;
	tally_init(&run.tally);
	run.tally.seconds = 3600;
	run.tally.hr_s[(int)bpm - TALLY_HR_MIN_BPM] = 3600;
	run.tally.paced_mps = run.tally.graded_mps = mps;
	run.tally.down = 0;
	struct tally_sums sums = { 0 };
	tally_add(&sums, 3600 * mps, mps, 3);
	tally_close(&sums, &run.tally.level);
	return run;
}

static int64_t put(struct fixture *fixture, const struct report_activity *run, int64_t serial)
{
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, serial);
	return fixture_put_activity(fixture, file, 0, run, NULL);
}

static void put_night(struct fixture *fixture, int32_t day, double bpm)
{
	struct wellness_sample sample = { day * DAY_MS + 6 * HOUR_MS, 0, WELLNESS_RESTING_HR, bpm };
	struct wellness_parts parts = { 0 };
	const struct zone_rules utc = { 0 };
	bool dropped;
	assert_int_equal(wellness_parts_make(&sample, 1, &utc, 0, &parts, &dropped), 0);
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 9);
	assert_int_equal(store_put_wellness(fixture->store, file, &parts), 0);
	wellness_parts_done(&parts);
}

static void refresh(struct fixture *fixture, const struct runner_profile *runner)
{
	assert_int_equal(store_begin(fixture->store), 0);
	assert_int_equal(store_refresh_profile(fixture->store, runner, NULL), 0);
	assert_int_equal(store_commit(fixture->store), 0);
}

static struct activity_numbers numbers_of(struct fixture *fixture, int64_t id)
{
	struct stored_activity stored;
	assert_int_equal(store_get_activity(fixture->store, id, &stored), 0);
	struct activity_numbers numbers = stored.activity.numbers;
	stored_activity_done(&stored);
	return numbers;
}

static void is_value(struct fixture *fixture, int64_t id, enum profile_key key, double value,
	enum value_source source)
{
	struct activity_numbers numbers = numbers_of(fixture, id);
	assert_near(numbers.profile.values[key].value, value, 1e-9);
	assert_int_equal(numbers.profile.values[key].source, source);
}

static void a_peak_counts_for_later_runs_of_a_year_only(void **state)
{
	struct fixture *fixture = *state;
	static const int days[] = { -10, 0, 1, 365, 366 };
	int64_t ids[5];
	for (size_t i = 0; i < 5; i++) {
		struct report_activity run =
			run_at(START + days[i] * DAY_MS, i == 1 ? 195 : 150, 3);
		ids[i] = put(fixture, &run, (int64_t)i);
	}
	refresh(fixture, &nobody);
	is_value(fixture, ids[0], PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT);
	is_value(fixture, ids[1], PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT); /* not its own */
	is_value(fixture, ids[2], PROFILE_HR_MAX_BPM, 195, VALUE_OBSERVED);
	is_value(fixture, ids[3], PROFILE_HR_MAX_BPM, 195, VALUE_OBSERVED);
	is_value(fixture, ids[4], PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT);
}

static void a_doubtful_or_impossible_peak_does_not_count(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity locked = run_at(START, 190, 3),
			       wild = run_at(START + DAY_MS, 205, 3);
	locked.numbers.doubts = 1u << DOUBT_HR_CADENCE_LOCK;
	struct report_activity later = run_at(START + 2 * DAY_MS, 150, 3);
	(void)put(fixture, &locked, 1);
	(void)put(fixture, &wild, 2);
	int64_t id = put(fixture, &later, 3);
	refresh(fixture, &nobody);
	is_value(fixture, id, PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT);
}

static void the_threshold_speed_comes_from_the_best_that_there_is(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity first = run_at(START, 150, 3),
			       second = run_at(START + DAY_MS, 150, 3);
	struct report_activity third = run_at(START + 2 * DAY_MS, 150, 3);
	second.tally.effort_s[4] = 720; /* 3000 m */
	third.tally.effort_s[0] = 80;   /* 400, 1500 and 5000 m on D = 4.5 t + 40 */
	third.tally.effort_s[3] = (1500 - 40) / 4.5;
	third.tally.effort_s[5] = (5000 - 40) / 4.5;
	int64_t ids[4] = { put(fixture, &first, 1), put(fixture, &second, 2),
		put(fixture, &third, 3) };
	struct report_activity fourth = run_at(START + 3 * DAY_MS, 150, 3);
	fourth.summary.start_ms += HOUR_MS;
	ids[3] = put(fixture, &fourth, 4);
	struct report_activity much_later = run_at(START + 94 * DAY_MS, 150, 3);
	int64_t last = put(fixture, &much_later, 5);
	refresh(fixture, &nobody);
	is_value(fixture, ids[0], PROFILE_THRESHOLD_SPEED_MPS, NAN, VALUE_UNKNOWN);
	is_value(fixture, ids[1], PROFILE_THRESHOLD_SPEED_MPS, 1.15 * 3, VALUE_TRAINING_PACE);
	assert_true(numbers_of(fixture, ids[1]).doubts & 1u << DOUBT_TRAINING_PACE);
	double riegel = 3000 * pow(3600.0 / 720, 1 / 1.06) / 3600;
	is_value(fixture, ids[2], PROFILE_THRESHOLD_SPEED_MPS, round(riegel * 1e4) / 1e4,
		VALUE_BEST_EFFORT);
	double found =
		numbers_of(fixture, ids[3]).profile.values[PROFILE_THRESHOLD_SPEED_MPS].value;
	assert_near(found, 0.96 * 4.5, 0.1); /* 3000 m in 720 s lies a little off the line */
	is_value(fixture, last, PROFILE_THRESHOLD_SPEED_MPS, NAN, VALUE_UNKNOWN);
}

static void the_nights_before_give_the_resting_rate_and_the_loads_follow(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = run_at(START, 150, 3);
	int64_t id = put(fixture, &run, 1);
	refresh(fixture, &nobody);
	is_value(fixture, id, PROFILE_HR_REST_BPM, 60, VALUE_DEFAULT);
	double before = numbers_of(fixture, id).hrtss;
	static const struct {
		int day;
		double bpm;
	} nights[] = { { -7, 40 }, { -6, 44 }, { -3, 46 }, { 0, 51 }, { 1, 40 } };
	for (size_t i = 0; i < sizeof nights / sizeof *nights; i++)
		put_night(fixture, 20000 + nights[i].day, nights[i].bpm);
	refresh(fixture, &nobody);
	is_value(fixture, id, PROFILE_HR_REST_BPM, 46, VALUE_WELLNESS);
	struct activity_numbers after = numbers_of(fixture, id);
	struct heart_limits limits = { SEX_MALE, 46, 180, NAN, NAN, NAN };
	struct heart_loads loads;
	double hr[3600];
	for (size_t i = 0; i < 3600; i++)
		hr[i] = 150;
	heart_loads(hr, 3600, &limits, &loads);
	assert_near(after.hrtss, loads.hrtss, 1e-4);
	assert_true(fabs(after.hrtss - before) > 0.5);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_near(history.sessions[0].load, after.load, 1e-9);
	history_done(&history);
}

static void a_changed_setting_changes_what_is_stored(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = run_at(START, 150, 3), next = run_at(START + DAY_MS, 150, 3);
	int64_t id = put(fixture, &run, 1), other = put(fixture, &next, 1);
	refresh(fixture, &nobody);
	struct runner_profile runner = {
		.sex = SEX_MALE, .entries = { { PROFILE_HR_MAX_BPM, 20001, 185 } }, .entries_n = 1
	};
	refresh(fixture, &runner);
	is_value(fixture, id, PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT);
	is_value(fixture, other, PROFILE_HR_MAX_BPM, 185, VALUE_CONFIGURED);
	refresh(fixture, &nobody);
	is_value(fixture, other, PROFILE_HR_MAX_BPM, 180, VALUE_DEFAULT);
}

static void a_maximum_that_is_too_low_is_noticed_from_two_runs_on(void **state)
{
	struct fixture *fixture = *state;
	struct runner_profile runner = { .entries = { { PROFILE_HR_MAX_BPM, PROFILE_ALWAYS, 180 } },
		.entries_n = 1 };
	static const double peaks[] = { 183, 184, 191 };
	static const size_t wanted[] = { 0, 1, 2 };
	for (int i = 0; i < 3; i++) {
		struct report_activity run = run_at(START + i * DAY_MS, peaks[i], 3);
		(void)put(fixture, &run, 1);
		refresh(fixture, &runner);
		struct above_max above;
		assert_int_equal(store_above_max(fixture->store, START + 10 * DAY_MS, &above), 0);
		assert_int_equal(above.activities, wanted[i]);
	}
	struct above_max above;
	assert_int_equal(store_above_max(fixture->store, START + 10 * DAY_MS, &above), 0);
	assert_near(above.peak_bpm, 191, 0);
	assert_near(above.max_bpm, 180, 0);
	assert_int_equal(store_above_max(fixture->store, START + 400 * DAY_MS, &above), 0);
	assert_int_equal(above.activities, 0);
	refresh(fixture, &nobody); /* a guess is no setting: the peaks are used */
	assert_int_equal(store_above_max(fixture->store, START + 10 * DAY_MS, &above), 0);
	assert_int_equal(above.activities, 0);
}

/* Ten minutes at each of 2.85, 2.95 and 3.05 m/s, and some at 4 m/s, with contact times that fall with speed. */
static void set_contacts(struct report_activity *run, double factor)
{
	static const double speeds[] = { 2.85, 2.95, 3.05, 4.05 };
	for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
		size_t bin = (size_t)((speeds[i] - TALLY_CONTACT_MIN_MPS) / 0.1);
		run->tally.contacts.seconds[bin] = 600;
		run->tally.contacts.ms_sum[bin] = (float)(600 * factor * (330 - 28 * speeds[i]));
	}
}

static void contact_times_are_held_against_earlier_runs_of_the_same_watch(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		int day;
		double factor;
		int64_t serial;
		double wanted;
	} rows[] = {
		{ 0, 1.00, 1, NAN }, { 2, 1.00, 1, NAN },
		{ 4, 1.00, 1, NAN },                       /* two before are too few */
		{ 6, 1.05, 1, 0.05 }, { 8, 1.00, 2, NAN }, /* another watch */
		{ 47, 1.10, 1, 0.0749 }, /* its weeks hold those of days 6 to 12: 1.05, 1, 1.02 */
		{ 10, 1.00, 1, -0.0123 }, { 12, 1.02, 1, 0.0099 },
		{ 60, 1.00, 1, NAN }, /* a lone run in the weeks before */
	};
	int64_t ids[sizeof rows / sizeof *rows];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct report_activity run = run_at(START + rows[i].day * DAY_MS, 150, 3);
		set_contacts(&run, rows[i].factor);
		ids[i] = put(fixture, &run, rows[i].serial);
	}
	refresh(fixture, &nobody);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("day %d\n", rows[i].day);
		assert_near(numbers_of(fixture, ids[i]).form_drift, rows[i].wanted, 2e-4);
	}
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_near(history.sessions[3].form_drift, 0.05, 2e-4);
	history_done(&history);
}

static void best_times_no_faster_than_training_are_in_doubt(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity easy = run_at(START, 150, 3), next = run_at(START + DAY_MS, 150, 3);
	easy.tally.effort_s[4] = 1000; /* 3000 m at 3 m/s: no faster than the whole run */
	(void)put(fixture, &easy, 1);
	int64_t second = put(fixture, &next, 1);
	struct report_activity race = run_at(START + 2 * DAY_MS, 150, 3),
			       last = run_at(START + 3 * DAY_MS, 150, 3);
	race.tally.effort_s[4] = 720;
	(void)put(fixture, &race, 1);
	int64_t fourth = put(fixture, &last, 1);
	refresh(fixture, &nobody);
	assert_true(numbers_of(fixture, second).doubts & 1u << DOUBT_EASY_EFFORTS);
	assert_false(numbers_of(fixture, fourth).doubts & 1u << DOUBT_EASY_EFFORTS);
}

static uint32_t dice(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* The same runs and nights in an order of its own, with refreshes in between. */
static void fill_in_any_order(struct fixture *fixture, uint32_t seed, double ret[RUNS][7])
{
	uint32_t order[2 * RUNS], state = seed;
	for (uint32_t i = 0; i < 2 * RUNS; i++)
		order[i] = i;
	for (uint32_t i = 2 * RUNS; seed && i > 1; i--) {
		uint32_t at = dice(&state) % i, kept = order[i - 1];
		order[i - 1] = order[at];
		order[at] = kept;
	}
	int64_t ids[RUNS];
	for (uint32_t i = 0; i < 2 * RUNS; i++) {
		uint32_t which = order[i] / 2, made = which * 2654435761u;
		int64_t start_ms = START + which * 9 * DAY_MS;
		if (order[i] % 2) {
			put_night(fixture, 20000 + (int32_t)which * 9 - (int32_t)(made % 5),
				45 + dice(&made) % 12);
			continue;
		}
		struct report_activity run =
			run_at(start_ms, 140 + dice(&made) % 60, 2.5 + dice(&made) % 100 / 100.0);
		for (size_t e = 0; e < EFFORT_DISTANCES; e++)
			if (dice(&made) % 3)
				run.tally.effort_s[e] =
					effort_distances_m[e] / (2.8 + dice(&made) % 100 / 100.0);
		set_contacts(&run, 1 + dice(&made) % 100 / 1000.0);
		ids[which] = put(fixture, &run, 1);
		if (seed && dice(&state) % 4 == 0)
			refresh(fixture, &nobody);
	}
	refresh(fixture, &nobody);
	for (size_t i = 0; i < RUNS; i++) {
		struct activity_numbers n = numbers_of(fixture, ids[i]);
		const double row[7] = { n.load, n.soreness_dose, n.hrtss,
			n.profile.values[PROFILE_HR_MAX_BPM].value,
			n.profile.values[PROFILE_HR_REST_BPM].value,
			n.profile.values[PROFILE_THRESHOLD_SPEED_MPS].value, n.form_drift };
		memcpy(ret[i], row, sizeof row);
	}
}

static void any_order_of_arrival_gives_the_same_numbers(void **state)
{
	(void)state;
	static double wanted[RUNS][7], found[RUNS][7];
	size_t observed = 0;
	for (uint32_t seed = 0; seed < 12; seed++) {
		void *own = NULL;
		assert_int_equal(fixture_setup(&own), 0);
		fill_in_any_order(own, seed, seed ? found : wanted);
		assert_int_equal(fixture_teardown(&own), 0);
		for (size_t i = 0; seed && i < RUNS; i++)
			for (size_t k = 0; k < 7; k++)
				assert_near(found[i][k], wanted[i][k], 0);
	}
	for (size_t i = 0; i < RUNS; i++)
		observed += wanted[i][3] != 180 && !isnan(wanted[i][5]) && !isnan(wanted[i][6]);
	assert_true(observed > RUNS / 2); /* there was something to depend on */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_peak_counts_for_later_runs_of_a_year_only),
		CASE(a_doubtful_or_impossible_peak_does_not_count),
		CASE(the_threshold_speed_comes_from_the_best_that_there_is),
		CASE(the_nights_before_give_the_resting_rate_and_the_loads_follow),
		CASE(a_changed_setting_changes_what_is_stored),
		CASE(contact_times_are_held_against_earlier_runs_of_the_same_watch),
		CASE(best_times_no_faster_than_training_are_in_doubt),
		CASE(a_maximum_that_is_too_low_is_noticed_from_two_runs_on),
		cmocka_unit_test(any_order_of_arrival_gives_the_same_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
