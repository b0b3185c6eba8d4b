/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a runner's history looks like: a run that two files tell of in parts weighs as one, more on the last day is
 * never less strain on the legs, a massage never adds any, and what was long ago has no say. Each round has a history of its own; its number is the
 * seed. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/strain.h"
#include "support/season.h"

#include <math.h>
#include <string.h>

#define ROUNDS 300u
#define DAYS 110

static void free_model(struct strain_model **model)
{
	strain_model_free(*model);
}

static void scores_at(const struct season *season, double at_h, struct strain_scores *ret)
{
	CLEANUP(free_model) struct strain_model *model = NULL;
	assert_int_equal(strain_model_new(&season->history, &model), 0);
	strain_evaluate(model, at_h, ret);
}

static void make(struct season *season, uint32_t round)
{
	season_init(season, round % 2 ? &even_calendar : &dst_calendar);
	season_at_random(season, round + 1, DAYS);
	assert_true(season->history.sessions_n > 20);
}

static double share(double value, double part)
{
	return value * part; /* NAN stays unknown */
}

static void scale(struct strain_session *run, double part)
{
	run->load = share(run->load, part);
	run->distance_km = share(run->distance_km, part);
	run->dose = share(run->dose, part);
	run->down = share(run->down, part);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		run->damage_steps[i] = share(run->damage_steps[i], part);
	for (size_t i = 0; i < REGION_COUNT; i++)
		run->region_steps[i] = share(run->region_steps[i], part);
}

/* The session at `at` becomes two that follow each other. */
static void split(struct season *season, size_t at, double part)
{
	struct strain_session *list = season->sessions;
	memmove(&list[at + 1], &list[at], (season->history.sessions_n - at) * sizeof *list);
	season->history.sessions_n++;
	double middle_h = list[at].start_h + part * (list[at].end_h - list[at].start_h);
	scale(&list[at], part);
	scale(&list[at + 1], 1 - part);
	list[at].end_h = list[at + 1].start_h = middle_h;
}

/* Evidence but for single runs, whose length is what counts there. */
static double pieces_without_spike(const struct indication_state *state)
{
	double left = 1;
	for (size_t i = 0; i < state->pieces_n; i++)
		if (strcmp(state->pieces[i].name, "single_run_spike") != 0)
			left *= 1 - state->pieces[i].weight;
	return 100 * (1 - left);
}

static void a_run_in_two_parts_weighs_as_one(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		CLEANUP(season_done) struct season one, two;
		make(&one, round);
		make(&two, round);
		for (size_t i = 0; i < one.history.sessions_n; i++)
			one.sessions[i].form_drift = two.sessions[i].form_drift = (double)NAN;
		for (int i = 0; i < 3; i++) {
			size_t n = two.history.sessions_n;
			size_t at = (size_t)season_random(&two, 0, (double)n - 0.01);
			split(&two, at, season_random(&two, 0.1, 0.9));
		}
		for (int look = 0; look < 6; look++) {
			double at_h = 24 * season_random(&two, 40, DAYS);
			struct strain_scores a, b;
			size_t last = one.history.sessions_n;
			while (last && one.sessions[last - 1].start_h > at_h)
				last--;
			if (last && one.sessions[last - 1].end_h > at_h)
				continue; /* in the middle of a run one half is over */
			scores_at(&one, at_h, &a);
			scores_at(&two, at_h, &b);
			for (size_t i = 0; i < INDICATION_COUNT; i++) {
				bool same = fabs(pieces_without_spike(&a.of[i]) -
						    pieces_without_spike(&b.of[i])) < 1e-6;
				if (!same || a.of[i].evaluated != b.of[i].evaluated)
					fail_msg("round %u, hour %g, %s: %g in one, %g in parts",
						round, at_h, indication_names[i], a.of[i].raw,
						b.of[i].raw);
			}
		}
	}
}

static void more_on_the_last_day_is_never_less(void **state)
{
	(void)state;
	static const enum indication legs[] = { INDICATION_INJURY_RISK, INDICATION_SORENESS,
		INDICATION_RECOVERY };
	for (uint32_t round = 0; round < ROUNDS; round++) {
		CLEANUP(season_done) struct season season;
		make(&season, round);
		struct strain_session *last = &season.sessions[season.history.sessions_n - 1];
		double at_h = last->end_h + season_random(&season, 0.1, 20), before[3] = { 0 };
		for (int step = 0; step < 12; step++) {
			struct strain_scores now;
			scores_at(&season, at_h, &now);
			for (size_t i = 0; i < ARRAY_SIZE(legs); i++) {
				double raw = now.of[legs[i]].raw;
				if (!(raw >= before[i] - 1e-9 && raw <= 100))
					fail_msg("round %u, step %d, %s: %g after %g", round, step,
						indication_names[legs[i]], raw, before[i]);
				before[i] = raw;
			}
			scale(last, 1.3);
		}
	}
}

static void a_massage_never_adds_and_a_longer_one_eases_more(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		CLEANUP(season_done) struct season season;
		make(&season, round);
		season.history.massages_n = 0;
		double massage_h = 24 * season_random(&season, 60, DAYS - 1);
		double at_h = massage_h + season_random(&season, 0, 90);
		struct strain_scores without, now, before;
		scores_at(&season, at_h, &without);
		before = without;
		for (int step = 1; step <= 9; step++) {
			double minutes = step * step;
			season.history.massages_n = 0;
			season_massage(&season, massage_h, minutes);
			scores_at(&season, at_h, &now);
			for (size_t i = 0; i < INDICATION_COUNT; i++) {
				if (!now.of[i].evaluated)
					continue;
				bool eased = now.of[i].score <= before.of[i].score + 1e-9;
				bool same = fabs(now.of[i].raw - without.of[i].raw) < 1e-9;
				if (!eased || !same)
					fail_msg("round %u, %g min, %s: %g after %g", round,
						minutes, indication_names[i], now.of[i].score,
						before.of[i].score);
			}
			before = now;
		}
	}
}

#define LONG_ROUNDS 40u
#define LONG_DAYS 2400

/* Without the sessions and nights of days first...last. */
static void leave_out(struct season *season, int32_t first, int32_t last)
{
	size_t n = 0;
	for (size_t i = 0; i < season->history.sessions_n; i++)
		if (season->sessions[i].day < first || season->sessions[i].day > last)
			season->sessions[n++] = season->sessions[i];
	season->history.sessions_n = n;
	n = 0;
	for (size_t i = 0; i < season->history.wellness_n; i++)
		if (season->wellness[i].day < first || season->wellness[i].day > last)
			season->wellness[n++] = season->wellness[i];
	season->history.wellness_n = n;
}

static void assert_same_scores(
	uint32_t round, const struct strain_scores *whole, const struct strain_scores *cut)
{
	bool same = whole->days_known == cut->days_known &&
		    whole->reference_day == cut->reference_day && whole->doubts == cut->doubts &&
		    whole->few_days == cut->few_days && whole->gap_days == cut->gap_days &&
		    whole->red_flag == cut->red_flag && whole->learned_since == cut->learned_since;
	if (!same)
		fail_msg("round %u, hour %g: what is known differs", round, whole->at_h);
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		const struct indication_state *a = &whole->of[i], *b = &cut->of[i];
		if (a->evaluated != b->evaluated || a->pieces_n != b->pieces_n ||
			(a->evaluated && fabs(a->score - b->score) > 1e-12))
			fail_msg("round %u, hour %.17g, %s: %.17g whole, %.17g cut off", round,
				whole->at_h, indication_names[i], a->score, b->score);
		for (size_t p = 0; p < a->pieces_n; p++)
			assert_string_equal(a->pieces[p].name, b->pieces[p].name);
	}
}

static void assert_same_day(
	const struct strain_model *whole, const struct strain_model *cut, int32_t day)
{
	struct strain_day a, b;
	strain_day(whole, day, &a);
	strain_day(cut, day, &b);
	assert_near(a.load, b.load, 0);
	assert_near(a.ctl, b.ctl, 1e-12);
	assert_near(a.atl, b.atl, 1e-12);
}

static void what_lies_further_back_than_the_reach_changes_no_score(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < LONG_ROUNDS; round++) {
		CLEANUP(season_done) struct season season;
		season_init(&season, round % 2 ? &even_calendar : &dst_calendar);
		season_at_random(&season, round + 1, LONG_DAYS);
		double hole = season_random(&season, 100, LONG_DAYS);
		if (round % 3) /* years without a run, also up to the end */
			leave_out(&season, (int32_t)hole,
				(int32_t)(hole + season_random(&season, 10, 2000)));
		int32_t asked = (int32_t)season_random(&season, 1900, LONG_DAYS);
		CLEANUP(free_model) struct strain_model *whole = NULL, *cut = NULL;
		assert_int_equal(strain_model_new(&season.history, &whole), 0);
		struct strain_history view = season.history;
		view.from_day = asked - strain_reach_days();
		view.earlier_day = view.sessions[0].day;
		for (; view.sessions_n && view.sessions->day < view.from_day; view.sessions_n--) {
			view.sessions++;
			view.has_earlier = true;
		}
		for (; view.wellness_n && view.wellness->day < view.from_day; view.wellness_n--)
			view.wellness++;
		assert_true(view.has_earlier);
		assert_int_equal(strain_model_new(&view, &cut), 0);
		for (int look = 0; look < 40; look++) {
			double known_h = 24.0 * asked + season_random(&season, 0, 24 * 500);
			double at_h = known_h + (look % 2 ? season_random(&season, 0, 48) : 0);
			struct strain_scores a, b;
			strain_evaluate_ahead(whole, known_h, at_h, &a);
			strain_evaluate_ahead(cut, known_h, at_h, &b);
			assert_same_scores(round, &a, &b);
			assert_same_day(whole, cut, a.today);
		}
		assert_same_day(whole, cut, asked - 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_in_two_parts_weighs_as_one),
		cmocka_unit_test(more_on_the_last_day_is_never_less),
		cmocka_unit_test(a_massage_never_adds_and_a_longer_one_eases_more),
		cmocka_unit_test(what_lies_further_back_than_the_reach_changes_no_score),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
