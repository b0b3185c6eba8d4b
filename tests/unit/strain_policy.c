/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alert rules and message policy, beyond what the vectors show. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/policy.h"
#include "support/season.h"

#include <string.h>

#define NOON_OF_RACE (24.0 * 84 + 12.5) /* a marathon ends on day 84 */

/* A season with the state of its policy. */
struct play {
	struct season season;
	struct strain_model *model;
	struct policy_settings settings;
	struct policy_state state;
	struct daily_store daily;
};

static void play_init(struct play *play)
{
	*play = (struct play) {
		.settings = { .sensitivity = SENSITIVITY_NORMAL, .timing = TIMING_NOW },
	};
	season_init(&play->season, &even_calendar);
	policy_state_init(&play->state);
}

static void play_done(struct play *play)
{
	strain_model_free(play->model);
	season_done(&play->season);
	daily_store_done(&play->daily);
}

static void learn(struct play *play)
{
	play->model = strain_model_free(play->model);
	assert_int_equal(strain_model_new(&play->season.history, &play->model), 0);
}

static struct said_record tick(struct play *play, double at_h)
{
	struct said_record record;
	assert_int_equal(policy_tick(play->model, &play->settings, at_h, &play->state, &play->daily,
				 &record),
		0);
	return record;
}

static struct said_record import(struct play *play, double at_h, size_t n)
{
	struct said_record record;
	assert_int_equal(policy_import(play->model, &play->settings, at_h, n, &play->state,
				 &play->daily, &record),
		0);
	return record;
}

static void run_marathon(struct play *play)
{
	season_weeks(&play->season, 0, 83);
	(void)season_run(&play->season, 84, 12.5, 42.2);
	learn(play);
}

static void an_import_without_a_new_activity_decides_nothing(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	run_marathon(&play);
	struct policy_state before = play.state;
	struct said_record record = import(&play, NOON_OF_RACE + 1, 0);
	assert_int_equal(record.kind, RECORD_NONE);
	assert_memory_equal(&before, &play.state, sizeof before);
	assert_int_equal(play.daily.days_n, 0);
}

static void a_marathon_is_said_once(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	run_marathon(&play);
	struct said_record record = import(&play, NOON_OF_RACE + 1, 1);
	assert_int_equal(record.kind, RECORD_IMPORT);
	assert_int_equal(record.lead, LEAD_MASSAGE);
	assert_int_equal(record.severity, 3);
	assert_int_equal(record.of_n, 3);
	assert_int_equal(record.of[1].indication, INDICATION_SORENESS);
	assert_near(record.of[1].best_from_h, NOON_OF_RACE + 24, 1e-9);
	assert_near(record.of[1].best_to_h, NOON_OF_RACE + 72, 1e-9);
	assert_true(isnan(record.of[0].best_from_h)); /* the load jump has none */
	assert_int_equal(play.state.budget_n, 1);
	for (int i = 0; i < 15; i++)
		assert_int_equal(tick(&play, 24 * 84 + 21 + 12 * i).kind, RECORD_NONE);
}

static void the_same_inputs_give_the_same_record(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play one, two;
	play_init(&one);
	play_init(&two);
	run_marathon(&one);
	run_marathon(&two);
	struct said_record a = import(&one, NOON_OF_RACE + 1, 1);
	struct said_record b = import(&two, NOON_OF_RACE + 1, 1);
	assert_int_equal(a.of_n, b.of_n);
	assert_near(a.scores.of[INDICATION_RECOVERY].raw, b.scores.of[INDICATION_RECOVERY].raw, 0);
	assert_memory_equal(&one.state, &two.state, sizeof one.state);
}

static void a_flag_holds_from_its_first_instant_until_before_its_last(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	season_flag(&play.season, 100, 200);
	learn(&play);
	assert_false(policy_is_held(play.model, 99.99, &play.state));
	assert_true(policy_is_held(play.model, 100, &play.state));
	assert_true(policy_is_held(play.model, 199.99, &play.state));
	assert_false(policy_is_held(play.model, 200, &play.state));
}

static void a_flag_holds_the_suggestion_but_not_the_import(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	season_flag(&play.season, NOON_OF_RACE, INFINITY);
	run_marathon(&play);
	struct said_record record = import(&play, NOON_OF_RACE + 1, 2);
	assert_int_equal(record.kind, RECORD_IMPORT);
	assert_int_equal(record.new_activities, 2);
	assert_true(record.held && record.of_n == 0 && record.also_n == 0);
	assert_int_equal(record.lead, LEAD_NONE);
	assert_true(record.scores.of[INDICATION_RECOVERY].score > 80);
}

/* Two mornings with a resting heart rate far above the base. */
static void fall_ill(struct play *play)
{
	for (int32_t day = 0; day < 90; day++) {
		struct wellness_day *night = season_night(&play->season, day);
		if (day >= 84)
			night->resting_hr_bpm = 66;
	}
	season_weeks(&play->season, 0, 83);
	(void)season_run(&play->season, 85, 12.5, 42.2);
	learn(play);
}

static void a_red_flag_goes_into_the_import_and_holds_the_rest(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	fall_ill(&play);
	struct said_record record = import(&play, 24 * 85 + 13, 1);
	assert_int_equal(record.kind, RECORD_IMPORT);
	assert_int_equal(record.lead, LEAD_REST);
	assert_true(record.rest_first && record.held);
	assert_int_equal(record.severity, 0);
	assert_int_equal(record.of_n, 0);
	assert_int_equal(play.state.budget_n, 0);
	assert_true(isnan(play.state.last_message_h));
	/* held, and not repeated for 72 h */
	assert_int_equal(tick(&play, 24 * 86 + 8).kind, RECORD_NONE);
	assert_int_equal(tick(&play, 24 * 88 + 8).kind, RECORD_NONE);
	record = tick(&play, 24 * 88 + 13);
	assert_int_equal(record.kind, RECORD_REST_FIRST);
	assert_int_equal(record.lead, LEAD_REST);
}

/* Soreness of a height on one evening; the morning's tick follows. */
static struct said_record sore_morning(struct play *play, int32_t day, double soreness)
{
	season_report(&play->season, 24 * day - 1, soreness, 0);
	learn(play);
	return tick(play, 24 * day + 8);
}

static void what_the_budget_holds_back_is_recorded_once(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	season_weeks(&play.season, 0, 100);
	learn(&play);
	assert_int_equal(sore_morning(&play, 60, 8).kind, RECORD_MASSAGE);
	(void)tick(&play, 24 * 63 + 8); /* and back to nothing */
	assert_int_equal(sore_morning(&play, 66, 8).kind, RECORD_MASSAGE);
	(void)tick(&play, 24 * 69 + 8);
	struct said_record record = sore_morning(&play, 73, 8); /* a rest day: no settling */
	assert_int_equal(record.kind, RECORD_SUPPRESSED);
	assert_int_equal(record.severity, 0);
	assert_int_equal(record.suppressed_n, 1);
	assert_int_equal(record.suppressed[0].severity, 2);
	assert_int_equal(tick(&play, 24 * 73 + 21).kind, RECORD_NONE);
	assert_int_equal(play.state.budget_n, 2);
	/* thirty days after the first one the month has room again */
	(void)tick(&play, 24 * 88 + 8);
	assert_int_equal(sore_morning(&play, 91, 8).kind, RECORD_MASSAGE);
}

static void eager_has_no_budget_and_its_list_never_overflows(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	play.settings.sensitivity = SENSITIVITY_EAGER;
	run_marathon(&play);
	for (size_t i = 0; i < POLICY_BUDGET_MAX; i++) {
		play.state.budget[i].at_h = NOON_OF_RACE - 10;
		play.state.budget[i].severity = 3;
	}
	play.state.budget_n = POLICY_BUDGET_MAX;
	assert_int_equal(import(&play, NOON_OF_RACE + 1, 1).severity, 3);
	assert_int_equal(play.state.budget_n, POLICY_BUDGET_MAX);
	assert_near(play.state.budget[POLICY_BUDGET_MAX - 1].at_h, NOON_OF_RACE + 1, 0);
}

static void sensitivity_moves_the_thresholds(void **state)
{
	(void)state;
	assert_near(policy_on(SENSITIVITY_EAGER, INDICATION_STRESS), 50, 0);
	assert_near(policy_on(SENSITIVITY_NORMAL, INDICATION_STRESS), 60, 0);
	assert_near(policy_on(SENSITIVITY_QUIET, INDICATION_STRESS), 70, 0);
	assert_near(policy_on(SENSITIVITY_EAGER, INDICATION_INJURY_RISK), 65, 0);
	assert_near(policy_on(SENSITIVITY_NORMAL, INDICATION_INJURY_RISK), 75, 0);
	assert_near(policy_on(SENSITIVITY_QUIET, INDICATION_INJURY_RISK), 85, 0);
}

static void a_young_history_never_speaks_loudly(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	season_weeks(&play.season, 70, 83); /* two weeks are known */
	(void)season_run(&play.season, 84, 12.5, 42.2);
	learn(&play);
	struct said_record record = import(&play, NOON_OF_RACE + 1, 1);
	assert_true(record.of_n > 0);
	assert_int_equal(record.severity, 1);
	assert_true(record.scores.few_days);
}

static void stored_days_are_sorted_rounded_and_replaced(void **state)
{
	(void)state;
	CLEANUP(daily_store_done) struct daily_store store = { 0 };
	static const int32_t days[] = { 5, 3, 9, 3, -2 };
	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		struct strain_scores scores = { .today = days[i] };
		scores.of[INDICATION_TENSION].raw = (double)i + 0.123456;
		scores.of[INDICATION_STRESS].raw = (double)NAN;
		assert_int_equal(daily_store_set(&store, days[i], &scores), 0);
	}
	assert_int_equal(store.days_n, 4);
	static const int32_t sorted[] = { -2, 3, 5, 9 };
	for (size_t i = 0; i < store.days_n; i++)
		assert_int_equal(store.days[i].day, sorted[i]);
	assert_near(store.days[1].raw[INDICATION_TENSION], 3.1235, 1e-12);
	assert_true(isnan(store.days[1].raw[INDICATION_STRESS]));
}

static void past_days_do_not_depend_on_the_order_of_import(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play once, twice;
	play_init(&once);
	play_init(&twice);
	season_at_random(&once.season, 7, 150);
	learn(&once);
	assert_int_equal(policy_recompute_days(once.model, 0, 149, &once.daily), 0);
	/* the other runner's second watch comes later: every other run at first */
	struct strain_history *known = &twice.season.history;
	for (size_t i = 0; i < once.season.history.sessions_n; i += 2)
		twice.season.sessions[known->sessions_n++] = once.season.sessions[i];
	learn(&twice);
	assert_int_equal(policy_recompute_days(twice.model, 0, 149, &twice.daily), 0);
	twice.model = strain_model_free(twice.model);
	assert_int_equal(strain_model_new(&once.season.history, &twice.model), 0);
	assert_int_equal(policy_recompute_days(twice.model, 0, 149, &twice.daily), 0);
	assert_int_equal(once.daily.days_n, twice.daily.days_n);
	for (size_t i = 0; i < once.daily.days_n; i++) {
		assert_int_equal(once.daily.days[i].day, twice.daily.days[i].day);
		for (size_t j = 0; j < INDICATION_COUNT; j++)
			assert_near(once.daily.days[i].raw[j], twice.daily.days[i].raw[j], 0);
	}
}

static void past_days_are_valued_at_nine_in_the_evening_of_their_clock(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &dst_calendar);
	season_weeks(&season, 0, 70);
	(void)season_run(&season, 80, 20.9, 42); /* in on the day of 23 hours, but only just */
	(void)season_run(&season, 200, 21.1, 42);
	struct strain_model *model = NULL;
	CLEANUP(daily_store_done) struct daily_store store = { 0 };
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	assert_int_equal(policy_recompute_days(model, 80, 80, &store), 0);
	assert_int_equal(policy_recompute_days(model, 200, 201, &store), 0);
	assert_int_equal(policy_recompute_days(model, 300, 299, &store), 0);
	strain_model_free(model);
	assert_int_equal(store.days_n, 3);
	assert_true(store.days[0].raw[INDICATION_RECOVERY] > 80);
	assert_true(store.days[1].raw[INDICATION_RECOVERY] < 1);
	assert_true(store.days[2].raw[INDICATION_RECOVERY] > 80);
}

static void nothing_known_is_nothing_to_say(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	learn(&play);
	assert_int_equal(tick(&play, 8).kind, RECORD_NONE);
	struct said_record record = import(&play, 9, 1); /* an activity without times, say */
	assert_int_equal(record.kind, RECORD_IMPORT);
	assert_int_equal(record.of_n, 0);
	assert_int_equal(strain_leading(&record.scores), -1);
}

static void a_clock_set_back_does_not_repeat_a_message(void **state)
{
	(void)state;
	CLEANUP(play_done) struct play play;
	play_init(&play);
	run_marathon(&play);
	assert_int_equal(import(&play, NOON_OF_RACE + 20, 1).severity, 3);
	struct said_record record = import(&play, NOON_OF_RACE + 1, 1);
	assert_int_equal(record.kind, RECORD_IMPORT);
	assert_int_equal(record.of_n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_import_without_a_new_activity_decides_nothing),
		cmocka_unit_test(a_marathon_is_said_once),
		cmocka_unit_test(the_same_inputs_give_the_same_record),
		cmocka_unit_test(a_flag_holds_from_its_first_instant_until_before_its_last),
		cmocka_unit_test(a_flag_holds_the_suggestion_but_not_the_import),
		cmocka_unit_test(a_red_flag_goes_into_the_import_and_holds_the_rest),
		cmocka_unit_test(what_the_budget_holds_back_is_recorded_once),
		cmocka_unit_test(eager_has_no_budget_and_its_list_never_overflows),
		cmocka_unit_test(sensitivity_moves_the_thresholds),
		cmocka_unit_test(a_young_history_never_speaks_loudly),
		cmocka_unit_test(stored_days_are_sorted_rounded_and_replaced),
		cmocka_unit_test(past_days_do_not_depend_on_the_order_of_import),
		cmocka_unit_test(past_days_are_valued_at_nine_in_the_evening_of_their_clock),
		cmocka_unit_test(nothing_known_is_nothing_to_say),
		cmocka_unit_test(a_clock_set_back_does_not_repeat_a_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
