/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/evaluate.h"

#include "base/num.h"
#include "metrics/stats.h"
#include "strain/constants.h"

#include <math.h>

const char *const indication_names[INDICATION_COUNT] = {
	[INDICATION_TENSION] = "tension",
	[INDICATION_INJURY_RISK] = "injury_risk",
	[INDICATION_SORENESS] = "soreness",
	[INDICATION_RECOVERY] = "recovery",
	[INDICATION_STRESS] = "stress",
};

double strain_relief(
	const struct strain_model *model, double known_h, double at_h, enum indication indication)
{
	const struct strain_constants *k = &strain_constants;
	const struct {
		double share, tau_h;
	} reliefs[INDICATION_COUNT] = {
		[INDICATION_TENSION] = { k->relief_tension, k->relief_tau_tension },
		[INDICATION_INJURY_RISK] = { k->relief_injury, 1 },
		[INDICATION_SORENESS] = { k->relief_soreness, k->relief_tau_soreness },
		[INDICATION_RECOVERY] = { k->relief_recovery, k->relief_tau_recovery },
		[INDICATION_STRESS] = { k->relief_stress, k->relief_tau_stress },
	};
	double factor = 1;
	for (size_t i = 0; i < model->history.massages_n; i++) {
		const struct strain_massage *massage = &model->history.massages[i];
		if (!(massage->at_h <= known_h))
			continue;
		double dose = clamp(massage->minutes / k->dose_min_full, 0.3, 1);
		double faded = exp(-(at_h - massage->at_h) / reliefs[indication].tau_h);
		factor = fmin(factor, 1 - reliefs[indication].share * dose * faded);
	}
	return factor;
}

double last_massage_h(const struct strain_model *model, double at_h)
{
	for (size_t i = model->history.massages_n; i-- > 0;)
		if (model->history.massages[i].at_h <= at_h)
			return model->history.massages[i].at_h;
	return (double)NAN;
}

bool flag_is_on(const struct strain_model *model, double at_h)
{
	for (size_t i = 0; i < model->history.flags_n; i++) {
		const struct strain_flag *flag = &model->history.flags[i];
		if (flag->from_h <= at_h && at_h < flag->to_h)
			return true;
	}
	return false;
}

/* The doubts of the sessions of the last 28 days, and what their unknown numbers add. */
static uint32_t doubts_of(const struct view *view)
{
	uint32_t doubts = 0;
	struct session_walk walk = view_sessions(view,
		view->reference_day - (int32_t)strain_constants.cold_full + 1, view->reference_day);
	for (const struct strain_session *s; (s = session_next(&walk));) {
		doubts |= s->doubts;
		doubts |= isnan(s->load) ? 1u << DOUBT_NO_LOAD : 0;
		if (!session_is_run(s))
			continue;
		doubts |= isnan(s->distance_km) ? 1u << DOUBT_NO_DISTANCE : 0;
		doubts |= isnan(s->dose) ? 1u << DOUBT_NO_DOSE : 0;
		doubts |= isnan(s->damage_steps[0]) ? 1u << DOUBT_NO_MECHANICS : 0;
	}
	return doubts;
}

/* The longest hole in what is known of the days that baselines look at. */
static int32_t longest_gap(const struct view *view)
{
	const struct strain_history *history = &view->model->history;
	size_t days = (size_t)strain_constants.baseline_from + 1;
	bool told[VIEW_DAYS] = { false };
	size_t at = wellness_until(history, view->reference_day);
	while (at-- > 0) {
		int64_t back = (int64_t)view->reference_day - history->wellness[at].day;
		if (back >= (int64_t)days)
			break;
		told[back] = true;
	}
	int32_t longest = 0, gap = 0;
	for (size_t k = 0; k < days && k < view->days; k++) {
		gap = told[k] || !isnan(view->end_h[k]) ? 0 : gap + 1;
		longest = gap > longest ? gap : longest;
	}
	return longest;
}

static void learned_from(const struct view *view, struct strain_scores *ret)
{
	const struct strain_model *model = view->model;
	if (view->days_known <= 0)
		return;
	ret->learned_since = view->reference_day - view->days_known + 1;
	ret->gap_days = longest_gap(view);
	if (model->has_earlier)
		return;
	int64_t days = (int64_t)view->reference_day - model->first_day + 1;
	bool all = days >= (int64_t)model->days_n;
	ret->learned_n = model->from[all ? model->days_n : (size_t)days];
	ret->learned_runs = model->all_runs;
}

/* What the runner told the watch of the run that a piece is about. */
static void add_feelings(const struct view *view, struct indication_state *state)
{
	for (size_t i = 0; i < state->pieces_n; i++) {
		struct evidence *piece = &state->pieces[i];
		struct session_walk walk = view_sessions(view, piece->day, piece->day);
		for (const struct strain_session *s; (s = session_next(&walk));)
			if (s->end_h >= piece->at_h && s->end_h <= piece->at_h &&
				s->feel <= FEEL_WEAK)
				piece->felt = s->feel > 0 ? FELT_WEAK : FELT_VERY_WEAK;
	}
}

void strain_evaluate_ahead(
	const struct strain_model *model, double known_h, double at_h, struct strain_scores *ret)
{
	struct view view;
	view_init(model, known_h, at_h, &view);
	struct nights nights;
	nights_read(&view, &nights);
	*ret = (struct strain_scores) {
		.at_h = at_h,
		.today = view.today,
		.reference_day = view.reference_day,
		.days_known = view.days_known,
		.red_flag = nights.red_flag,
		.doubts = doubts_of(&view),
		.few_days = view.days_known < (int32_t)strain_constants.cold_full,
	};
	learned_from(&view, ret);
	score_tension(&view, &ret->of[INDICATION_TENSION]);
	score_injury_risk(&view, &ret->of[INDICATION_INJURY_RISK]);
	score_soreness(&view, &ret->of[INDICATION_SORENESS]);
	score_recovery(&view, &nights, &ret->of[INDICATION_RECOVERY]);
	score_stress(&view, &nights, &ret->of[INDICATION_STRESS]);
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		add_feelings(&view, &ret->of[i]);
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		ret->of[i].score = ret->of[i].raw * strain_relief(model, known_h, at_h, i);
}

void strain_evaluate(const struct strain_model *model, double at_h, struct strain_scores *ret)
{
	strain_evaluate_ahead(model, at_h, at_h, ret);
}

int strain_leading(const struct strain_scores *scores)
{
	int leading = -1;
	for (int i = 0; i < INDICATION_COUNT; i++)
		if (scores->of[i].evaluated &&
			(leading < 0 || scores->of[i].score > scores->of[leading].score))
			leading = i;
	return leading;
}

double soreness_expected(const struct strain_model *model, double known_h, double at_h)
{
	const struct strain_constants *k = &strain_constants;
	double highest = 0;
	int steps = (int)(k->ahead_h / k->ahead_step);
	for (int step = 0; step <= steps; step++) {
		struct view view;
		view_init(model, known_h, at_h + step * k->ahead_step, &view);
		struct indication_state state;
		score_soreness(&view, &state);
		highest = fmax(highest, state.raw);
	}
	return highest * strain_relief(model, known_h, at_h, INDICATION_SORENESS);
}

double last_activity_h(const struct strain_model *model, double at_h)
{
	struct view view;
	view_init(model, at_h, at_h, &view);
	return view.last_end_h;
}

int strain_severity(const struct strain_model *model, double known_h,
	const struct strain_scores *scores, enum indication indication, double on)
{
	const struct strain_constants *k = &strain_constants;
	double score = num_round(scores->of[indication].score, 4);
	if (!(score >= on)) /* NAN too */
		return 0;
	if (indication == INDICATION_SORENESS)
		score = num_round(soreness_expected(model, known_h, scores->at_h), 4);
	if (scores->few_days)
		return 1;
	if (score >= k->sev3)
		return 3;
	return score >= k->sev2 ? 2 : 1;
}
