/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/store_fixture.h"

#include "store/store_history.h"
#include "store/store_query.h"

#include <errno.h>
#include <sqlite3.h>

#define START (19000 * DAY_MS + 8 * HOUR_MS)

/* Fills every number of an activity with another one. */
static void fill(struct report_activity *activity)
{
	double value = 1.00006; /* rounds to four decimals, upwards */
#define FILL(member)                                                 \
	for (size_t i = 0; i < sizeof(member) / sizeof(double); i++) \
		((double *)&(member))[i] = value += 1;
	struct activity_numbers *n = &activity->numbers;
	FILL(activity->summary.stated)
	double *const single[] = { &n->elapsed_s, &n->timer_s, &n->moving_s, &n->distance_m,
		&n->ascent_m, &n->descent_m, &n->hr_avg_bpm, &n->hr_max_bpm, &n->cadence_avg_spm,
		&n->steps, &n->hr_peak_bpm, &n->hr_coverage, &n->load, &n->hrtss, &n->rtss,
		&n->power_load, &n->srpe, &n->trimp_banister, &n->trimp_edwards, &n->trimp_lucia,
		&n->soreness_dose, &n->soreness_down };
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
		*single[i] = value += 1;
	FILL(n->damage_steps)
	FILL(n->region_steps)
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		n->profile.values[i] =
			(struct profile_value) { value += 1, (enum value_source)(i + 1) };
	n->profile.sex = SEX_FEMALE;
	n->has_series = 0xA5;
	n->load_source = LOAD_SRPE;
	n->doubts = 0x305;
	activity->summary.has_sub_sport = true;
	activity->summary.sub_sport = 3;
	activity->summary.has_utc_offset = true;
	activity->summary.utc_offset_s = -34200;
	activity->summary.laps = 12;
	activity->summary.records = 4000000000u;
}

/* All doubles of two activities, one by one; the second rounded as the store does. */
static void same_numbers(const struct report_activity *got, const struct report_activity *put)
{
	const struct activity_numbers *a = &got->numbers, *b = &put->numbers;
	const double *stated_a = (const double *)&got->summary.stated;
	const double *stated_b = (const double *)&put->summary.stated;
	for (size_t i = 0; i < sizeof got->summary.stated / sizeof(double); i++)
		assert_near(stated_a[i], round(stated_b[i] * 1e4) / 1e4, 1e-12);
	const double *number_a = &a->elapsed_s, *number_b = &b->elapsed_s;
	for (size_t i = 0; &number_a[i] <= &a->hr_coverage; i++)
		assert_near(number_a[i], round(number_b[i] * 1e4) / 1e4, 1e-12);
	number_a = &a->hrtss;
	number_b = &b->hrtss;
	for (size_t i = 0; &number_a[i] <= &a->region_steps[REGION_COUNT - 1]; i++)
		assert_near(number_a[i], round(number_b[i] * 1e4) / 1e4, 1e-12);
	assert_near(a->load, round(b->load * 1e4) / 1e4, 1e-12);
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++) {
		assert_near(a->profile.values[i].value,
			round(b->profile.values[i].value * 1e4) / 1e4, 1e-12);
		assert_int_equal(a->profile.values[i].source, b->profile.values[i].source);
	}
}

static void an_activity_comes_back_as_it_was_put(void **state)
{
	struct fixture *fixture = *state;
	for (int64_t known = 0; known < 2; known++) {
		struct report_activity put = fixture_run(START + known * 10 * DAY_MS);
		if (known)
			fill(&put);
		int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, known ? 3421500000 : -1);
		struct activity_row row = {
			.file_id = file, .day = 19000, .utc_offset_s = 7200, .activity = &put
		};
		int64_t id = 0;
		bool merged = true;
		assert_int_equal(store_put_activity(fixture->store, &row, &id, &merged), 0);
		assert_false(merged);
		struct stored_activity got;
		assert_int_equal(store_get_activity(fixture->store, id, &got), 0);
		same_numbers(&got.activity, &put);
		const struct activity_summary *a = &got.activity.summary, *b = &put.summary;
		assert_true(a->has_sport == b->has_sport && a->sport == b->sport &&
			    a->has_sub_sport == b->has_sub_sport && a->sub_sport == b->sub_sport &&
			    a->start_ms == b->start_ms && a->has_utc_offset == b->has_utc_offset &&
			    a->utc_offset_s == b->utc_offset_s && a->laps == b->laps &&
			    a->records == b->records);
		const struct activity_numbers *n = &got.activity.numbers;
		assert_true(n->has_series == put.numbers.has_series &&
			    n->load_source == put.numbers.load_source &&
			    n->doubts == put.numbers.doubts &&
			    n->profile.sex == put.numbers.profile.sex);
		assert_true(got.id == id && got.day == 19000 && got.utc_offset_s == 7200 &&
			    got.has_utc_offset == b->has_utc_offset);
		assert_int_equal(got.sources_n, 1);
		assert_true(
			got.sources[0].leads && got.sources[0].serial == (known ? 3421500000 : -1));
		assert_int_equal(strlen(got.sources[0].sha256), 64);
		assert_int_equal(strncmp(got.sources[0].path, "runs/", 5), 0);
		stored_activity_done(&got);
	}
	struct stored_activity none;
	assert_int_equal(store_get_activity(fixture->store, 99, &none), -ENOENT);
}

static size_t count(struct fixture *fixture)
{
	size_t n = 0;
	assert_int_equal(store_count_activities(fixture->store, &n), 0);
	return n;
}

static void two_sources_of_one_run_are_one_activity_and_the_richer_leads(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity poor = fixture_run(START), rich = fixture_run(START + 60000);
	rich.numbers.has_series = 0x3F;
	rich.numbers.load = 77;
	for (int64_t rich_first = 0; rich_first < 2; rich_first++) {
		int64_t shift = rich_first * 5 * DAY_MS;
		poor.summary.start_ms = START + shift;
		rich.summary.start_ms = START + shift + 60000;
		bool merged = true;
		int64_t one =
			fixture_put_activity(fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1),
				0, rich_first ? &rich : &poor, &merged);
		assert_false(merged);
		int64_t other =
			fixture_put_activity(fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, 2),
				0, rich_first ? &poor : &rich, &merged);
		assert_true(merged);
		assert_true(one == other);
		struct stored_activity got;
		assert_int_equal(store_get_activity(fixture->store, one, &got), 0);
		assert_near(got.activity.numbers.load, 77, 0);
		assert_int_equal(got.sources_n, 2);
		assert_true(got.sources[0].leads && !got.sources[1].leads);
		assert_true(got.sources[0].serial == (rich_first ? 1 : 2));
		stored_activity_done(&got);
	}
	assert_int_equal(count(fixture), 2);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.sessions_n, 2); /* merged ones count once */
	assert_near(history.sessions[0].load, 77, 0);
	history_done(&history);
}

static void one_file_and_one_device_never_merge(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(START);
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 5);
	bool merged = true;
	(void)fixture_put_activity(fixture, file, 0, &run, NULL);
	(void)fixture_put_activity(fixture, file, 1, &run, &merged);
	assert_false(merged);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, 5), 0, &run, &merged);
	assert_false(merged);
	assert_int_equal(count(fixture), 3);
	/* a device of which nothing is known may be another one */
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, -1), 0, &run, &merged);
	assert_true(merged);
	assert_int_equal(count(fixture), 3);
}

static void a_third_file_of_a_merged_device_stays_out(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(START);
	bool merged = true;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 2), 0, &run, &merged);
	assert_true(merged);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 2), 0, &run, &merged);
	assert_false(merged); /* though device 1 alone would have been the same run */
}

static void the_closest_of_several_candidates_is_taken(void **state)
{
	struct fixture *fixture = *state;
	static const int64_t comes_ms[] = { 30000,
		100000 }; /* nearer to the first, to the second */
	for (int64_t i = 0; i < 2; i++) {
		int64_t start_ms = START + i * DAY_MS, ids[2];
		for (int64_t k = 0; k < 2; k++) {
			struct report_activity run = fixture_run(start_ms + k * 130000);
			run.numbers.elapsed_s = 400;
			ids[k] = fixture_put_activity(fixture,
				fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
		}
		struct report_activity comes = fixture_run(start_ms + comes_ms[i]);
		comes.numbers.elapsed_s = 400;
		bool merged = false;
		int64_t id = fixture_put_activity(
			fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 2), 0, &comes, &merged);
		assert_true(merged);
		assert_true(id == ids[i]);
	}
}

static void a_tcx_in_local_time_called_utc_meets_its_fit(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity fit = fixture_run(START), tcx = fixture_run(START + 2 * HOUR_MS);
	fit.numbers.has_series = 0xFF;
	bool merged = false;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, -1), 0, &tcx, NULL);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &fit, &merged);
	assert_true(merged);
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 2), 0, &tcx, &merged);
	assert_true(merged); /* its start is that of the TCX */
}

static void activities_without_a_start_are_kept_and_never_merged(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(TIME_UNKNOWN_MS);
	bool merged = true;
	int64_t id = 0;
	for (int64_t device = 1; device < 3; device++) {
		id = fixture_put_activity(fixture,
			fixture_put_file(fixture, FILE_FORMAT_FIT, device), 0, &run, &merged);
		assert_false(merged);
	}
	struct stored_activity got;
	assert_int_equal(store_get_activity(fixture->store, id, &got), 0);
	assert_true(got.activity.summary.start_ms == TIME_UNKNOWN_MS);
	assert_int_equal(got.day, INT32_MIN);
	stored_activity_done(&got);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_int_equal(history.view.sessions_n, 0);
	history_done(&history);
	int32_t changed = 0;
	assert_int_equal(store_changed_day(fixture->store, &changed), 0);
	assert_int_equal(changed, INT32_MAX);
}

static void a_place_of_a_file_that_is_parsed_again_is_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(START);
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
	int64_t first = fixture_put_activity(fixture, file, 0, &run, NULL);
	run.numbers.load = 99;
	bool merged = true;
	int64_t again = fixture_put_activity(fixture, file, 0, &run, &merged);
	assert_true(first == again);
	assert_false(merged);
	assert_int_equal(count(fixture), 1);
	struct history history;
	assert_int_equal(store_load_history(fixture->store, &history), 0);
	assert_near(history.sessions[0].load, 99, 0);
	history_done(&history);
}

static double ask(struct fixture *fixture, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	assert_int_equal(sqlite3_open(fixture_path(fixture, "knead.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	double answer = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_double(stmt, 0) : NAN;
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return answer;
}

static void days_add_up_and_an_empty_day_has_no_row(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity morning = fixture_run(START),
			       evening = fixture_run(START + 9 * HOUR_MS);
	evening.numbers.load = 40.25;
	evening.summary.sport = 2;
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
	(void)fixture_put_activity(fixture, file, 0, &morning, NULL);
	(void)fixture_put_activity(fixture, file, 1, &evening, NULL);
	assert_int_equal(store_refresh_days(fixture->store, 18990, 19010), 0);
	assert_near(ask(fixture, "SELECT count(*) FROM day_total"), 1, 0);
	assert_near(ask(fixture, "SELECT load FROM day_total WHERE day = 19000"), 100.25, 1e-9);
	assert_near(ask(fixture, "SELECT distance_m FROM day_total"), 20000, 1e-9);
	assert_near(ask(fixture, "SELECT activities FROM day_total"), 2, 0);
	/* another day's refresh leaves it alone */
	assert_int_equal(store_refresh_days(fixture->store, 19001, 19010), 0);
	assert_near(ask(fixture, "SELECT count(*) FROM day_total"), 1, 0);
}

static void a_leader_of_another_day_takes_the_activity_along(void **state)
{
	struct fixture *fixture = *state;
	/* a TCX whose local time is past midnight, then the FIT of the evening before */
	struct report_activity tcx = fixture_run(19001 * DAY_MS + HOUR_MS);
	struct report_activity fit = fixture_run(19000 * DAY_MS + 23 * HOUR_MS);
	fit.numbers.has_series = 0xFF;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_TCX, -1), 0, &tcx, NULL);
	assert_int_equal(store_refresh_days(fixture->store, 19001, 19001), 0);
	assert_near(ask(fixture, "SELECT day FROM day_total"), 19001, 0);
	bool merged = false;
	(void)fixture_put_activity(
		fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &fit, &merged);
	assert_true(merged);
	assert_int_equal(store_refresh_days(fixture->store, 19000, 19000), 0);
	assert_near(ask(fixture, "SELECT count(*) FROM day_total"), 1, 0);
	assert_near(ask(fixture, "SELECT day FROM day_total"), 19000, 0);
}

/* What a walk over the activities saw. */
struct walk {
	int64_t starts[8];
	size_t n, stop_after;
};

static int on_activity(const struct stored_activity *activity, void *userdata)
{
	struct walk *walk = userdata;
	assert_int_equal(activity->sources_n, 1);
	walk->starts[walk->n++] = activity->activity.summary.start_ms;
	return walk->n == walk->stop_after ? -ECANCELED : 0;
}

static void the_log_is_oldest_first_and_can_be_cut_or_ended(void **state)
{
	struct fixture *fixture = *state;
	static const int days[] = { 3, 1, 4, 0, 2 };
	for (size_t i = 0; i < 5; i++) {
		struct report_activity run = fixture_run(START + days[i] * DAY_MS);
		(void)fixture_put_activity(
			fixture, fixture_put_file(fixture, FILE_FORMAT_FIT, 1), 0, &run, NULL);
	}
	struct walk all = { 0 }, last = { 0 }, cut = { .stop_after = 2 };
	assert_int_equal(store_each_activity(fixture->store, 0, on_activity, &all), 0);
	assert_int_equal(all.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(all.starts[i] == START + (int64_t)i * DAY_MS);
	assert_int_equal(store_each_activity(fixture->store, 2, on_activity, &last), 0);
	assert_int_equal(last.n, 2);
	assert_true(last.starts[0] == START + 3 * DAY_MS && last.starts[1] == START + 4 * DAY_MS);
	assert_int_equal(store_each_activity(fixture->store, 0, on_activity, &cut), -ECANCELED);
	assert_int_equal(cut.n, 2);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		MADE(an_activity_comes_back_as_it_was_put),
		MADE(two_sources_of_one_run_are_one_activity_and_the_richer_leads),
		MADE(one_file_and_one_device_never_merge),
		MADE(a_third_file_of_a_merged_device_stays_out),
		MADE(the_closest_of_several_candidates_is_taken),
		MADE(a_tcx_in_local_time_called_utc_meets_its_fit),
		MADE(activities_without_a_start_are_kept_and_never_merged),
		MADE(a_place_of_a_file_that_is_parsed_again_is_replaced),
		MADE(days_add_up_and_an_empty_day_has_no_row),
		MADE(a_leader_of_another_day_takes_the_activity_along),
		MADE(the_log_is_oldest_first_and_can_be_cut_or_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
