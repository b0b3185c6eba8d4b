/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/outlook.h"

#include "strain/constants.h"

#include <math.h>
#include <string.h>

void outlook_init(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct outlook *ret)
{
	for (size_t i = 0; i < OUTLOOK_STEPS; i++)
		alerts_look(model, at_h, at_h + (double)i * strain_constants.ahead_step,
			sensitivity, &ret->at[i]);
}

/* Index of the first instant at which it has a severity; 0 when there is none. */
static size_t reason_step(const struct outlook *outlook, enum indication indication)
{
	for (size_t i = 0; i < OUTLOOK_STEPS; i++)
		if (outlook->at[i].severity[indication])
			return i;
	return 0;
}

/* End of the last run of the day with the largest piece that soreness has within the 48 h; NAN: none. */
static double sorest_run_end_h(const struct outlook *outlook)
{
	double largest = 0, end_h = (double)NAN;
	for (size_t i = 0; i < OUTLOOK_STEPS; i++) {
		const struct indication_state *state =
			&outlook->at[i].scores.of[INDICATION_SORENESS];
		for (size_t p = 0; p < state->pieces_n; p++) {
			const struct evidence *piece = &state->pieces[p];
			if (strcmp(piece->name, "reported") == 0 || piece->weight <= largest)
				continue;
			largest = piece->weight;
			end_h = piece->at_h;
		}
	}
	return end_h;
}

static void best_for_soreness(const struct outlook *outlook, struct said_indication *ret)
{
	const struct strain_constants *k = &strain_constants;
	double now_h = outlook->at[0].scores.at_h;
	double end_h = sorest_run_end_h(outlook);
	ret->best_from_h = fmax(now_h, end_h + k->best_sore_from); /* now_h when end_h is NAN */
	ret->best_to_h = end_h + k->best_sore_to;
	if (!(ret->best_to_h > now_h)) {
		ret->best_from_h = now_h;
		ret->best_to_h = now_h + 24;
	}
}

static void best_at_peak(const struct outlook *outlook, struct said_indication *ret)
{
	double highest = 0;
	for (size_t i = 0; i < OUTLOOK_STEPS; i++)
		highest = fmax(highest, outlook->at[i].scores.of[ret->indication].score);
	size_t first = 0;
	while (first + 1 < OUTLOOK_STEPS && !(outlook->at[first].scores.of[ret->indication].score >=
						    highest - strain_constants.peak_slack))
		first++;
	ret->best_from_h = ret->best_to_h = outlook->at[first].scores.at_h;
}

static void describe(const struct strain_model *model, const struct outlook *outlook,
	enum indication indication, struct said_indication *ret)
{
	double now_h = outlook->at[0].scores.at_h;
	const struct strain_scores *then = &outlook->at[reason_step(outlook, indication)].scores;
	ret->indication = indication;
	ret->score = outlook->at[0].scores.of[indication].score;
	ret->reasons_n = strain_reasons(&then->of[indication], ret->reasons, REASONS_MAX);
	strain_regions(model, now_h, then, indication, &ret->regions);
	ret->best_from_h = ret->best_to_h = (double)NAN;
	if (indication == INDICATION_SORENESS)
		best_for_soreness(outlook, ret);
	else if (indication != INDICATION_INJURY_RISK)
		best_at_peak(outlook, ret);
}

void outlook_describe(const struct strain_model *model, enum sensitivity sensitivity,
	const struct outlook *outlook, const struct alert_decision *decision,
	struct said_record *ret)
{
	double on = policy_on(sensitivity, INDICATION_TENSION); /* for injury_risk too */
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		if (decision->speaks & 1u << i) {
			struct said_indication *said = &ret->of[ret->of_n++];
			describe(model, outlook, i, said);
			said->severity = decision->severity[i];
		} else if (alerts_score(&decision->now, i) >= on) {
			const struct indication_state *state = &decision->now.scores.of[i];
			struct said_indication *also = &ret->also[ret->also_n++];
			*also = (struct said_indication) {
				.indication = i,
				.score = state->score,
				.best_from_h = (double)NAN,
				.best_to_h = (double)NAN,
			};
			also->reasons_n = strain_reasons(state, also->reasons, REASONS_MAX);
		}
	}
}
