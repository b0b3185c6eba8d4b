/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nights and days in the store: what several files say of one day. */
#include "unit/store_fixture.h"

#include "store/store_history.h"
#include "support/wellness_samples.h"

#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)
#define DAY 20000
#define NOON (DAY * DAY_S + DAY_S / 2)

static struct ws samples; /* large; every case empties it */

static void put(struct fixture *fixture)
{
	struct wellness_parts parts = ws_parts(&samples, 0);
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
	assert_int_equal(store_put_wellness(fixture->store, file, &parts), 0);
	wellness_parts_done(&parts);
}

static int32_t changed(struct fixture *fixture)
{
	int32_t day = 0;
	assert_int_equal(store_changed_day(fixture->store, &day), 0);
	return day;
}

/* The only day that is stored. */
static struct wellness_day stored(struct fixture *fixture)
{
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.wellness_n, 1);
	struct wellness_day day = history.wellness[0];
	history_done(&history);
	return day;
}

static void the_values_of_a_day_come_from_several_files(void **state)
{
	struct fixture *fixture = *state;
	ws_add(&samples, WELLNESS_RESTING_HR, NOON, 48);
	put(fixture);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, NOON - 10 * HOUR_S, 2);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, NOON - 7 * HOUR_S, 4);
	ws_add(&samples, WELLNESS_SLEEP_LEVEL, NOON - 4 * HOUR_S, 1);
	put(fixture);
	struct wellness_day day = stored(fixture);
	assert_int_equal(day.day, DAY);
	assert_near(day.resting_hr_bpm, 48, 0);
	assert_near(day.sleep_h, 6, 0);
	assert_near(day.stress_avg, NAN, 0);
	assert_near(day.hrv_rmssd_ms, NAN, 0);
}

static void two_halves_of_a_day_make_its_mean(void **state)
{
	struct fixture *fixture = *state;
	ws_add_stress(&samples, NOON - 5 * HOUR_S, NOON, 180, 20);
	put(fixture);
	assert_int_equal(changed(fixture), INT32_MAX); /* 100 values: not known yet */
	ws_add_stress(&samples, NOON, NOON + 5 * HOUR_S, 180, 41);
	put(fixture);
	assert_near(stored(fixture).stress_avg, 30.5, 0);
	assert_int_equal(changed(fixture), DAY);
}

static void a_later_value_of_the_day_counts_whatever_came_first(void **state)
{
	struct fixture *fixture = *state;
	ws_add(&samples, WELLNESS_RESTING_HR, NOON, 46);
	put(fixture);
	ws_add(&samples, WELLNESS_RESTING_HR, NOON - 3600, 52);
	put(fixture);
	assert_near(stored(fixture).resting_hr_bpm, 46, 0);
}

static void a_file_that_says_nothing_new_marks_no_day(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 2; i++) {
		ws_add(&samples, WELLNESS_HRV_NIGHT, NOON - 5 * HOUR_S, 52.123);
		ws_add_stress(&samples, NOON, NOON + 8 * HOUR_S, 60, 33);
		put(fixture);
		assert_int_equal(changed(fixture), i ? INT32_MAX : DAY);
		assert_int_equal(store_clear_changed(fixture->store), 0);
	}
	struct wellness_day day = stored(fixture);
	assert_near(day.hrv_rmssd_ms, 52.125, 0); /* in 1/128 ms, rounded to four decimals */
	assert_near(day.stress_avg, 33, 0);
}

static void a_file_that_is_read_again_says_only_what_it_says_then(void **state)
{
	struct fixture *fixture = *state;
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
	for (int day_start_h = 0; day_start_h <= 14; day_start_h += 14) {
		ws_add(&samples, WELLNESS_RESTING_HR, NOON - 60, 50);
		ws_add(&samples, WELLNESS_RESTING_HR, NOON, 48);
		struct wellness_parts parts = ws_parts(&samples, day_start_h);
		assert_int_equal(store_put_wellness(fixture->store, file, &parts), 0);
		wellness_parts_done(&parts);
		assert_int_equal(stored(fixture).day, day_start_h ? DAY - 1 : DAY);
		assert_near(stored(fixture).resting_hr_bpm, 48, 0);
	}
	const struct wellness_parts none = { 0 };
	struct history history;
	assert_int_equal(store_put_wellness(fixture->store, file, &none), 0);
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.wellness_n, 0);
	history_done(&history);
}

#define MADE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE(the_values_of_a_day_come_from_several_files),
		MADE(two_halves_of_a_day_make_its_mean),
		MADE(a_later_value_of_the_day_counts_whatever_came_first),
		MADE(a_file_that_says_nothing_new_marks_no_day),
		MADE(a_file_that_is_read_again_says_only_what_it_says_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
