/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/body.h"

#include "decide/view.h"
#include "store/store_query.h"
#include "ipc/json_text.h"
#include "strain/texts.h"
#include "util/clock.h"

#include "activity/names.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BODY_MAX_ACTIVITIES 20u
#define TITLE_BYTES 128u
#define BODY_TEXT_BYTES 1024u

static int add_activity(const struct stored_activity *stored, void *userdata)
{
	json_t *list = userdata;
	const struct activity_summary *summary = &stored->activity.summary;
	const struct activity_numbers *numbers = &stored->activity.numbers;
	char start[CLOCK_TEXT_BYTES];
	const char *sport = summary->has_sport ? sport_name(summary->sport) : NULL;
	json_t *object =
		json_pack("{s:I,s:o,s:s?,s:o,s:o,s:o}", "id", (json_int_t)stored->id, "start_utc",
			summary->start_ms == TIME_UNKNOWN_MS
				? json_null()
				: json_string(clock_format(summary->start_ms, start)),
			"sport", sport, "distance_m",
			json_from_number(numbers_distance_m(summary, numbers), 2), "timer_s",
			json_from_number(numbers_timer_s(summary, numbers), 3), "load",
			json_from_number(numbers->load, 4));
	return json_array_append_new(list, object) < 0 ? -ENOMEM : 0;
}

static json_t *said_list(
	const struct said_indication *said, size_t n, const struct calendar *calendar)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(list,
			json_pack("{s:s,s:i,s:o,s:o,s:o}", "indication",
				indication_names[said[i].indication], "severity", said[i].severity,
				"score", json_from_number(said[i].score, 4), "reasons",
				view_reasons(said[i].reasons, said[i].reasons_n, calendar),
				"regions", view_regions(&said[i].regions)));
	return list;
}

/* The best time of the first said indication that has one. */
static json_t *best_time(const struct said_record *record)
{
	for (size_t i = 0; i < record->of_n; i++)
		if (isfinite(record->of[i].best_from_h))
			return json_pack("{s:s,s:o,s:o}", "indication",
				indication_names[record->of[i].indication], "from",
				view_instant(record->of[i].best_from_h), "to",
				view_instant(record->of[i].best_to_h));
	return json_null();
}

/* note  a line of its own at the end; NULL */
static json_t *text_of(
	const struct said_record *record, const struct calendar *calendar, const char *note)
{
	char title[TITLE_BYTES], body[BODY_TEXT_BYTES + BODY_NOTE_BYTES];
	(void)said_title(record, title, sizeof title);
	size_t size = said_body(record, calendar, body, BODY_TEXT_BYTES);
	if (note)
		(void)snprintf(body + size, BODY_NOTE_BYTES, "%s%s", size ? "\n" : "", note);
	return json_pack("{s:s,s:s}", "title", title, "body", body);
}

json_t *body_alert(const struct said_record *record, const struct calendar *calendar)
{
	if (!record->of_n && !record->rest_first)
		return json_null();
	return json_pack("{s:s,s:s,s:i,s:b,s:o,s:o,s:o,s:o}", "type",
		record->rest_first ? "rest.first" : "massage.suggested", "lead",
		lead_names[record->lead], "severity", record->severity, "rest_first",
		record->rest_first, "said", said_list(record->of, record->of_n, calendar), "also",
		said_list(record->also, record->also_n, calendar), "best_time", best_time(record),
		"text", text_of(record, calendar, NULL));
}

static int dump(json_t *event, char **ret)
{
	char *text = event ? json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
	json_decref(event);
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}

/* What every event's data has. Activities and text are stolen. */
static json_t *data_of(const struct situation *situation, const struct said_record *record,
	const char *runner, json_t *text, json_t *activities)
{
	const struct calendar *calendar = &situation->history.view.calendar;
	return json_pack("{s:s,s:s,s:i,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o}", "runner",
		runner, "lead", lead_names[record->lead], "severity", record->severity,
		"rest_first", record->rest_first, "strain", view_strain(&record->scores), "scores",
		view_scores(&record->scores), "indications",
		view_indications(situation, &record->scores), "said",
		said_list(record->of, record->of_n, calendar), "also",
		said_list(record->also, record->also_n, calendar), "best_time", best_time(record),
		"doubts", view_doubts(&record->scores), "text", text, "new",
		(json_int_t)record->new_activities, "activities", activities);
}

int body_of_notice(const struct situation *situation, const struct body_notice *notice,
	const char *runner, char **ret)
{
	const struct said_record record = { .at_h = situation->now_h, .scores = *notice->scores };
	json_t *data = data_of(situation, &record, runner,
		json_pack("{s:s,s:s}", "title", notice->title, "body", notice->text), json_array());
	int r = data && notice->more ? json_object_update(data, notice->more) : 0;
	json_decref(notice->more);
	if (!data || r < 0) {
		json_decref(data);
		return -ENOMEM;
	}
	return dump(json_pack("{s:s,s:o,s:o}", "type", notice->type, "timestamp",
			    view_instant(record.at_h), "data", data),
		ret);
}

int body_of_record(struct store *store, const struct situation *situation,
	const struct said_record *record, const char *type, const char *runner, const char *note,
	char **ret)
{
	const struct calendar *calendar = &situation->history.view.calendar;
	json_t *activities = json_array();
	int r = record->new_activities ? store_each_added(store, record->new_activities,
						 BODY_MAX_ACTIVITIES, add_activity, activities)
				       : 0;
	if (r < 0) {
		json_decref(activities);
		return r;
	}
	json_t *data =
		data_of(situation, record, runner, text_of(record, calendar, note), activities);
	return dump(json_pack("{s:s,s:o,s:o}", "type", type, "timestamp",
			    view_instant(record->at_h), "data", data),
		ret);
}

int body_of_test(const char *runner, int64_t now_ms, char **ret)
{
	json_t *data = json_pack("{s:s,s:s,s:i,s:b,s:{s:s,s:s}}", "runner", runner, "lead", "none",
		"severity", 0, "rest_first", 0, "text", "title", "Knead can reach you", "body",
		"This is a test. The next message comes when a watch brings new runs.");
	return dump(json_pack("{s:s,s:o,s:o}", "type", "alert.test", "timestamp",
			    view_instant(hours_of_ms(now_ms)), "data", data),
		ret);
}

int body_of_watch(const char *runner, const char *watch, const char *title, const char *text,
	int64_t now_ms, char **ret)
{
	json_t *data = json_pack("{s:s,s:s,s:i,s:b,s:s,s:{s:s,s:s}}", "runner", runner, "lead",
		"none", "severity", 0, "rest_first", 0, "watch", watch, "text", "title", title,
		"body", text);
	return dump(json_pack("{s:s,s:o,s:o}", "type", "watch.stuck", "timestamp",
			    view_instant(hours_of_ms(now_ms)), "data", data),
		ret);
}
