/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/view.h"

#include "base/num.h"
#include "ipc/json_text.h"
#include "strain/texts.h"
#include "util/clock.h"

#include <math.h>

#define TEXT_BYTES 256u

json_t *view_instant(double at_h)
{
	char text[CLOCK_TEXT_BYTES];
	return isfinite(at_h) ? json_string(clock_format(ms_of_hours(at_h), text)) : json_null();
}

json_t *view_scores(const struct strain_scores *scores)
{
	json_t *object = json_object();
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		(void)json_object_set_new(
			object, indication_names[i], json_from_number(scores->of[i].score, 4));
	return object;
}

json_t *view_strain(const struct strain_scores *scores)
{
	int leading = strain_leading(scores);
	if (leading < 0)
		return json_null();
	return json_pack("{s:s,s:o}", "indication", indication_names[leading], "score",
		json_from_number(scores->of[leading].score, 4));
}

json_t *view_regions(const struct strain_regions *regions)
{
	json_t *list = json_array();
	for (size_t i = 0; i < regions->n; i++)
		(void)json_array_append_new(list, json_string(region_names[regions->order[i]]));
	if (regions->legs)
		(void)json_array_append_new(list, json_string("legs"));
	return list;
}

json_t *view_reasons(const struct evidence *pieces, size_t n, const struct calendar *calendar)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		char text[TEXT_BYTES];
		(void)evidence_text(&pieces[i], calendar, text, sizeof text);
		(void)json_array_append_new(
			list, json_pack("{s:s,s:o,s:s}", "name", pieces[i].name, "evidence",
				      json_from_number(pieces[i].weight, 4), "text", text));
	}
	return list;
}

static void add_doubt(json_t *list, const char *name, const char *text)
{
	(void)json_array_append_new(list, json_pack("{s:s,s:s}", "name", name, "text", text));
}

json_t *view_doubts(const struct strain_scores *scores)
{
	json_t *list = json_array();
	char text[TEXT_BYTES];
	if (few_days_text(scores, text, sizeof text))
		add_doubt(list, "few_days", text);
	if (gap_text(scores, text, sizeof text))
		add_doubt(list, "gap", text);
	for (enum doubt d = 0; d < DOUBT_COUNT; d++)
		if (scores->doubts & 1u << d)
			add_doubt(list, doubt_names[d], doubt_text(d));
	return list;
}

static json_t *one(const struct situation *s, const struct strain_scores *scores, enum indication i)
{
	const struct indication_state *state = &scores->of[i];
	if (!state->evaluated)
		return json_null();
	struct strain_regions regions = { 0 };
	strain_regions(s->model, s->now_h, scores, i, &regions);
	/* severity is a notice from `on` of tension also for the load jump (docs/metrics.md) */
	double on = policy_on(s->settings.sensitivity, INDICATION_TENSION);
	return json_pack("{s:o,s:o,s:i,s:b,s:b,s:o,s:o}", "score",
		json_from_number(state->score, 4), "raw", json_from_number(state->raw, 4),
		"severity", strain_severity(s->model, s->now_h, scores, i, on), "active",
		s->state.of[i].active, "pending", s->state.of[i].pending, "reasons",
		view_reasons(state->pieces, state->pieces_n, &s->history.view.calendar), "regions",
		view_regions(&regions));
}

json_t *view_indications(const struct situation *situation, const struct strain_scores *scores)
{
	json_t *object = json_object();
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		(void)json_object_set_new(
			object, indication_names[i], one(situation, scores, (enum indication)i));
	return object;
}
