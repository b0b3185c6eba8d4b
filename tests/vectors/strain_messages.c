/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The message policy: imports and ticks in the order of time, records out. */
#include "vectors/strain_adapters.h"

#include "base/cleanup.h"
#include "vectors/adapter.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define NOTHING_CHANGED INT32_MAX

struct play {
	const json_t *input;
	struct case_history history;
	struct strain_model *model;
	struct policy_settings settings;
	struct policy_state state;
	struct daily_store daily;
	int32_t changed_from; /* earliest day whose runs or nights came since the last evaluation */
	double report_from_h;
	json_t *messages;
};

static void play_done(struct play *play)
{
	strain_model_free(play->model);
	case_history_done(&play->history);
	daily_store_done(&play->daily);
	json_decref(play->messages);
}

/* The model of what is known now. */
static int rebuild(struct play *play)
{
	play->model = strain_model_free(play->model);
	case_history_finish(&play->history);
	return strain_model_new(&play->history.history, &play->model);
}

/* The days before today whose stored values no longer hold are valued anew. */
static int catch_up(struct play *play, double at_h)
{
	int r = rebuild(play);
	if (r < 0 || play->changed_from == NOTHING_CHANGED)
		return r;
	r = policy_recompute_days(
		play->model, play->changed_from, case_day_of(at_h) - 1, &play->daily);
	play->changed_from = NOTHING_CHANGED;
	return r;
}

static json_t *indication_json(const struct said_indication *said)
{
	json_t *best = isnan(said->best_from_h)
			       ? json_null()
			       : json_pack("[f, f]", said->best_from_h, said->best_to_h);
	return json_pack("{s:s, s:i, s:o, s:o, s:o}", "indication",
		indication_names[said->indication], "severity", said->severity, "reasons",
		reasons_json(said->reasons, said->reasons_n), "regions",
		regions_json(&said->regions), "best_h", best);
}

static json_t *record_json(const struct said_record *record)
{
	json_t *indications = json_array(), *also = json_array(), *suppressed = json_array();
	for (size_t i = 0; i < record->of_n; i++)
		json_array_append_new(indications, indication_json(&record->of[i]));
	for (size_t i = 0; i < record->also_n; i++) {
		const struct said_indication *said = &record->also[i];
		json_array_append_new(also,
			json_pack("{s:s, s:o}", "indication", indication_names[said->indication],
				"reasons", reasons_json(said->reasons, said->reasons_n)));
	}
	for (size_t i = 0; i < record->suppressed_n; i++)
		json_array_append_new(
			suppressed, json_pack("{s:s, s:i}", "indication",
					    indication_names[record->suppressed[i].indication],
					    "severity", record->suppressed[i].severity));
	json_t *object = json_pack("{s:f, s:s, s:s, s:b, s:i, s:o, s:o, s:o}", "at_h", record->at_h,
		"kind", record_kind_names[record->kind], "lead", lead_names[record->lead],
		"rest_first", record->rest_first, "severity", record->severity, "indications",
		indications, "also", also, "suppressed", suppressed);
	if (record->kind != RECORD_IMPORT)
		return object;
	int leading = strain_leading(&record->scores);
	json_object_set_new(object, "new", json_integer((json_int_t)record->new_activities));
	json_object_set_new(object, "scores", scores_json(&record->scores, false));
	json_object_set_new(object, "strain",
		leading < 0 ? json_null()
			    : json_pack("{s:s, s:f}", "indication", indication_names[leading],
				      "score", record->scores.of[leading].score));
	return object;
}

static void note(struct play *play, const struct said_record *record)
{
	if (record->kind != RECORD_NONE && record->at_h >= play->report_from_h)
		json_array_append_new(play->messages, record_json(record));
}

static int tick(struct play *play, double at_h)
{
	struct said_record record;
	int r = catch_up(play, at_h);
	if (r == 0)
		r = policy_tick(
			play->model, &play->settings, at_h, &play->state, &play->daily, &record);
	if (r == 0)
		note(play, &record);
	return r;
}

static void mark_changed(struct play *play, const json_t *import)
{
	const json_t *sessions = json_object_get(import, "sessions");
	const json_t *wellness = json_object_get(import, "wellness");
	for (size_t i = 0; i < json_array_size(sessions); i++) {
		const json_t *item = json_array_get(sessions, i);
		int32_t day =
			case_day_of(number_get(item, "end_h", 0) - number_get(item, "dur_h", 0));
		play->changed_from = day < play->changed_from ? day : play->changed_from;
	}
	for (size_t i = 0; i < json_array_size(wellness); i++) {
		int32_t day = (int32_t)number_get(json_array_get(wellness, i), "day", 0);
		play->changed_from = day < play->changed_from ? day : play->changed_from;
	}
}

static int import(struct play *play, const json_t *item)
{
	double at_h = number_get(item, "at_h", 0);
	const json_t *sessions = json_object_get(item, "sessions");
	int r = case_add_sessions(&play->history, sessions);
	if (r == 0)
		r = case_add_wellness(&play->history, json_object_get(item, "wellness"));
	if (r < 0)
		return r;
	mark_changed(play, item);
	size_t new_activities = json_array_size(sessions);
	if (!new_activities)
		return 0;
	struct said_record record;
	r = catch_up(play, at_h);
	if (r == 0)
		r = policy_import(play->model, &play->settings, at_h, new_activities, &play->state,
			&play->daily, &record);
	if (r == 0)
		note(play, &record);
	return r;
}

/* The instant at which a tick is made up for: the end of the sleep it falls into. */
static double resume_of(const json_t *asleep, double at_h)
{
	for (size_t i = 0; i < json_array_size(asleep); i++) {
		const json_t *pair = json_array_get(asleep, i);
		double from_h = json_number_value(json_array_get(pair, 0));
		double to_h = json_number_value(json_array_get(pair, 1));
		if (from_h <= at_h && at_h < to_h)
			return to_h;
	}
	return at_h;
}

static int play_all(struct play *play)
{
	const json_t *imports = json_object_get(play->input, "imports");
	const json_t *asleep = json_object_get(play->input, "asleep");
	CLEANUP(list_done) struct number_list ticks = { 0 };
	int r = list_get(play->input, "ticks", &ticks);
	double last_tick_h = -INFINITY;
	size_t next = 0;
	for (size_t i = 0; r == 0 && i <= ticks.n; i++) {
		double at_h = i < ticks.n ? resume_of(asleep, ticks.values[i]) : INFINITY;
		for (; r == 0 && next < json_array_size(imports); next++) {
			const json_t *item = json_array_get(imports, next);
			if (number_get(item, "at_h", 0) > at_h)
				break;
			r = import(play, item);
		}
		if (r == 0 && i < ticks.n && at_h > last_tick_h) {
			r = tick(play, at_h);
			last_tick_h = at_h; /* several missed ones: one evaluation */
		}
	}
	return r;
}

int run_strain_messages(const json_t *input, json_t **ret)
{
	CLEANUP(play_done)
	struct play play = {
		.input = input,
		.settings.sensitivity = case_sensitivity(input),
		.changed_from = NOTHING_CHANGED,
		.report_from_h = number_get(input, "report_from_h", 0),
		.messages = json_array(),
	};
	play.settings.timing = strcmp(string_get(input, "timing", "now"), "morning") == 0
				       ? TIMING_MORNING
				       : TIMING_NOW;
	policy_state_init(&play.state);
	int r = case_add_massages(&play.history, json_object_get(input, "massages"));
	if (r == 0)
		r = case_add_reports(&play.history, json_object_get(input, "soreness_log"));
	if (r == 0)
		r = case_add_flags(&play.history, json_object_get(input, "flags"));
	if (r == 0)
		r = play_all(&play);
	if (r < 0)
		return r;
	*ret = json_pack("{s:O}", "messages", play.messages);
	return 0;
}
