/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/policy.h"

#include "base/cleanup.h"
#include "strain/alerts.h"
#include "strain/constants.h"
#include "strain/outlook.h"

#include <errno.h>
#include <math.h>
#include <string.h>

const char *const timing_names[TIMING_COUNT] = {
	[TIMING_NOW] = "now",
	[TIMING_MORNING] = "morning",
};

const char *const record_kind_names[RECORD_KIND_COUNT] = {
	[RECORD_NONE] = "none",
	[RECORD_IMPORT] = "import",
	[RECORD_MASSAGE] = "massage",
	[RECORD_REST_FIRST] = "rest_first",
	[RECORD_SUPPRESSED] = "suppressed",
};

const char *const lead_names[LEAD_COUNT] = {
	[LEAD_NONE] = "none",
	[LEAD_MASSAGE] = "massage",
	[LEAD_LOAD_JUMP] = "load_jump",
	[LEAD_REST] = "rest",
};

void policy_state_init(struct policy_state *state)
{
	*state = (struct policy_state) {
		.last_message_h = (double)NAN,
		.last_rest_first_h = (double)NAN,
		.red_flag_seen_h = (double)NAN,
	};
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		state->of[i] = (struct policy_indication) {
			.pending_since_h = (double)NAN,
			.last_alert_h = (double)NAN,
			.announced_until_h = (double)NAN,
		};
}

/* Messages older than the budget's days are forgotten. */
static void prune_budget(struct policy_state *state, double at_h)
{
	size_t old = 0;
	while (old < state->budget_n &&
		at_h - state->budget[old].at_h >= strain_constants.budget_days * 24)
		old++;
	state->budget_n -= old;
	memmove(state->budget, state->budget + old, state->budget_n * sizeof state->budget[0]);
}

static bool budget_allows(
	const struct policy_state *state, enum sensitivity sensitivity, int severity)
{
	const double limits[SENSITIVITY_COUNT] = {
		[SENSITIVITY_QUIET] = strain_constants.budget_quiet,
		[SENSITIVITY_NORMAL] = strain_constants.budget_normal,
		[SENSITIVITY_EAGER] = INFINITY,
	};
	if ((double)state->budget_n < limits[sensitivity])
		return true;
	for (size_t i = 0; i < state->budget_n; i++)
		if (severity <= state->budget[i].severity)
			return false;
	return true;
}

static void spend_budget(struct policy_state *state, double at_h, int severity)
{
	if (state->budget_n == POLICY_BUDGET_MAX) { /* not with 12 h between two; the oldest goes */
		state->budget_n--;
		memmove(state->budget, state->budget + 1,
			state->budget_n * sizeof state->budget[0]);
	}
	state->budget[state->budget_n].at_h = at_h;
	state->budget[state->budget_n].severity = severity;
	state->budget_n++;
}

static int severity_of(const struct alert_decision *decision)
{
	int highest = 0;
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		if (decision->speaks & 1u << i && decision->severity[i] > highest)
			highest = decision->severity[i];
	return highest;
}

/* Nobody hears it: no cool-down and no twelve hours, but only a higher severity asks again. */
static void suppress(
	struct alert_decision *decision, struct policy_state *state, struct said_record *ret)
{
	double at_h = decision->now.scores.at_h;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		if (!(decision->speaks & 1u << i))
			continue;
		state->of[i].active = true;
		state->of[i].pending = false;
		state->of[i].severity = decision->severity[i];
		state->of[i].announced_until_h = at_h + strain_constants.ahead_h;
		ret->suppressed[ret->suppressed_n].indication = i;
		ret->suppressed[ret->suppressed_n].severity = decision->severity[i];
		ret->suppressed_n++;
	}
	decision->speaks = 0;
}

static enum lead lead_of(const struct said_record *record)
{
	if (record->rest_first)
		return LEAD_REST;
	if (!record->of_n)
		return LEAD_NONE;
	bool lone = record->of_n == 1 && record->of[0].indication == INDICATION_INJURY_RISK;
	return lone ? LEAD_LOAD_JUMP : LEAD_MASSAGE;
}

/* The budget, and the record of what is left. `outlook` is NULL at a tick: then it is made if needed. */
static int finish(const struct strain_model *model, const struct policy_settings *settings,
	const struct outlook *outlook, struct alert_decision *decision, struct policy_state *state,
	struct said_record *ret)
{
	const struct strain_scores *scores = &decision->now.scores;
	*ret = (struct said_record) {
		.at_h = scores->at_h,
		.rest_first = decision->rest_first,
		.held = decision->held,
		.scores = *scores,
	};
	prune_budget(state, scores->at_h);
	int severity = severity_of(decision);
	if (decision->speaks && !budget_allows(state, settings->sensitivity, severity))
		suppress(decision, state, ret);
	if (decision->speaks) {
		AUTO_FREE struct outlook *made = NULL;
		if (!outlook) {
			made = calloc(1, sizeof *made);
			if (!made)
				return -ENOMEM;
			outlook_init(model, settings->sensitivity, scores->at_h, made);
			outlook = made;
		}
		outlook_describe(model, settings->sensitivity, outlook, decision, ret);
		ret->severity = severity;
		spend_budget(state, scores->at_h, severity);
	}
	alerts_spoken(decision, state);
	ret->lead = lead_of(ret);
	return 0;
}

int policy_tick(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, struct policy_state *state, struct daily_store *daily, struct said_record *ret)
{
	struct alert_decision decision;
	int r = alerts_decide(model, settings->sensitivity, at_h, state, daily, &decision);
	if (r < 0)
		return r;
	r = finish(model, settings, NULL, &decision, state, ret);
	if (r < 0)
		return r;
	if (ret->rest_first)
		ret->kind = RECORD_REST_FIRST;
	else if (ret->of_n)
		ret->kind = RECORD_MASSAGE;
	else if (ret->suppressed_n)
		ret->kind = RECORD_SUPPRESSED;
	return 0;
}

/* What will be pending within 48 h is announced now, with the highest severity that it will have. */
static void announce(const struct strain_model *model, const struct policy_settings *settings,
	const struct outlook *outlook, const struct policy_state *state,
	const struct daily_store *daily, struct alert_decision *decision)
{
	double at_h = decision->now.scores.at_h;
	struct policy_state copy = *state;
	struct alert_candidate candidates[INDICATION_COUNT] = { { .severity = 0 } };
	for (size_t step = 0; step < OUTLOOK_STEPS; step++) {
		const struct alert_look *look = &outlook->at[step];
		alerts_apply(look, settings->sensitivity, daily, &copy);
		for (enum indication i = 0; i < INDICATION_COUNT; i++) {
			struct alert_candidate *c = &candidates[i];
			if (!c->announced && copy.of[i].pending && look->severity[i]) {
				c->announced = true;
				c->indication = i;
				c->remembered = copy.of[i].severity;
			}
			if (c->announced && look->severity[i] > c->severity)
				c->severity = look->severity[i];
		}
	}
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		const struct alert_candidate *c = &candidates[i];
		if (!c->announced || !alerts_may_send(at_h, state) ||
			alerts_is_held(model, &decision->now, state, c))
			continue;
		decision->speaks |= 1u << i;
		decision->severity[i] = c->severity;
	}
}

static int import_now(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, struct policy_state *state, struct daily_store *daily, struct said_record *ret)
{
	struct alert_decision decision;
	int r = alerts_begin(model, settings->sensitivity, at_h, state, daily, &decision);
	if (r < 0)
		return r;
	AUTO_FREE struct outlook *outlook = calloc(1, sizeof *outlook);
	if (!outlook)
		return -ENOMEM;
	outlook_init(model, settings->sensitivity, at_h, outlook);
	announce(model, settings, outlook, state, daily, &decision);
	uint32_t announced = decision.speaks;
	r = finish(model, settings, outlook, &decision, state, ret);
	if (r < 0)
		return r;
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		if (announced & 1u << i)
			state->of[i].announced_until_h = at_h + strain_constants.ahead_h;
	return 0;
}

static int import_morning(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, struct policy_state *state, struct daily_store *daily, struct said_record *ret)
{
	struct alert_decision decision;
	int r = alerts_decide(model, settings->sensitivity, at_h, state, daily, &decision);
	if (r < 0)
		return r;
	return finish(model, settings, NULL, &decision, state, ret);
}

int policy_import(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, size_t new_activities, struct policy_state *state, struct daily_store *daily,
	struct said_record *ret)
{
	if (!new_activities) {
		*ret = (struct said_record) { .kind = RECORD_NONE, .at_h = at_h };
		return 0;
	}
	int r = settings->timing == TIMING_NOW
			? import_now(model, settings, at_h, state, daily, ret)
			: import_morning(model, settings, at_h, state, daily, ret);
	if (r < 0)
		return r;
	ret->kind = RECORD_IMPORT;
	ret->new_activities = new_activities;
	return 0;
}
