/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/decide.h"

#include "base/cleanup.h"
#include "conf/events.h"
#include "decide/body.h"
#include "decide/rare.h"
#include "decide/queue.h"
#include "decide/situation.h"
#include "store/store_outbox.h"
#include "store/store_profile.h"
#include "strain/texts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The type of a message: a red flag before a suggestion before what came in. */
static enum event_type type_of(const struct said_record *record)
{
	if (record->rest_first)
		return EVENT_TYPE_REST_FIRST;
	return record->severity > 0 ? EVENT_TYPE_MASSAGE_SUGGESTED : EVENT_TYPE_IMPORT_COMPLETED;
}

/* What a webhook is told the event is; EVENT_TYPE_COUNT when it did not choose to hear it. An import's message
 * goes to whoever chose imports, under that name, even if it carries more. */
static enum event_type told_as(
	const struct decide_target *target, const struct said_record *record, enum event_type type)
{
	if (target->events & event_bit(type))
		return type;
	if (record->kind == RECORD_IMPORT &&
		(target->events & event_bit(EVENT_TYPE_IMPORT_COMPLETED)))
		return EVENT_TYPE_IMPORT_COMPLETED;
	return EVENT_TYPE_COUNT;
}

/* What is worth a word once, for each value of the setting: a maximum heart rate that was run past. */
static int note_above_max(struct store *store, int64_t now_ms, char ret[BODY_NOTE_BYTES])
{
	struct above_max above;
	AUTO_FREE char *said = NULL;
	char max[32];
	ret[0] = '\0';
	int r = store_above_max(store, now_ms, &above);
	if (r < 0 || above.activities < ABOVE_MAX_ACTIVITIES)
		return r;
	(void)snprintf(max, sizeof max, "%.0f", above.max_bpm);
	r = store_get_fact(store, "said_above_max", &said);
	if (r < 0 || (said && strcmp(said, max) == 0))
		return r;
	size_t size = above_max_text(
		above.max_bpm, above.peak_bpm, above.activities, ret, BODY_NOTE_BYTES);
	ret[0] = 'Y'; /* it begins a sentence here */
	(void)snprintf(ret + size, BODY_NOTE_BYTES - size, ". Please check it.");
	return store_set_fact(store, "said_above_max", max);
}

static int announce(struct store *store, const struct decide_settings *settings,
	const struct situation *situation, int64_t now_ms, struct decided *decided)
{
	const struct said_record *record = &decided->record;
	enum event_type type = type_of(record);
	AUTO_FREE char *body = NULL;
	char note[BODY_NOTE_BYTES] = "";
	int r = record->kind == RECORD_IMPORT ? note_above_max(store, now_ms, note) : 0;
	if (r == 0)
		r = body_of_record(store, situation, record, event_type_names[type],
			settings->runner, *note ? note : NULL, &body);
	if (r < 0)
		return r;
	struct event_row row = { .type = event_type_names[type],
		.created_ms = now_ms,
		.expires_ms = now_ms + queue_life_ms(type),
		.body = body };
	store_new_event_id(row.id);
	if ((r = store_put_event(store, &row)) < 0)
		return r;
	for (size_t i = 0; i < settings->targets_n; i++) {
		enum event_type told = told_as(&settings->targets[i], record, type);
		if (told == EVENT_TYPE_COUNT)
			continue;
		r = store_put_delivery(store, row.id, settings->targets[i].name,
			event_type_names[told], DELIVERY_WAITING, now_ms, NULL);
		if (r < 0)
			return r;
		decided->said = true;
	}
	if (decided->said)
		return 0;
	return store_put_delivery(store, row.id, NULL, event_type_names[type], DELIVERY_HELD,
		now_ms, settings->targets_n ? "no webhook chose this event" : "no phone set up");
}

/* A row for what was not said, and why. */
static int record_silence(
	struct store *store, int64_t now_ms, enum delivery_state state, const char *why)
{
	struct event_row row = { .type = event_type_names[EVENT_TYPE_MASSAGE_SUGGESTED],
		.created_ms = now_ms,
		.expires_ms = now_ms,
		.why = why };
	store_new_event_id(row.id);
	int r = store_put_event(store, &row);
	return r < 0 ? r : store_put_delivery(store, row.id, NULL, row.type, state, now_ms, why);
}

static int record_suppressed(struct store *store, int64_t now_ms, const struct said_record *record)
{
	char why[256] = "held back by the budget of messages:";
	for (size_t i = 0; i < record->suppressed_n; i++) {
		size_t used = strlen(why);
		(void)snprintf(why + used, sizeof why - used, "%s %s (severity %d)", i ? "," : "",
			indication_titles[record->suppressed[i].indication],
			record->suppressed[i].severity);
	}
	return record_silence(store, now_ms, DELIVERY_SUPPRESSED, why);
}

/* Whether an indication began to wait at this very evaluation. */
static bool newly_pending(const struct situation *situation)
{
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (situation->state.of[i].pending &&
			situation->state.of[i].pending_since_h >= situation->now_h)
			return true;
	return false;
}

static int write_down(struct store *store, const struct decide_settings *settings,
	struct situation *situation, int64_t now_ms, struct decided *ret)
{
	int r = store_save_daily(store, &situation->daily);
	if (r < 0 || (r = store_clear_changed(store)) < 0 ||
		(r = store_save_policy(store, &situation->state)) < 0)
		return r;
	const struct said_record *record = &ret->record;
	if (record->kind != RECORD_NONE && record->kind != RECORD_SUPPRESSED)
		r = announce(store, settings, situation, now_ms, ret);
	if (r == 0 && record->suppressed_n)
		r = record_suppressed(store, now_ms, record);
	if (r == 0 && record->held && newly_pending(situation))
		r = record_silence(store, now_ms, DELIVERY_HELD,
			"a suggestion waits: a flag, a quiet time or a high resting heart rate "
			"holds it");
	return r;
}

static int load_present(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	struct situation *ret)
{
	return situation_load(
		store, &settings->policy, settings->day_start_h, now_ms, REACH_PRESENT, ret);
}

static int decide(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	size_t new_activities, bool tick, struct decided *ret)
{
	*ret = (struct decided) { 0 };
	CLEANUP(situation_done) struct situation situation = { 0 };
	int r = load_present(store, settings, now_ms, &situation);
	if (r < 0)
		return r;
	if (tick)
		r = policy_tick(situation.model, &settings->policy, situation.now_h,
			&situation.state, &situation.daily, &ret->record);
	else
		r = policy_import(situation.model, &settings->policy, situation.now_h,
			new_activities, &situation.state, &situation.daily, &ret->record);
	ret->record.eject_first = settings->eject_first;
	if (r == 0)
		r = write_down(store, settings, &situation, now_ms, ret);
	if (r == 0 && (tick || new_activities))
		r = rare_remember(store, &situation, &ret->record);
	if (r == 0 && tick)
		r = rare_raise(store, settings, &situation, &ret->record, &ret->said);
	return r;
}

int decide_tick(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	struct decided *ret)
{
	return decide(store, settings, now_ms, 0, true, ret);
}

int decide_recompute(struct store *store, const struct decide_settings *settings, int64_t now_ms)
{
	CLEANUP(situation_done) struct situation situation = { 0 };
	int r = load_present(store, settings, now_ms, &situation);
	struct strain_scores scores;
	if (r == 0) /* today has no hour of its own yet: it is what it is now */
		strain_evaluate(situation.model, situation.now_h, &scores);
	if (r == 0 && situation_has_sessions(&situation))
		r = daily_store_set(&situation.daily, scores.today, &scores);
	if (r == 0)
		r = store_save_daily(store, &situation.daily);
	return r < 0 ? r : store_clear_changed(store);
}

int decide_quietly(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	size_t new_activities, const char *why)
{
	if (!new_activities)
		return decide_recompute(store, settings, now_ms);
	struct decided decided = { 0 };
	CLEANUP(situation_done) struct situation situation = { 0 };
	int r = load_present(store, settings, now_ms, &situation);
	if (r == 0)
		r = policy_import(situation.model, &settings->policy, situation.now_h,
			new_activities, &situation.state, &situation.daily, &decided.record);
	if (r < 0 || (r = store_save_daily(store, &situation.daily)) < 0 ||
		(r = store_clear_changed(store)) < 0 ||
		(r = store_save_policy(store, &situation.state)) < 0)
		return r;
	return decided.record.severity > 0 || decided.record.rest_first
		       ? record_silence(store, now_ms, DELIVERY_HELD, why)
		       : 0;
}

int decide_import(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	size_t new_activities, struct decided *ret)
{
	*ret = (struct decided) { 0 };
	if (new_activities)
		return decide(store, settings, now_ms, new_activities, false, ret);
	/* a watch that charges every night is no news, but its nights count */
	int32_t changed = INT32_MAX;
	int r = store_changed_day(store, &changed);
	return r < 0 || changed == INT32_MAX ? r : decide_recompute(store, settings, now_ms);
}

int decide_test(struct store *store, const struct decide_settings *settings, const char *webhook,
	int64_t now_ms, char ret_id[40])
{
	AUTO_FREE char *body = NULL;
	int r = body_of_test(settings->runner, now_ms, &body);
	if (r < 0)
		return r;
	struct event_row row = { .type = event_type_names[EVENT_TYPE_ALERT_TEST],
		.created_ms = now_ms,
		.expires_ms = now_ms + queue_life_ms(EVENT_TYPE_ALERT_TEST),
		.body = body };
	store_new_event_id(row.id);
	r = store_fold_deliveries(store, webhook, row.type, "a newer test was sent");
	if (r == 0)
		r = store_hurry_deliveries(store, webhook, now_ms);
	if (r == 0)
		r = store_put_event(store, &row);
	if (r == 0)
		r = store_put_delivery(
			store, row.id, webhook, row.type, DELIVERY_WAITING, now_ms, NULL);
	if (r == 0)
		memcpy(ret_id, row.id, sizeof row.id);
	return r;
}
