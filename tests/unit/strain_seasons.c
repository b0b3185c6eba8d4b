/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole made-up seasons through the message policy: what holds whatever was run. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/texts.h"
#include "support/season.h"

#include <string.h>

#define SEASON_DAYS 200
#define SAID_MAX 512u

struct told {
	double at_h;
	int severity;
	int of[INDICATION_COUNT]; /* severity of each; 0: not in it */
};

struct journal {
	struct told told[SAID_MAX];
	size_t n;
};

static void free_model(struct strain_model **model)
{
	strain_model_free(*model);
}

static void check_record(const struct said_record *record, const struct season *season)
{
	char title[TEXTS_TITLE_BYTES], body[TEXTS_BODY_BYTES];
	assert_true(said_title(record, title, sizeof title) > 0);
	assert_true(said_body(record, &season->history.calendar, body, sizeof body) > 0);
	if (record->of_n)
		assert_non_null(strstr(body, stop_text()));
	for (size_t i = 0; i < record->of_n; i++) {
		const struct said_indication *said = &record->of[i];
		assert_true(said->severity >= 1 && said->severity <= record->severity);
		assert_true(said->reasons_n >= 1);
		bool jump = said->indication == INDICATION_INJURY_RISK;
		assert_int_equal(isnan(said->best_from_h), jump);
		if (!jump)
			assert_true(said->best_from_h >= record->at_h - 1e-9 &&
				    said->best_to_h >= said->best_from_h);
	}
	assert_false(record->held && record->of_n);
	assert_false(record->rest_first && record->of_n);
}

static void note(
	struct journal *journal, const struct said_record *record, const struct season *season)
{
	if (record->kind == RECORD_NONE)
		return;
	check_record(record, season);
	if (!record->of_n)
		return;
	assert_true(journal->n < SAID_MAX);
	struct told *told = &journal->told[journal->n++];
	*told = (struct told) { .at_h = record->at_h, .severity = record->severity };
	for (size_t i = 0; i < record->of_n; i++)
		told->of[record->of[i].indication] = record->of[i].severity;
}

/* Plugged in 0.7 h after each run; looked at every morning and evening. */
static void play(const struct season *season, const struct policy_settings *settings,
	struct journal *journal)
{
	CLEANUP(free_model) struct strain_model *model = NULL;
	CLEANUP(daily_store_done) struct daily_store daily = { 0 };
	struct policy_state state;
	policy_state_init(&state);
	assert_int_equal(strain_model_new(&season->history, &model), 0);
	size_t next = 0;
	for (int i = 0; i < 2 * SEASON_DAYS; i++) {
		int day = i / 2;
		double at_h = 24.0 * day + (i % 2 ? 21 : 8);
		struct said_record record;
		for (; next < season->history.sessions_n; next++) {
			double plugged_h = season->sessions[next].end_h + 0.7;
			if (plugged_h > at_h)
				break;
			assert_int_equal(policy_import(model, settings, plugged_h, 1, &state,
						 &daily, &record),
				0);
			assert_int_equal(record.kind, RECORD_IMPORT);
			note(journal, &record, season);
		}
		assert_int_equal(policy_tick(model, settings, at_h, &state, &daily, &record), 0);
		assert_int_not_equal(record.kind, RECORD_IMPORT);
		note(journal, &record, season);
	}
}

/* Over the budget only what is more severe than every message of the 30 days before. */
static void check_budget(const struct journal *journal, size_t limit)
{
	for (size_t i = 0; i < journal->n; i++) {
		size_t before = 0;
		int highest = 0;
		for (size_t j = 0; j < i; j++) {
			if (journal->told[i].at_h - journal->told[j].at_h >= 720)
				continue;
			before++;
			if (journal->told[j].severity > highest)
				highest = journal->told[j].severity;
		}
		assert_true(before < limit || journal->told[i].severity > highest);
	}
}

/* Twelve hours between two messages; of one indication 72 h, or 36 h when it grew worse. */
static void check_pauses(const struct journal *journal)
{
	for (size_t i = 1; i < journal->n; i++) {
		const struct told *now = &journal->told[i];
		assert_true(now->at_h - journal->told[i - 1].at_h >= 12);
		for (size_t j = 0; j < i; j++) {
			const struct told *then = &journal->told[j];
			double pause_h = now->at_h - then->at_h;
			for (size_t k = 0; k < INDICATION_COUNT; k++) {
				if (!now->of[k] || !then->of[k])
					continue;
				assert_true(pause_h >= 36);
				assert_true(pause_h >= 72 || now->of[k] > then->of[k]);
			}
		}
	}
}

static void budgets_and_pauses_hold_in_every_season(void **state)
{
	(void)state;
	static const size_t limits[SENSITIVITY_COUNT] = {
		[SENSITIVITY_QUIET] = 1, [SENSITIVITY_NORMAL] = 2, [SENSITIVITY_EAGER] = SAID_MAX
	};
	size_t total = 0;
	for (uint32_t seed = 1; seed <= 6; seed++) {
		CLEANUP(season_done) struct season season;
		season_init(&season, seed % 2 ? &even_calendar : &dst_calendar);
		season_at_random(&season, seed, SEASON_DAYS);
		for (int way = 0; way < SENSITIVITY_COUNT * TIMING_COUNT; way++) {
			const struct policy_settings settings = { (enum sensitivity)(way / 2),
				(enum timing)(way % 2) };
			struct journal journal = { .n = 0 };
			play(&season, &settings, &journal);
			check_budget(&journal, limits[settings.sensitivity]);
			check_pauses(&journal);
			total += journal.n;
		}
	}
	assert_true(total > 50); /* the seasons are wild enough to say something */
}

static void an_even_season_says_nothing(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &dst_calendar);
	season_weeks(&season, 0, SEASON_DAYS);
	for (int32_t day = 0; day < SEASON_DAYS; day++)
		(void)season_night(&season, day);
	const struct policy_settings settings = { SENSITIVITY_NORMAL, TIMING_NOW };
	struct journal journal = { .n = 0 };
	play(&season, &settings, &journal);
	assert_int_equal(journal.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budgets_and_pauses_hold_in_every_season),
		cmocka_unit_test(an_even_season_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
