/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five scores: what docs/metrics.md promises of them whatever the history. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/strain.h"
#include "strain/texts.h"
#include "support/season.h"

#include <string.h>

static void free_model(struct strain_model **model)
{
	strain_model_free(*model);
}

static struct strain_scores scores_at(const struct season *season, double at_h)
{
	CLEANUP(free_model) struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season->history, &model), 0);
	struct strain_scores scores;
	strain_evaluate(model, at_h, &scores);
	return scores;
}

static double raw_of(const struct season *season, double at_h, enum indication indication)
{
	return scores_at(season, at_h).of[indication].raw;
}

static void assert_same_scores(const struct strain_scores *a, const struct strain_scores *b)
{
	assert_int_equal(a->reference_day, b->reference_day);
	assert_int_equal(a->days_known, b->days_known);
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		assert_near(a->of[i].raw, b->of[i].raw, 1e-9);
		assert_near(a->of[i].score, b->of[i].score, 1e-9);
		assert_int_equal(a->of[i].pieces_n, b->of[i].pieces_n);
	}
}

static bool has_piece(const struct indication_state *state, const char *name)
{
	for (size_t i = 0; i < state->pieces_n; i++)
		if (strcmp(state->pieces[i].name, name) == 0)
			return true;
	return false;
}

static void without_a_history_nothing_is_evaluated(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	for (int32_t day = 0; day < 90; day++)
		(void)season_night(&season, day);
	struct strain_scores scores = scores_at(&season, 24 * 80 + 8);
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		assert_false(scores.of[i].evaluated);
		assert_true(isnan(scores.of[i].raw) && isnan(scores.of[i].score));
	}
	assert_int_equal(strain_leading(&scores), -1);
}

/* Which scores there are depends on the days that are known. */
static void a_young_history_is_asked_for_less(void **state)
{
	(void)state;
	static const struct {
		int32_t days;
		unsigned int evaluated; /* bit 1u << indication, without stress */
		bool hard_days, ramp;
	} rows[] = {
		{ 6, 1u << INDICATION_SORENESS | 1u << INDICATION_RECOVERY, false, false },
		{ 7, 7u << 1, false, false },
		{ 13, 7u << 1, false, false },
		{ 14, 7u << 1, true, false },
		{ 27, 7u << 1, true, false },
		{ 28, 15u, true, false },
		{ 41, 15u, true, false },
		{ 42, 15u, true, true },
	};
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	for (int32_t day = 0; day < 50; day++) /* ever more, so that every piece shows */
		(void)season_run(&season, day, 19, 10 + day);
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct strain_scores scores = scores_at(&season, 24 * (rows[r].days - 1) + 21);
		assert_int_equal(scores.days_known, rows[r].days);
		assert_int_equal(scores.few_days, rows[r].days < 28);
		for (size_t i = 0; i < INDICATION_COUNT; i++)
			assert_int_equal(scores.of[i].evaluated, rows[r].evaluated >> i & 1);
		const struct indication_state *jump = &scores.of[INDICATION_INJURY_RISK];
		assert_int_equal(has_piece(jump, "hard_days_in_a_row"), rows[r].hard_days);
		assert_int_equal(has_piece(jump, "load_ramp"), rows[r].ramp);
	}
}

static void what_lies_after_the_instant_does_not_matter(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 12; seed++) {
		CLEANUP(season_done) struct season season;
		season_init(&season, &even_calendar);
		season_at_random(&season, seed, 130);
		CLEANUP(free_model) struct strain_model *model = NULL;
		assert_int_equal(strain_model_new(&season.history, &model), 0);
		for (int step = 0; step < 173; step++) {
			double at_h = 5 + 17.3 * step;
			CLEANUP(season_done) struct season known;
			season_until(&season, at_h, &known);
			struct strain_scores now, alone, ahead;
			strain_evaluate(model, at_h, &now);
			alone = scores_at(&known, at_h);
			assert_same_scores(&now, &alone);
			CLEANUP(free_model) struct strain_model *past = NULL;
			assert_int_equal(strain_model_new(&known.history, &past), 0);
			strain_evaluate_ahead(model, at_h, at_h + 30, &now);
			strain_evaluate_ahead(past, at_h, at_h + 30, &ahead);
			assert_same_scores(&now, &ahead);
		}
	}
}

static void a_run_in_two_parts_of_one_day_loads_like_one(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season one, two;
	season_init(&one, &even_calendar);
	season_init(&two, &even_calendar);
	season_weeks(&one, 0, 83);
	season_weeks(&two, 0, 83);
	(void)season_run(&one, 84, 19, 30);
	(void)season_run(&two, 84, 12, 14);
	(void)season_run(&two, 84, 19, 16);
	struct strain_scores a = scores_at(&one, 24 * 85 + 8), b = scores_at(&two, 24 * 85 + 8);
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (i !=
			INDICATION_INJURY_RISK) /* a single long run is a spike, two short ones are not */
			assert_near(a.of[i].raw, b.of[i].raw, 1e-9);
	assert_true(a.of[INDICATION_INJURY_RISK].raw > b.of[INDICATION_INJURY_RISK].raw);
}

static void more_on_the_last_day_never_lowers_a_score_of_the_legs(void **state)
{
	(void)state;
	static const enum indication legs[] = { INDICATION_INJURY_RISK, INDICATION_SORENESS,
		INDICATION_RECOVERY };
	double before[ARRAY_SIZE(legs)] = { 0 };
	for (int km = 5; km <= 60; km += 5) {
		CLEANUP(season_done) struct season season;
		season_init(&season, &even_calendar);
		season_weeks(&season, 0, 83);
		(void)season_run(&season, 84, 15, km);
		for (size_t i = 0; i < ARRAY_SIZE(legs); i++) {
			double raw = raw_of(&season, 24 * 85 + 21, legs[i]);
			assert_true(raw >= before[i] - 1e-9 && raw <= 100);
			before[i] = raw;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(legs); i++)
		assert_true(before[i] > 80);
}

static void practice_of_descents_protects(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season flat, hilly;
	season_init(&flat, &even_calendar);
	season_init(&hilly, &even_calendar);
	season_weeks(&flat, 0, 83);
	season_weeks(&hilly, 0, 83);
	for (size_t i = 0; i < hilly.history.sessions_n; i++)
		hilly.sessions[i].dose = hilly.sessions[i].down = 600;
	struct strain_session *race = season_run(&flat, 84, 15, 20);
	race->dose = race->down = 900;
	*season_run(&hilly, 84, 15, 20) = *race;
	double unused = raw_of(&flat, 24 * 86, INDICATION_SORENESS);
	double used = raw_of(&hilly, 24 * 86, INDICATION_SORENESS);
	assert_true(unused > 90 && used < 60);
	struct strain_scores scores = scores_at(&flat, 24 * 86);
	assert_string_equal(scores.of[INDICATION_SORENESS].pieces[0].name, "descent");
}

static void a_massage_eases_what_is_shown_and_fades(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season, longer;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 90);
	season_massage(&season, 2000, 5);
	CLEANUP(free_model) struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	season_until(&season, 3000, &longer);
	season_massage(&longer, 2000.5, 60);
	CLEANUP(free_model) struct strain_model *two = NULL;
	assert_int_equal(strain_model_new(&longer.history, &two), 0);
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		double before = strain_relief(model, 1999, 1999, i);
		double soon = strain_relief(model, 2001, 2001, i);
		double later = strain_relief(model, 2001, 2049, i);
		assert_near(before, 1, 0);
		if (i == INDICATION_INJURY_RISK) {
			assert_near(soon, 1, 0);
			continue;
		}
		assert_true(soon < later && later < 1 && soon > 0.5);
		assert_true(strain_relief(two, 2001, 2001, i) < soon);
	}
	/* half of the full dose: 1 - 0.45 * 0.5 * exp(-1 / 72) */
	assert_near(strain_relief(model, 2001, 2001, INDICATION_TENSION), 0.7781034, 1e-6);
	assert_near(scores_at(&season, 2001).of[INDICATION_SORENESS].raw,
		scores_at(&longer, 2001).of[INDICATION_SORENESS].raw, 0);
}

static void days_of_23_and_25_hours_do_not_bend_the_windows(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season even, dst;
	season_init(&even, &even_calendar);
	season_init(&dst, &dst_calendar);
	season_weeks(&even, 0, 399);
	season_weeks(&dst, 0, 399);
	CLEANUP(free_model) struct strain_model *a = NULL, *b = NULL;
	assert_int_equal(strain_model_new(&even.history, &a), 0);
	assert_int_equal(strain_model_new(&dst.history, &b), 0);
	for (int32_t day = 30; day < 399; day++) {
		struct strain_scores plain, changed;
		strain_evaluate(a, even_calendar.instant_of(NULL, day, 21), &plain);
		strain_evaluate(b, dst_calendar.instant_of(NULL, day, 21), &changed);
		assert_int_equal(changed.today, day);
		assert_int_equal(changed.reference_day, plain.reference_day);
		assert_near(
			changed.of[INDICATION_TENSION].raw, plain.of[INDICATION_TENSION].raw, 1e-9);
		assert_near(changed.of[INDICATION_INJURY_RISK].raw,
			plain.of[INDICATION_INJURY_RISK].raw, 1e-9);
		/* hours since a run differ by one for the eight days after a change */
		assert_near(
			changed.of[INDICATION_SORENESS].raw, plain.of[INDICATION_SORENESS].raw, 5);
	}
}

static void a_morning_does_not_see_the_empty_day(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 90);
	assert_int_equal(scores_at(&season, 24 * 89 + 8).reference_day, 88);
	assert_int_equal(scores_at(&season, 24 * 89 + 18.9).reference_day, 88); /* under way */
	assert_int_equal(scores_at(&season, 24 * 89 + 19).reference_day, 89);
	assert_int_equal(scores_at(&season, 24 * 400).reference_day, 399);
	struct strain_scores late = scores_at(&season, 24 * 400);
	assert_true(late.of[INDICATION_RECOVERY].raw <= 0); /* and no division by nothing */
}

static void unknown_numbers_are_guessed_and_said(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season full, bare;
	season_init(&full, &even_calendar);
	season_init(&bare, &even_calendar);
	for (int32_t day = 0; day < 60; day++) {
		struct strain_session *run = season_run(&full, day, 19, 8);
		for (size_t t = 0; t < TISSUE_COUNT; t++)
			run->damage_steps[t] = 8000;
		run = season_run(&bare, day, 19, 8);
		run->dose = (double)NAN;
		for (size_t t = 0; t < TISSUE_COUNT; t++)
			run->damage_steps[t] = (double)NAN;
	}
	struct strain_scores a = scores_at(&full, 24 * 59 + 21), b = scores_at(&bare, 24 * 59 + 21);
	assert_same_scores(&a, &b);
	assert_int_equal(a.doubts, 0);
	assert_int_equal(b.doubts, 1u << DOUBT_NO_DOSE | 1u << DOUBT_NO_MECHANICS);
}

static void an_activity_without_distance_loads_but_makes_nothing_sore(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 83);
	struct strain_session *ride = season_run(&season, 84, 15, 40);
	ride->distance_km = ride->dose = (double)NAN;
	for (size_t t = 0; t < TISSUE_COUNT; t++)
		ride->damage_steps[t] = (double)NAN;
	struct strain_scores scores = scores_at(&season, 24 * 85 + 8);
	assert_true(scores.of[INDICATION_RECOVERY].raw > 60);
	assert_true(scores.of[INDICATION_SORENESS].raw < 1);
	assert_int_equal(scores.doubts, 0);
}

static void a_report_counts_for_a_day(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 83);
	season_report(&season, 2000, 7.5, 1u << 4);
	assert_near(raw_of(&season, 1999.9, INDICATION_SORENESS), 0, 1);
	assert_near(raw_of(&season, 2000, INDICATION_SORENESS), 75, 0);
	assert_near(raw_of(&season, 2024, INDICATION_SORENESS), 75, 0);
	assert_near(raw_of(&season, 2024.1, INDICATION_SORENESS), 0, 1);
	CLEANUP(free_model) struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season.history, &model), 0);
	struct strain_scores scores;
	strain_evaluate(model, 2001, &scores);
	struct strain_regions regions;
	strain_regions(model, 2001, &scores, INDICATION_SORENESS, &regions);
	assert_int_equal(regions.n, 1);
	assert_int_equal(regions.order[0], 4);
	strain_regions(model, 2001, &scores, INDICATION_RECOVERY, &regions);
	assert_true(regions.n == 0 && !regions.legs);
	strain_regions(model, 2001, &scores, INDICATION_TENSION, &regions);
	assert_true(regions.n == 0 && regions.legs); /* no exposure is known */
}

static void broken_times_and_days_do_no_harm(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season, clean;
	season_init(&season, &even_calendar);
	season_init(&clean, &even_calendar);
	season_weeks(&clean, 0, 83);
	struct strain_session *odd = season_run(&season, 0, 1, 5);
	odd->start_h = -INFINITY;
	odd = season_run(&season, 0, 1, 5);
	odd->end_h = (double)NAN;
	odd = season_run(&season, 0, 1, 5);
	odd->end_h = 1e9;
	odd = season_run(&season, 0, 1, 5);
	odd->day = INT32_MIN;
	season_weeks(&season, 0, 83);
	struct strain_scores a = scores_at(&season, 24 * 83 + 21),
			     b = scores_at(&clean, 24 * 83 + 21);
	assert_same_scores(&a, &b);
}

static void a_weak_feeling_is_told_with_the_run_and_changes_no_score(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 60);
	struct strain_session *race = season_run(&season, 61, 12, 42);
	race->load = 300;
	race->dose = 1200;
	static const struct {
		double feel;
		const char *words;
	} rows[] = { { (double)NAN, NULL }, { 50, NULL }, { 25, ", and you felt weak" },
		{ 0, ", and you felt very weak" } };
	double raw = -1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		race->feel = rows[i].feel;
		struct strain_scores scores = scores_at(&season, 24 * 62 + 8);
		const struct evidence *piece = &scores.of[INDICATION_SORENESS].pieces[0];
		char text[256];
		(void)evidence_text(piece, &even_calendar, text, sizeof text);
		const char *found = strstr(text, ", and you felt");
		assert_int_equal(found != NULL, rows[i].words != NULL);
		if (found)
			assert_string_equal(found, rows[i].words);
		assert_true(raw < 0 || raw == scores.of[INDICATION_SORENESS].raw);
		raw = scores.of[INDICATION_SORENESS].raw;
	}
}

static void a_hole_without_files_is_noticed_unless_nights_fill_it(void **state)
{
	(void)state;
	CLEANUP(season_done) struct season season;
	season_init(&season, &even_calendar);
	season_weeks(&season, 0, 60);
	season_weeks(&season, 80, 90); /* runs on all but two days of a week */
	double at_h = 24 * 90 + 21;
	struct strain_scores scores = scores_at(&season, at_h);
	assert_int_equal(scores.learned_since, 1); /* day 0 has none */
	assert_true(scores.learned_runs);
	assert_int_equal(scores.learned_n, season.history.sessions_n);
	assert_int_equal(scores.gap_days, 20);
	scores = scores_at(&season, 24 * 75 + 21);
	assert_true(scores.learned_n < season.history.sessions_n);
	for (int32_t day = 61; day < 80; day++)
		(void)season_night(&season, day);
	scores = scores_at(&season, at_h);
	assert_true(scores.gap_days <= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_history_nothing_is_evaluated),
		cmocka_unit_test(a_young_history_is_asked_for_less),
		cmocka_unit_test(what_lies_after_the_instant_does_not_matter),
		cmocka_unit_test(a_run_in_two_parts_of_one_day_loads_like_one),
		cmocka_unit_test(more_on_the_last_day_never_lowers_a_score_of_the_legs),
		cmocka_unit_test(practice_of_descents_protects),
		cmocka_unit_test(a_massage_eases_what_is_shown_and_fades),
		cmocka_unit_test(days_of_23_and_25_hours_do_not_bend_the_windows),
		cmocka_unit_test(a_morning_does_not_see_the_empty_day),
		cmocka_unit_test(unknown_numbers_are_guessed_and_said),
		cmocka_unit_test(an_activity_without_distance_loads_but_makes_nothing_sore),
		cmocka_unit_test(a_report_counts_for_a_day),
		cmocka_unit_test(broken_times_and_days_do_no_harm),
		cmocka_unit_test(a_weak_feeling_is_told_with_the_run_and_changes_no_score),
		cmocka_unit_test(a_hole_without_files_is_noticed_unless_nights_fill_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
