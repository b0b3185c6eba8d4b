/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/store_fixture.h"

#include "store/model_numbers.h"
#include "store/store_history.h"

#include <errno.h>

#define START (19000 * DAY_MS + 8 * HOUR_MS)

/* Either all that a run gives, or the load and nothing else. */
static void is_session(const struct strain_session *session, int64_t start_ms, bool is_run)
{
	assert_near(session->start_h, (double)start_ms / 3600000, 0);
	assert_near(session->end_h - session->start_h, 1, 1e-9);
	assert_int_equal(session->day, start_ms / DAY_MS);
	assert_near(session->load, 60, 0);
	assert_int_equal(session->doubts, 3);
	assert_near(session->distance_km, is_run ? 10 : NAN, 1e-12);
	assert_near(session->dose, is_run ? 180 : NAN, 0);
	assert_near(session->down, is_run ? 0 : NAN, 0);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		assert_near(session->damage_steps[i], is_run ? 9000 : NAN, 0);
	for (size_t i = 0; i < REGION_COUNT; i++)
		assert_near(session->region_steps[i], is_run ? 8000 : NAN, 0);
	assert_near(session->feel, 25, 0);
	assert_near(session->form_drift, is_run ? 0.04 : NAN, 0);
}

static void values_of_older_stores_are_read(void **state)
{
	(void)state;
	uint8_t value[MODEL_NUMBERS_BYTES];
	struct report_activity run = fixture_run(START);
	model_numbers_write(&run, value);
	for (size_t size = 0; size <= sizeof value; size++) {
		struct strain_session session = { .load = 0 };
		bool known = size + 16 == sizeof value || size + 8 == sizeof value ||
			     size == sizeof value;
		assert_int_equal(model_numbers_read(value, size, &session), known ? 0 : -EUCLEAN);
		if (!known)
			continue;
		assert_near(session.dose, 180, 0);
		assert_near(session.form_drift, size + 16 == sizeof value ? NAN : 0.04, 0);
		assert_near(session.feel, size == sizeof value ? 25 : NAN, 0);
	}
}

static void a_run_gives_all_its_numbers_and_anything_else_its_load(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		const char *name;
		bool has_sport;
		uint8_t sport, sub_sport;
		bool is_run;
	} rows[] = {
		{ "running", true, 1, 0, true },
		{ "a treadmill of fitness equipment", true, 4, 1, true },
		{ "a rower of fitness equipment", true, 4, 14, false },
		{ "cycling", true, 2, 0, false },
		{ "walking", true, 11, 0, false },
		{ "no sport", false, 1, 0, false },
	};
	size_t n = sizeof rows / sizeof rows[0];
	for (size_t i = 0; i < n; i++) {
		struct report_activity run = fixture_run(START + (int64_t)i * DAY_MS);
		run.summary.has_sport = rows[i].has_sport;
		run.summary.sport = rows[i].sport;
		run.summary.has_sub_sport = rows[i].sub_sport != 0;
		run.summary.sub_sport = rows[i].sub_sport;
		run.numbers.doubts = 3;
		(void)fixture_put_activity(
			fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	}
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.sessions_n, n);
	assert_ptr_equal(history.view.sessions, history.sessions);
	for (size_t i = 0; i < n; i++) {
		print_message("%s\n", rows[i].name);
		is_session(&history.sessions[i], START + (int64_t)i * DAY_MS, rows[i].is_run);
	}
	history_done(&history);
	assert_null(history.sessions);
}

static void a_file_with_a_summary_only_gives_what_it_states(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(START);
	run.numbers.elapsed_s = run.numbers.timer_s = run.numbers.distance_m = NAN;
	run.summary.stated.timer_s = 1800.5;
	run.summary.stated.distance_m = 5000;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_near(history.sessions[0].distance_km, 5, 1e-12);
	assert_near((history.sessions[0].end_h - history.sessions[0].start_h) * 3600, 1800.5, 1e-6);
	history_done(&history);
}

static void sessions_are_sorted_by_start_whatever_the_order_of_import(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 50; i++) {
		struct report_activity run = fixture_run(START + (i * 37 % 50) * DAY_MS);
		(void)fixture_put_activity(
			fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	}
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.sessions_n, 50);
	for (int i = 0; i < 50; i++)
		assert_int_equal(history.sessions[i].day, 19000 + i);
	history_done(&history);
}

static void a_history_can_be_read_from_a_day_on(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 50; i++) {
		struct report_activity run = fixture_run(START + (i * 37 % 50) * DAY_MS);
		(void)fixture_put_activity(
			fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	}
	struct report_activity never = fixture_run(START - 900 * DAY_MS);
	never.numbers.elapsed_s = 90 * 86400.0; /* no such run */
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &never, NULL);
	for (int32_t from = 18998; from < 19053; from++) {
		struct history history;
		assert_int_equal(store_load_history_from(fixture->store, from, &history), 0);
		size_t first = from < 19000 ? 0 : (size_t)(from - 19000);
		assert_int_equal(history.view.sessions_n, first < 50 ? 50 - first : 0);
		for (size_t i = 0; i < history.view.sessions_n; i++)
			assert_int_equal(history.sessions[i].day, 19000 + first + i);
		assert_int_equal(history.view.has_earlier, first > 0);
		assert_int_equal(history.view.from_day, from);
		if (first)
			assert_int_equal(history.view.earlier_day, 19000);
		history_done(&history);
	}
}

static void what_the_runner_tells_is_part_of_the_history(void **state)
{
	struct fixture *fixture = *state;
	int64_t at_ms = 0;
	double minutes = 0;
	assert_int_equal(store_last_massage(fixture->store, &at_ms, &minutes), -ENOENT);
	assert_int_equal(store_undo_massage(fixture->store, &at_ms), -ENOENT);
	assert_int_equal(store_add_massage(fixture->store, 5 * HOUR_MS, 30), 0);
	assert_int_equal(store_add_massage(fixture->store, 2 * HOUR_MS, 20), 0); /* told later */
	assert_int_equal(store_last_massage(fixture->store, &at_ms, &minutes), 0);
	assert_true(at_ms == 5 * HOUR_MS && minutes == 30);
	assert_int_equal(store_add_report(fixture->store, 3 * HOUR_MS, 6.5, 5), 0);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.massages_n, 2);
	assert_near(history.massages[0].at_h, 2, 0);
	assert_near(history.massages[1].minutes, 30, 0);
	assert_int_equal(history.view.reports_n, 1);
	assert_near(history.reports[0].soreness, 6.5, 0);
	assert_int_equal(history.reports[0].regions, 5);
	assert_int_equal(history.view.flags_n, 0);
	history_done(&history);
	assert_int_equal(store_undo_massage(fixture->store, &at_ms), 0); /* the one told last */
	assert_true(at_ms == 2 * HOUR_MS);
	assert_int_equal(store_undo_massage(fixture->store, &at_ms), 0);
	assert_true(at_ms == 5 * HOUR_MS);
}

static int32_t changed(struct fixture *fixture)
{
	int32_t day = 0;
	assert_int_equal(store_changed_day(fixture->store, &day), 0);
	return day;
}

static void the_earliest_changed_day_is_remembered_until_it_is_cleared(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(changed(fixture), INT32_MAX);
	struct report_activity late = fixture_run(START), early = fixture_run(START - 9 * DAY_MS);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &late, NULL);
	assert_int_equal(changed(fixture), 19000);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &early, NULL);
	assert_int_equal(changed(fixture), 18991);
	assert_int_equal(store_clear_changed(fixture->store), 0);
	assert_int_equal(changed(fixture), INT32_MAX);
	/* a source that only confirms what leads changes nothing */
	early.numbers.has_series = 0;
	bool merged = false;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, 2), 0, &early, &merged);
	assert_true(merged);
	assert_int_equal(changed(fixture), INT32_MAX);
	/* a richer one does */
	early.numbers.has_series = 0xFF;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, 3), 0, &early, &merged);
	assert_true(merged);
	assert_int_equal(changed(fixture), 18991);
}

static void the_policys_memory_comes_back_to_the_last_bit(void **state)
{
	struct fixture *fixture = *state;
	struct policy_state initial, loaded, saved;
	memset(&initial, 0, sizeof initial);
	policy_state_init(&initial);
	assert_int_equal(store_load_policy(fixture->store, &loaded), 0);
	assert_near(loaded.last_message_h, initial.last_message_h, 0);
	assert_int_equal(loaded.budget_n, 0);
	assert_int_equal(loaded.of[2].severity, initial.of[2].severity);
	saved = initial;
	saved.last_message_h = 494941.0 + 1.0 / 3;
	saved.red_flag_seen_h = 1.0 / 7;
	saved.of[INDICATION_SORENESS] =
		(struct policy_indication) { true, true, 1.0 / 9, 2.0 / 9, 3, 4.0 / 9 };
	saved.budget_n = POLICY_BUDGET_MAX;
	for (size_t i = 0; i < POLICY_BUDGET_MAX; i++) {
		saved.budget[i].at_h = (double)i / 3;
		saved.budget[i].severity = (int)i % 4;
	}
	assert_int_equal(store_save_policy(fixture->store, &saved), 0);
	fixture_open(fixture, STORE_WRITE);
	assert_int_equal(store_load_policy(fixture->store, &loaded), 0);
	assert_near(loaded.last_message_h, saved.last_message_h, 0);
	assert_near(loaded.last_rest_first_h, NAN, 0);
	assert_near(loaded.red_flag_seen_h, saved.red_flag_seen_h, 0);
	for (int i = 0; i < INDICATION_COUNT; i++) {
		const struct policy_indication *a = &loaded.of[i], *b = &saved.of[i];
		assert_true(a->active == b->active && a->pending == b->pending &&
			    a->severity == b->severity);
		assert_near(a->pending_since_h, b->pending_since_h, 0);
		assert_near(a->last_alert_h, b->last_alert_h, 0);
		assert_near(a->announced_until_h, b->announced_until_h, 0);
	}
	assert_int_equal(loaded.budget_n, POLICY_BUDGET_MAX);
	for (size_t i = 0; i < POLICY_BUDGET_MAX; i++)
		assert_true(loaded.budget[i].at_h == saved.budget[i].at_h &&
			    loaded.budget[i].severity == saved.budget[i].severity);
	saved.budget_n = 1;
	assert_int_equal(store_save_policy(fixture->store, &saved), 0);
	assert_int_equal(store_load_policy(fixture->store, &loaded), 0);
	assert_int_equal(loaded.budget_n, 1);
}

static void daily_scores_are_replaced_and_read_from_a_day_on(void **state)
{
	struct fixture *fixture = *state;
	struct daily_scores rows[3] = {
		{ 12, { 1.00004, NAN, 3, 4, 5 } },
		{ 10, { NAN, NAN, NAN, NAN, NAN } },
		{ 11, { 10.12345, 20, 30, 40, 50 } },
	};
	struct daily_store put = { .days = rows, .days_n = 3, .capacity = 3 }, got = { 0 };
	assert_int_equal(store_save_daily(fixture->store, &put), 0);
	rows[2].raw[1] = 21;
	assert_int_equal(store_save_daily(fixture->store, &put), 0);
	assert_int_equal(store_load_daily(fixture->store, 11, &got), 0);
	assert_int_equal(got.days_n, 2);
	assert_int_equal(got.days[0].day, 11);
	assert_near(got.days[0].raw[0], 10.1235, 1e-12);
	assert_near(got.days[0].raw[1], 21, 0);
	assert_int_equal(got.days[1].day, 12);
	assert_near(got.days[1].raw[0], 1, 1e-12);
	assert_near(got.days[1].raw[1], NAN, 0);
	daily_store_done(&got);
	assert_int_equal(store_load_daily(fixture->store, INT32_MIN, &got), 0);
	assert_int_equal(got.days_n, 3);
	daily_store_done(&got);
}

static void fifty_thousand_activities_go_in_and_come_back(void **state)
{
	struct fixture *fixture = *state;
	enum { MANY = 50000 };
	assert_int_equal(store_begin(fixture->store), 0);
	for (int64_t i = 0; i < MANY; i++) {
		struct report_activity run = fixture_run(i * 5 * HOUR_MS);
		run.numbers.load = (double)(i % 100) + 0.125;
		int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
		(void)fixture_put_activity(fixture, file, 0, &run, NULL);
	}
	assert_int_equal(store_refresh_days(fixture->store, 0, MANY), 0);
	assert_int_equal(store_commit(fixture->store), 0);
	store_release_memory(fixture->store);
	fixture_open(fixture, STORE_READ);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.sessions_n, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_near(history.sessions[i].load, (double)(i % 100) + 0.125, 0);
	history_done(&history);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		MADE(a_run_gives_all_its_numbers_and_anything_else_its_load),
		cmocka_unit_test(values_of_older_stores_are_read),
		MADE(a_file_with_a_summary_only_gives_what_it_states),
		MADE(sessions_are_sorted_by_start_whatever_the_order_of_import),
		MADE(a_history_can_be_read_from_a_day_on),
		MADE(what_the_runner_tells_is_part_of_the_history),
		MADE(the_earliest_changed_day_is_remembered_until_it_is_cleared),
		MADE(the_policys_memory_comes_back_to_the_last_bit),
		MADE(daily_scores_are_replaced_and_read_from_a_day_on),
		MADE(fifty_thousand_activities_go_in_and_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
