/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/rare.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "decide/body.h"
#include "decide/queue.h"
#include "ipc/json_text.h"
#include "strain/texts.h"
#include "util/clock.h"
#include "util/zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FACT_ALERT "alert_open_ms" /* the latest alert that nothing has cleared yet */
#define FACT_CALM "calm_since_ms"  /* since when nothing is active */
#define FACT_STALE "said_stale"    /* the last import after which it was said */
#define FACT_WEEK "said_week" /* the Monday up to which weeks were told, in days since 1970-01-01 */
#define FACT_IMPORT "last_import"

#define NEVER INT64_MIN
#define HOUR_MS INT64_C(3600000)
#define CALM_MS (INT64_C(24) * HOUR_MS)
/* Looks are due at full hours and come some seconds late: 21:00 to 21:00 is a day. */
#define SLACK_MS INT64_C(300000)
#define STALE_MS (INT64_C(14) * 24 * HOUR_MS)
#define WEEK_DAYS 7
#define WEEKLY_HOUR 8

static int get_number(struct store *store, const char *name, int64_t *ret)
{
	AUTO_FREE char *text = NULL;
	int r = store_get_fact(store, name, &text);
	if (r < 0)
		return r;
	if (!text || num_int(text, strlen(text), INT64_MIN + 1, INT64_MAX, ret) < 0)
		*ret = NEVER;
	return 0;
}

static int set_number(struct store *store, const char *name, int64_t number)
{
	char text[32] = "";
	if (number != NEVER)
		(void)snprintf(text, sizeof text, "%" PRId64, number);
	return store_set_fact(store, name, text);
}

/* The same, but a fact that says so already is not written again. */
static int change_number(struct store *store, const char *name, int64_t number)
{
	int64_t before = NEVER;
	int r = get_number(store, name, &before);
	return r < 0 || before == number ? r : set_number(store, name, number);
}

/* The Monday of the civil day, once the morning's look has come; before it, the one of the week before. */
static int32_t monday_of(int64_t now_ms)
{
	int64_t now_s = now_ms / 1000;
	int32_t day = zone_day(now_s, zone_offset_s(now_s), 0);
	int32_t monday = day - ((day + 3) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS; /* 0: a Thursday */
	return now_s < zone_instant_s(monday, WEEKLY_HOUR) ? monday - WEEK_DAYS : monday;
}

static bool is_calm(const struct situation *situation, const struct said_record *record)
{
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (situation->state.of[i].active || situation->state.of[i].pending)
			return false;
	return !record->scores.red_flag;
}

/* Weeks are told from the first import on. */
static int begin_weeks(struct store *store, int64_t now_ms)
{
	int64_t told = NEVER;
	int r = get_number(store, FACT_WEEK, &told);
	return r < 0 || told != NEVER ? r : set_number(store, FACT_WEEK, monday_of(now_ms));
}

int rare_remember(
	struct store *store, const struct situation *situation, const struct said_record *record)
{
	int64_t now_ms = ms_of_hours(situation->now_h), since_ms = NEVER;
	int r = 0;
	if (record->of_n || record->rest_first)
		r = set_number(store, FACT_ALERT, now_ms);
	if (r == 0)
		r = get_number(store, FACT_CALM, &since_ms);
	if (r < 0)
		return r;
	if (!is_calm(situation, record))
		since_ms = NEVER;
	else if (since_ms == NEVER || since_ms > now_ms) /* or the clock was set back */
		since_ms = now_ms;
	r = change_number(store, FACT_CALM, since_ms);
	return r < 0 ? r : begin_weeks(store, now_ms);
}

/* One look's worth of what the three need. */
struct raising {
	struct store *store;
	const struct decide_settings *settings;
	const struct situation *situation;
	const struct strain_scores *scores;
	int64_t now_ms;
	bool said;
};

static int queue(struct raising *raising, enum event_type type, const char *title, const char *text,
	json_t *more)
{
	AUTO_FREE char *body = NULL;
	bool said = false;
	const struct body_notice notice = { .type = event_type_names[type],
		.title = title,
		.text = text,
		.scores = raising->scores,
		.more = more };
	int r = body_of_notice(raising->situation, &notice, raising->settings->runner, &body);
	if (r == 0)
		r = queue_event(
			raising->store, raising->settings, type, body, raising->now_ms, &said);
	raising->said |= said;
	return r;
}

static int raise_cleared(struct raising *raising)
{
	int64_t alert_ms = NEVER, calm_ms = NEVER;
	int r = get_number(raising->store, FACT_ALERT, &alert_ms);
	if (r == 0)
		r = get_number(raising->store, FACT_CALM, &calm_ms);
	if (r < 0 || alert_ms == NEVER || calm_ms == NEVER)
		return r;
	int64_t from_ms = alert_ms > calm_ms && alert_ms <= raising->now_ms ? alert_ms : calm_ms;
	if (raising->now_ms - from_ms < CALM_MS - SLACK_MS)
		return 0;
	r = set_number(raising->store, FACT_ALERT, NEVER);
	if (r < 0 || !queue_is_chosen(raising->settings, EVENT_TYPE_STRAIN_CLEARED))
		return r;
	char text[TEXTS_BODY_BYTES];
	(void)cleared_body(raising->scores, text, sizeof text);
	return queue(raising, EVENT_TYPE_STRAIN_CLEARED, cleared_title(), text, NULL);
}

static int raise_stale(struct raising *raising)
{
	AUTO_FREE char *last = NULL, *said = NULL;
	int64_t last_ms;
	int r = store_get_fact(raising->store, FACT_IMPORT, &last);
	if (r == 0)
		r = store_get_fact(raising->store, FACT_STALE, &said);
	if (r < 0 || !last || clock_parse(last, &last_ms) < 0)
		return r;
	if (raising->now_ms - last_ms < STALE_MS || (said && strcmp(said, last) == 0) ||
		!queue_is_chosen(raising->settings, EVENT_TYPE_WATCH_STALE))
		return 0;
	r = store_set_fact(raising->store, FACT_STALE, last);
	if (r < 0)
		return r;
	char text[TEXTS_BODY_BYTES];
	(void)stale_body(hours_of_ms(last_ms), &raising->situation->history.view.calendar, text,
		sizeof text);
	return queue(raising, EVENT_TYPE_WATCH_STALE, stale_title(), text,
		json_pack("{s:s}", "last_import", last));
}

static void sum_week(const struct situation *situation, int32_t monday, struct week_sums *ret)
{
	const struct strain_history *history = &situation->history.view;
	struct strain_day day = { 0 };
	*ret = (struct week_sums) { .monday = monday };
	for (int32_t i = monday - WEEK_DAYS; i < monday; i++) {
		strain_day(situation->model, i, &day);
		ret->load_before += day.load;
	}
	for (int32_t i = monday; i < monday + WEEK_DAYS; i++) {
		strain_day(situation->model, i, &day);
		ret->load += day.load;
		ret->distance_km += day.distance_km;
	}
	ret->ctl = day.ctl;
	ret->atl = day.atl;
	for (size_t i = 0; i < history->sessions_n; i++)
		ret->activities += history->sessions[i].day >= monday &&
				   history->sessions[i].day < monday + WEEK_DAYS;
}

static json_t *week_json(const struct week_sums *week)
{
	const double metres = 1000;
	char from[CLOCK_TEXT_BYTES], to[CLOCK_TEXT_BYTES];
	(void)clock_format((int64_t)week->monday * 24 * HOUR_MS, from);
	(void)clock_format((int64_t)(week->monday + WEEK_DAYS - 1) * 24 * HOUR_MS, to);
	return json_pack("{s:{s:s%,s:s%,s:I,s:o,s:o,s:o,s:o,s:o}}", "week", "from", from,
		(size_t)10, "to", to, (size_t)10, "activities", (json_int_t)week->activities,
		"distance_m", json_from_number(week->distance_km * metres, 2), "load",
		json_from_number(week->load, 4), "load_before",
		json_from_number(week->load_before, 4), "ctl", json_from_number(week->ctl, 4),
		"atl", json_from_number(week->atl, 4));
}

static int raise_weekly(struct raising *raising)
{
	int64_t told = NEVER;
	int32_t monday = monday_of(raising->now_ms);
	int r = get_number(raising->store, FACT_WEEK, &told);
	/* one week ahead was told before the clock was set back; further ahead it was never right */
	if (r < 0 || told == monday || told == monday + WEEK_DAYS)
		return r;
	r = set_number(raising->store, FACT_WEEK, monday);
	if (r < 0 || told > monday ||
		!queue_is_chosen(raising->settings, EVENT_TYPE_STRAIN_WEEKLY) ||
		!situation_has_sessions(raising->situation))
		return r;
	struct week_sums week;
	char title[TEXTS_TITLE_BYTES], text[TEXTS_BODY_BYTES];
	sum_week(raising->situation, monday - WEEK_DAYS, &week);
	(void)weekly_title(&week, title, sizeof title);
	(void)weekly_body(&week, raising->scores, text, sizeof text);
	return queue(raising, EVENT_TYPE_STRAIN_WEEKLY, title, text, week_json(&week));
}

int rare_raise(struct store *store, const struct decide_settings *settings,
	const struct situation *situation, const struct said_record *record, bool *ret_said)
{
	struct raising raising = { .store = store,
		.settings = settings,
		.situation = situation,
		.scores = &record->scores,
		.now_ms = ms_of_hours(situation->now_h) };
	int r = raise_cleared(&raising);
	if (r == 0)
		r = raise_stale(&raising);
	if (r == 0)
		r = raise_weekly(&raising);
	if (r == 0)
		*ret_said |= raising.said;
	return r;
}
