/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/alerts.h"

#include "base/num.h"
#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evaluate.h"

#include <math.h>

#define GUARD_DAYS 180

const char *const sensitivity_names[SENSITIVITY_COUNT] = {
	[SENSITIVITY_QUIET] = "quiet",
	[SENSITIVITY_NORMAL] = "normal",
	[SENSITIVITY_EAGER] = "eager",
};

static double step_of(enum sensitivity sensitivity)
{
	const double steps[SENSITIVITY_COUNT] = {
		[SENSITIVITY_QUIET] = strain_constants.sens_step,
		[SENSITIVITY_NORMAL] = 0,
		[SENSITIVITY_EAGER] = -strain_constants.sens_step,
	};
	return steps[sensitivity];
}

double policy_on(enum sensitivity sensitivity, enum indication indication)
{
	const struct strain_constants *k = &strain_constants;
	return (indication == INDICATION_INJURY_RISK ? k->on_injury : k->on) + step_of(sensitivity);
}

static double off_of(enum sensitivity sensitivity, enum indication indication)
{
	const struct strain_constants *k = &strain_constants;
	return (indication == INDICATION_INJURY_RISK ? k->off_injury : k->off) +
	       step_of(sensitivity);
}

/* True less than `hours` after an instant; never after one that is NAN. */
static bool is_within(double at_h, double since_h, double hours)
{
	return at_h - since_h < hours;
}

void alerts_look(const struct strain_model *model, double known_h, double at_h,
	enum sensitivity sensitivity, struct alert_look *ret)
{
	strain_evaluate_ahead(model, known_h, at_h, &ret->scores);
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		ret->severity[i] =
			strain_severity(model, known_h, &ret->scores, i, policy_on(sensitivity, i));
}

double alerts_score(const struct alert_look *look, enum indication indication)
{
	return num_round(look->scores.of[indication].score, 4);
}

/* A runner who lives at a high score is told when it is high for this runner. */
static bool is_unusual(
	const struct alert_look *look, enum indication indication, const struct daily_store *daily)
{
	double values[GUARD_DAYS];
	size_t n = 0;
	for (size_t i = daily->days_n; i-- > 0 && n < GUARD_DAYS;) {
		const struct daily_scores *day = &daily->days[i];
		if (day->day < look->scores.today - GUARD_DAYS)
			break;
		if (day->day < look->scores.today && !isnan(day->raw[indication]))
			values[n++] = day->raw[indication];
	}
	return (double)n < strain_constants.own_min ||
	       alerts_score(look, indication) >=
		       stats_percentile(values, n, strain_constants.own_q);
}

static void make_pending(struct policy_indication *of, double at_h)
{
	of->active = true;
	of->pending = true;
	of->pending_since_h = at_h;
}

static void make_inactive(struct policy_indication *of)
{
	of->active = false;
	of->pending = false;
}

void alerts_apply(const struct alert_look *look, enum sensitivity sensitivity,
	const struct daily_store *daily, struct policy_state *state)
{
	double at_h = look->scores.at_h;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		struct policy_indication *of = &state->of[i];
		double score = alerts_score(look, i);
		bool announced = at_h < of->announced_until_h;
		if (isnan(score)) {
			make_inactive(of);
		} else if (score <= off_of(sensitivity, i) && !announced) {
			make_inactive(of);
			of->severity = 0;
		} else if (!(score >= policy_on(sensitivity, i))) {
			continue;
		} else if (!of->active) {
			if (is_unusual(look, i, daily))
				make_pending(of, at_h);
		} else if (!of->pending && look->severity[i] > of->severity) {
			make_pending(of, at_h);
		}
	}
}

bool policy_is_held(const struct strain_model *model, double at_h, const struct policy_state *state)
{
	return flag_is_on(model, at_h) ||
	       is_within(at_h, state->red_flag_seen_h, strain_constants.red_hold);
}

bool alerts_is_held(const struct strain_model *model, const struct alert_look *now,
	const struct policy_state *state, const struct alert_candidate *candidate)
{
	const struct strain_constants *k = &strain_constants;
	enum indication i = candidate->indication;
	const struct policy_indication *of = &state->of[i];
	double at_h = now->scores.at_h;
	if (policy_is_held(model, at_h, state))
		return true;
	double quiet = i == INDICATION_INJURY_RISK ? k->massage_quiet_injury : k->massage_quiet;
	int usual = candidate->remembered > 1 ? candidate->remembered : 1;
	if (is_within(at_h, last_massage_h(model, at_h), quiet) && candidate->severity <= usual)
		return true;
	if (!candidate->announced && i != INDICATION_STRESS &&
		is_within(at_h, last_activity_h(model, at_h), k->settle) &&
		is_within(at_h, of->pending_since_h, k->settle_max))
		return true;
	bool rose = candidate->remembered > 0 && candidate->severity > candidate->remembered;
	return is_within(at_h, of->last_alert_h, rose ? k->cool_up : k->cool_same);
}

bool alerts_may_send(double at_h, const struct policy_state *state)
{
	return !is_within(at_h, state->last_message_h, strain_constants.cool_any);
}

int alerts_begin(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct policy_state *state, struct daily_store *daily, struct alert_decision *ret)
{
	*ret = (struct alert_decision) { .rest_first = false };
	alerts_look(model, at_h, at_h, sensitivity, &ret->now);
	int r = daily_store_set(daily, ret->now.scores.today, &ret->now.scores);
	if (r < 0)
		return r;
	if (ret->now.scores.red_flag) {
		state->red_flag_seen_h = at_h;
		ret->rest_first =
			!is_within(at_h, state->last_rest_first_h, strain_constants.cool_same);
	}
	ret->held = policy_is_held(model, at_h, state);
	alerts_apply(&ret->now, sensitivity, daily, state);
	return 0;
}

int alerts_decide(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct policy_state *state, struct daily_store *daily, struct alert_decision *ret)
{
	int r = alerts_begin(model, sensitivity, at_h, state, daily, ret);
	if (r < 0)
		return r;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		const struct alert_candidate candidate = {
			.indication = i,
			.severity = ret->now.severity[i],
			.remembered = state->of[i].severity,
		};
		if (!state->of[i].pending || !candidate.severity || !alerts_may_send(at_h, state) ||
			alerts_is_held(model, &ret->now, state, &candidate))
			continue;
		ret->speaks |= 1u << i;
		ret->severity[i] = candidate.severity;
	}
	return 0;
}

void alerts_spoken(const struct alert_decision *decision, struct policy_state *state)
{
	double at_h = decision->now.scores.at_h;
	if (decision->rest_first)
		state->last_rest_first_h = at_h;
	if (decision->speaks)
		state->last_message_h = at_h;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		if (!(decision->speaks & 1u << i))
			continue;
		state->of[i].active = true;
		state->of[i].pending = false;
		state->of[i].last_alert_h = at_h;
		state->of[i].severity = decision->severity[i];
	}
}
