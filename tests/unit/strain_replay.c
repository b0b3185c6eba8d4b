/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A history replayed: the looks come at their times, and say what the policy says. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/replay.h"
#include "support/season.h"

struct seen {
	size_t imports, ticks, activities;
	double last_h;
};

static int on_look(const struct said_record *record, void *userdata)
{
	struct seen *seen = userdata;
	assert_true(record->at_h >= seen->last_h);
	seen->last_h = record->at_h;
	if (record->kind == RECORD_IMPORT) {
		seen->imports++;
		seen->activities += record->new_activities;
	} else {
		double hour = fmod(record->at_h, 24);
		assert_true(hour == 8 || hour == 21);
		seen->ticks++;
	}
	return seen->ticks > 5000 ? -7 : 0;
}

static void each_run_is_an_import_and_each_day_has_two_looks(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 99);
	struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	struct replay_plan plan = { .plug_in_h = 0.7, .from_h = 0, .until_h = 24.0 * 100 };
	struct seen seen = { 0 };
	assert_int_equal(replay_run(model, &season.history, &plan, on_look, &seen), 0);
	assert_int_equal(seen.imports, season.history.sessions_n);
	assert_int_equal(seen.activities, season.history.sessions_n);
	assert_int_equal(seen.ticks, 200);
	plan.until_h = 24.0 * 50 + 8; /* a look at the very end counts */
	seen = (struct seen) { 0 };
	assert_int_equal(replay_run(model, &season.history, &plan, on_look, &seen), 0);
	assert_int_equal(seen.ticks, 101);
	assert_near(seen.last_h, 24.0 * 50 + 8, 0);
	strain_model_free(model);
}

static void runs_at_one_instant_are_one_import_and_an_error_ends_it(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	(void)season_run(&season, 3, 10, 5);
	(void)season_run(&season, 3, 10, 6);
	struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	struct replay_plan plan = { .plug_in_h = 0.7, .from_h = 0, .until_h = 200 };
	struct seen seen = { 0 };
	assert_int_equal(replay_run(model, &season.history, &plan, on_look, &seen), 0);
	assert_int_equal(seen.imports, 1);
	assert_int_equal(seen.activities, 2);
	seen = (struct seen) { .ticks = 5001 };
	assert_int_equal(replay_run(model, &season.history, &plan, on_look, &seen), -7);
	strain_model_free(model);
}

static void a_day_has_its_load_fitness_and_fatigue(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	(void)season_run(&season, 3, 10, 10); /* load 60 */
	(void)season_run(&season, 5, 10, 20);
	struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	struct strain_day day;
	strain_day(model, 2, &day);
	assert_near(day.ctl, NAN, 0);
	strain_day(model, 3, &day);
	assert_near(day.load, 60, 1e-12);
	assert_near(day.distance_km, 10, 1e-12);
	double ctl = 35 + 25 * (1 - exp(-1.0 / 42));
	assert_near(day.ctl, ctl, 1e-9);
	strain_day(model, 4, &day);
	assert_near(day.ctl, ctl * exp(-1.0 / 42), 1e-9);
	double atl = ((35 + 25 * (1 - exp(-1.0 / 7))) * exp(-1.0 / 7));
	atl += (120 - atl) * (1 - exp(-1.0 / 7));
	strain_day(model, 8, &day); /* three days behind the last run */
	assert_near(day.atl, atl * exp(-3.0 / 7), 1e-9);
	assert_near(day.load, 0, 0);
	strain_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_is_an_import_and_each_day_has_two_looks),
		cmocka_unit_test(runs_at_one_instant_are_one_import_and_an_error_ends_it),
		cmocka_unit_test(a_day_has_its_load_fitness_and_fatigue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
