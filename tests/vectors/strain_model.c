/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alert rules alone, tick by tick. */
#include "vectors/strain_adapters.h"

#include "base/cleanup.h"
#include "vectors/adapter.h"

#include <errno.h>

static void free_model(struct strain_model **model)
{
	strain_model_free(*model);
}

static int read_case(const json_t *input, struct case_history *ret)
{
	int r = case_add_sessions(ret, json_object_get(input, "sessions"));
	if (r == 0)
		r = case_add_wellness(ret, json_object_get(input, "wellness"));
	if (r == 0)
		r = case_add_massages(ret, json_object_get(input, "massages"));
	if (r == 0)
		r = case_add_reports(ret, json_object_get(input, "soreness_log"));
	if (r == 0)
		r = case_add_flags(ret, json_object_get(input, "flags"));
	case_history_finish(ret);
	return r;
}

static json_t *reasons_of(const struct indication_state *state)
{
	struct evidence reasons[REASONS_MAX];
	return reasons_json(reasons, strain_reasons(state, reasons, REASONS_MAX));
}

static json_t *alert_json(const struct strain_model *model, const struct alert_decision *decision,
	enum indication indication)
{
	const struct strain_scores *scores = &decision->now.scores;
	struct strain_regions regions;
	strain_regions(model, scores->at_h, scores, indication, &regions);
	return json_pack("{s:s, s:i, s:o, s:o}", "indication", indication_names[indication],
		"severity", decision->severity[indication], "regions", regions_json(&regions),
		"reasons", reasons_of(&scores->of[indication]));
}

static json_t *tick_json(const struct strain_model *model, const struct alert_decision *decision,
	enum sensitivity sensitivity)
{
	const struct strain_scores *scores = &decision->now.scores;
	json_t *alerts = json_array(), *also = json_array();
	if (decision->rest_first)
		json_array_append_new(
			alerts, json_pack("{s:s, s:i, s:[], s:[s]}", "indication", "rest_first",
					"severity", 2, "regions", "reasons", "resting_hr"));
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		if (decision->speaks & 1u << i)
			json_array_append_new(alerts, alert_json(model, decision, i));
		else if (decision->speaks && alerts_score(&decision->now, i) >=
						     policy_on(sensitivity, INDICATION_TENSION))
			json_array_append_new(
				also, json_pack("{s:s, s:o}", "indication", indication_names[i],
					      "reasons", reasons_of(&scores->of[i])));
	}
	return json_pack("{s:f, s:o, s:o, s:b, s:o, s:o}", "at_h", scores->at_h, "raw",
		scores_json(scores, true), "score", scores_json(scores, false), "hold",
		decision->held, "alerts", alerts, "also", also);
}

int run_strain_model(const json_t *input, json_t **ret)
{
	CLEANUP(case_history_done) struct case_history history = { .sessions = NULL };
	CLEANUP(list_done) struct number_list ticks = { 0 };
	int r = read_case(input, &history);
	if (r == 0)
		r = list_get(input, "ticks", &ticks);
	if (r < 0)
		return r;
	CLEANUP(free_model) struct strain_model *model = NULL;
	r = strain_model_new(&history.history, &model);
	if (r < 0)
		return r;
	CLEANUP(daily_store_done) struct daily_store daily = { .days = NULL };
	struct policy_state state;
	policy_state_init(&state);
	double report_from_h = number_get(input, "report_from_h", 0);
	json_t *list = json_array();
	for (size_t i = 0; i < ticks.n; i++) {
		struct alert_decision decision;
		r = alerts_decide(
			model, case_sensitivity(input), ticks.values[i], &state, &daily, &decision);
		if (r < 0)
			return r;
		if (ticks.values[i] >= report_from_h)
			json_array_append_new(
				list, tick_json(model, &decision, case_sensitivity(input)));
		alerts_spoken(&decision, &state);
	}
	*ret = json_pack("{s:o}", "ticks", list);
	return 0;
}
