/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead status: strain now, the five scores with their leading reason, and what needs a hand. */
#include "cli/feed_view.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/hand_view.h"
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/verbs.h"
#include "cli/watch_view.h"

#include "base/cleanup.h"
#include "decide/view.h"
#include "import/day_rules.h"
#include "ipc/json_text.h"
#include "store/restore.h"
#include "store/store_outbox.h"
#include "store/store_profile.h"
#include "store/store_query.h"
#include "strain/texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LABEL 15u /* columns of what stands before a value */
#define FLAGS_MAX 4u
#define REFUSED_SHOWN 20u /* on the screen */
#define REFUSED_TOLD 200u /* in JSON, which says how many there are */
#define RESTORED_DAYS 30

/* Everything that status shows. */
struct overview {
	struct situation situation;
	struct strain_scores scores;
	bool has_massage;
	int64_t massage_ms;
	double massage_minutes;
	size_t waiting, failed, activities;
	struct refused_file *refused;
	size_t refused_n;
	char *last_import;            /* RFC 3339; NULL: never */
	char *restored, *restored_at; /* owned; NULL: the store was never put back from a copy */
	struct flag_row flags[FLAGS_MAX];
	size_t flags_n;
	struct above_max above_max;
	struct hand_needed hand;
	bool other_days; /* counted by other rules than the settings' */
	char days_were[DAY_RULES_BYTES], days_are[DAY_RULES_BYTES];
	bool quiet;
	int64_t quiet_until_ms;
};

static void overview_done(struct overview *overview)
{
	situation_done(&overview->situation);
	refused_free(overview->refused, overview->refused_n);
	free(overview->last_import);
	free(overview->restored);
	free(overview->restored_at);
}

static int load(struct session *session, struct overview *ret)
{
	struct store *store = session->store;
	int r = session_situation(session, REACH_PRESENT, &ret->situation);
	if (r < 0)
		return r;
	strain_evaluate(ret->situation.model, ret->situation.now_h, &ret->scores);
	r = store_last_massage(store, &ret->massage_ms, &ret->massage_minutes);
	ret->has_massage = r == 0;
	if (r < 0 && r != -ENOENT)
		return r;
	if ((r = store_count_deliveries(store, &ret->waiting, &ret->failed)) < 0 ||
		(r = store_list_refused(store, &ret->refused, &ret->refused_n)) < 0 ||
		(r = store_get_fact(store, "last_import", &ret->last_import)) < 0)
		return r;
	if ((r = store_get_fact(store, RESTORE_FACT_TOLD, &ret->restored)) < 0 ||
		(r = store_get_fact(store, RESTORE_FACT_AT, &ret->restored_at)) < 0)
		return r;
	if ((r = hand_needed(session, ret->last_import, &ret->hand)) < 0 ||
		(r = store_above_max(store, session->now_ms, &ret->above_max)) < 0)
		return r;
	if ((r = store_list_flags(store, session->now_ms, ret->flags, FLAGS_MAX, &ret->flags_n)) <
		0)
		return r;
	r = day_rules_differ(store, session->conf, ret->days_were, ret->days_are);
	if (r < 0)
		return r;
	ret->other_days = r > 0;
	r = store_get_snooze(store, session->now_ms, &ret->quiet_until_ms);
	ret->quiet = r == 0;
	if (r < 0 && r != -ENOENT)
		return r;
	return store_count_activities(store, &ret->activities);
}

static const char *const standing_names[] = {
	[WEBHOOK_OK] = "ok", [WEBHOOK_DISABLED] = "disabled", [WEBHOOK_FAULT] = "fault"
};

static json_t *webhooks_json(struct session *session)
{
	json_t *list = json_array();
	for (size_t i = 0; i < session->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &session->conf->webhooks[i];
		enum webhook_standing standing = WEBHOOK_OK;
		AUTO_FREE char *why = NULL;
		if (session_standing(session, webhook, &standing, &why) == 0)
			(void)json_array_append_new(
				list, json_pack("{s:s,s:s,s:s?}", "name", webhook->name, "state",
					      standing_names[standing], "why", why));
	}
	return list;
}

/* Where the newest `max` of the refused ones begin. */
static size_t newest(const struct overview *o, size_t max)
{
	return o->refused_n > max ? o->refused_n - max : 0;
}

static json_t *refused_json(const struct overview *o)
{
	json_t *list = json_array();
	for (size_t i = newest(o, REFUSED_TOLD); i < o->refused_n; i++) {
		char at[CLOCK_TEXT_BYTES];
		(void)json_array_append_new(list,
			json_pack("{s:o,s:o,s:s}", "file", json_from_bytes(o->refused[i].path),
				"why", json_from_bytes(o->refused[i].why), "at",
				clock_format(o->refused[i].at_ms, at)));
	}
	return list;
}

static json_t *massage_json(const struct overview *o)
{
	char at[CLOCK_TEXT_BYTES];
	if (!o->has_massage)
		return json_null();
	return json_pack("{s:s,s:o}", "at", clock_format(o->massage_ms, at), "minutes",
		json_from_number(o->massage_minutes, 1));
}

static json_t *flags_json(const struct overview *o)
{
	json_t *list = json_array();
	char at[CLOCK_TEXT_BYTES];
	for (size_t i = 0; i < o->flags_n; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s,s:s}", "name", o->flags[i].name, "since",
				      clock_format(o->flags[i].from_ms, at)));
	return list;
}

/* The runner is told for a month, then it is an old story. */
static bool is_restored(const struct session *session, const struct overview *o, int64_t *ret_ms)
{
	return o->restored && *o->restored && o->restored_at &&
	       clock_parse(o->restored_at, ret_ms) == 0 &&
	       session->now_ms - *ret_ms < RESTORED_DAYS * 86400000LL;
}

static json_t *restored_json(const struct session *session, const struct overview *o)
{
	int64_t at_ms;
	return is_restored(session, o, &at_ms)
		       ? json_pack("{s:s,s:s}", "at", o->restored_at, "text", o->restored)
		       : json_null();
}

static json_t *above_max_json(const struct overview *o)
{
	const struct above_max *above = &o->above_max;
	if (above->activities < ABOVE_MAX_ACTIVITIES)
		return json_null();
	return json_pack("{s:o,s:o,s:I}", "hr_max_bpm", json_from_number(above->max_bpm, 1),
		"peak_bpm", json_from_number(above->peak_bpm, 1), "activities",
		(json_int_t)above->activities);
}

static json_t *days_json(const struct overview *o)
{
	return o->other_days ? json_pack("{s:s,s:s}", "were", o->days_were, "are", o->days_are)
			     : json_null();
}

/* What the runner should look at. */
static json_t *checks_json(const struct overview *o)
{
	const struct hand_needed *hand = &o->hand;
	return json_pack("{s:o,s:o,s:s?,s:s?,s:s?}", "hr_max", above_max_json(o), "days",
		days_json(o), "import", *hand->import ? hand->import : NULL, "disk",
		*hand->disk ? hand->disk : NULL, "clock", *hand->clock ? hand->clock : NULL);
}

static json_t *to_json(struct session *session, const struct overview *o)
{
	char at[CLOCK_TEXT_BYTES], until[CLOCK_TEXT_BYTES];
	return json_pack(
		"{s:s,s:o,s:o,s:o,s:s?,s:o,s:I,s:{s:I,s:I},s:o,s:o,s:o,s:s?,s:o,s:o,s:I,s:o}",
		"as_of", clock_format(session->now_ms, at), "strain", view_strain(&o->scores),
		"indications", view_indications(&o->situation, &o->scores), "last_massage",
		massage_json(o), "last_import", o->last_import, "watches", watches_json(session),
		"activities", (json_int_t)o->activities, "outbox", "waiting",
		(json_int_t)o->waiting, "failed", (json_int_t)o->failed, "refused", refused_json(o),
		"webhooks", webhooks_json(session), "flags", flags_json(o), "quiet_until",
		o->quiet ? clock_format(o->quiet_until_ms, until) : NULL, "restored",
		restored_json(session, o), "checks", checks_json(o), "refused_n",
		(json_int_t)o->refused_n, "feed", feed_json(session));
}

static enum style style_of(double score, double on)
{
	if (score >= 75)
		return STYLE_BAD;
	return score >= on ? STYLE_WARN : STYLE_GOOD;
}

static int print_scores(const struct cli_context *context, const struct overview *o)
{
	static const struct table_column columns[] = { { NULL, ALIGN_LEFT }, { NULL, ALIGN_RIGHT },
		{ NULL, ALIGN_LEFT } };
	CLEANUP(table_freep) struct table *table = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);
	if (r < 0)
		return r;
	double on = policy_on(o->situation.settings.sensitivity, INDICATION_TENSION);
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		const struct indication_state *state = &o->scores.of[i];
		char reason[256] = "";
		if (state->pieces_n)
			(void)evidence_text(&state->pieces[0], &o->situation.history.view.calendar,
				reason, sizeof reason);
		table_cell(table, STYLE_PLAIN, "%s", indication_titles[i]);
		if (state->evaluated)
			table_cell(table, style_of(state->score, on), "%.0f", state->score);
		else
			table_cell(table, STYLE_DIM, "-");
		table_cell(table, STYLE_DIM, "%s",
			state->evaluated ? reason : "not enough is known yet");
	}
	return table_print(table, context, 2, stdout);
}

static void print_phone(struct session *session, const struct overview *o)
{
	if (!session->conf->webhooks_n)
		(void)puts("Phone          no phone set up: knead webhook add");
	for (size_t i = 0; i < session->conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &session->conf->webhooks[i];
		enum webhook_standing standing = WEBHOOK_OK;
		AUTO_FREE char *why = NULL;
		if (session_standing(session, webhook, &standing, &why) < 0)
			continue;
		lines_say(0, LABEL, "Phone          %s: %s%s%s", webhook->name,
			standing_names[standing], why ? ", " : "", why ? why : "");
	}
	if (o->waiting || o->failed)
		lines_say(0, LABEL, "Outbox         %zu waiting, %zu failed (knead alerts)",
			o->waiting, o->failed);
}

/* What holds suggestions by the runner's own word. */
static void print_held(const struct cli_context *context, const struct overview *o)
{
	char text[HUMAN_BYTES];
	const char *warn = cli_style(context, STYLE_WARN), *plain = cli_style(context, STYLE_PLAIN);
	for (size_t i = 0; i < o->flags_n; i++) {
		(void)printf("%sHeld%s           ", warn, plain);
		lines_say(LABEL, LABEL, "no massage advice: %s since %s (knead flag %s off)",
			o->flags[i].name, human_time(o->flags[i].from_ms, text), o->flags[i].name);
	}
	if (o->quiet) {
		(void)printf("%sQuiet%s          ", warn, plain);
		lines_say(LABEL, LABEL, "no suggestions until %s (knead snooze off)",
			human_time(o->quiet_until_ms, text));
	}
}

static void print_above_max(const struct cli_context *context, const struct overview *o)
{
	char text[160];
	const struct above_max *above = &o->above_max;
	if (above->activities < ABOVE_MAX_ACTIVITIES)
		return;
	(void)above_max_text(above->max_bpm, above->peak_bpm, above->activities, text, sizeof text);
	(void)printf("%sCheck%s          ", cli_style(context, STYLE_WARN),
		cli_style(context, STYLE_PLAIN));
	lines_say(LABEL, LABEL, "%s (hr_max_bpm)", text);
}

static void print_other_days(const struct cli_context *context, const struct overview *o)
{
	if (!o->other_days)
		return;
	(void)printf("%sCheck%s          ", cli_style(context, STYLE_WARN),
		cli_style(context, STYLE_PLAIN));
	lines_say(LABEL, LABEL,
		"the stored days were counted otherwise (%s; now %s): knead recompute counts them "
		"anew",
		o->days_were, o->days_are);
}

static void print_facts(struct session *session, const struct overview *o)
{
	char text[HUMAN_BYTES];
	int64_t at_ms;
	if (is_restored(session, o, &at_ms))
		lines_say(0, LABEL, "Put back       %s: %s", human_time(at_ms, text), o->restored);
	(void)printf("Activities     %zu\n", o->activities);
	if (o->last_import && clock_parse(o->last_import, &at_ms) == 0)
		(void)printf("Last import    %s\n", human_time(at_ms, text));
	if (o->has_massage)
		(void)printf("Last massage   %s, %.0f min\n", human_time(o->massage_ms, text),
			o->massage_minutes);
	else
		(void)puts("Last massage   none logged (knead massage)");
	watches_print(session);
	print_phone(session, o);
}

static void print_refused(const struct cli_context *context, const struct overview *o)
{
	if (!o->refused_n)
		return;
	(void)printf("\n%s%zu %s refused:%s\n", cli_style(context, STYLE_WARN), o->refused_n,
		o->refused_n == 1 ? "file was" : "files were", cli_style(context, STYLE_PLAIN));
	size_t first = newest(o, REFUSED_SHOWN);
	for (size_t i = first; i < o->refused_n; i++) {
		AUTO_FREE char *line = NULL;
		if (asprintf(&line, "%s: %s", o->refused[i].path, o->refused[i].why) < 0)
			return;
		(void)fputs("  ", stdout);
		lines_print(stdout, lines_flatten(line), 2, 4, lines_width(stdout));
		(void)putchar('\n');
	}
	if (first)
		(void)printf("  and %zu before them\n", first);
}

static int print_human(
	const struct cli_context *context, struct session *session, const struct overview *o)
{
	char text[HUMAN_BYTES];
	int leading = strain_leading(&o->scores);
	(void)human_time(session->now_ms, text);
	char strain[80] = "Strain: not enough is known yet";
	if (leading >= 0)
		(void)snprintf(strain, sizeof strain, "Strain %.0f: %s",
			o->scores.of[leading].score, indication_titles[leading]);
	(void)printf(
		"%s%s%s", cli_style(context, STYLE_BOLD), strain, cli_style(context, STYLE_PLAIN));
	lines_say((unsigned)strlen(strain), 2, " (%s)", text);
	int r = print_scores(context, o);
	(void)putchar('\n');
	print_held(context, o);
	hand_print(context, &o->hand);
	print_above_max(context, o);
	print_other_days(context, o);
	print_facts(session, o);
	feed_print(context, session);
	print_refused(context, o);
	return r;
}

int verb_status(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(overview_done) struct overview overview = { 0 };
	int r = load(&session, &overview);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	if (context->json) {
		json_auto_t *object = to_json(&session, &overview);
		r = object ? json_print(stdout, object) : -ENOMEM;
	} else {
		r = print_human(context, &session, &overview);
	}
	return r < 0 ? CLI_PART : CLI_DONE;
}
