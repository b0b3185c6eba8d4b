/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead feel, flag and snooze: what only the runner can tell. */
#include "cli/human.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "ipc/json_text.h"
#include "metrics/numbers.h"
#include "store/store_history.h"
#include "strain/texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MINUTE_MS INT64_C(60000)
#define SNOOZE_MAX_MS (INT64_C(366) * 24 * 60 * MINUTE_MS)

/* A region by its name, or by any word of it: "calves". */
static bool find_region(const char *word, size_t *ret)
{
	size_t length = strlen(word);
	for (size_t i = 0; i < REGION_COUNT; i++) {
		const char *name = region_names[i];
		if (strcasecmp(name, word) == 0) {
			*ret = i;
			return true;
		}
		for (const char *at = name; length && at; at = strchr(at, '_')) {
			at += *at == '_';
			if (strncasecmp(at, word, length) == 0 &&
				(at[length] == '_' || at[length] == '\0')) {
				*ret = i;
				return true;
			}
		}
	}
	return false;
}

static int read_regions(int count, char **words, uint32_t *ret)
{
	uint32_t bits = 0;
	for (int i = 0; i < count; i++) {
		size_t region;
		if (!find_region(words[i], &region))
			return cli_fail(CLI_USAGE, "no such region", words[i],
				"calves_achilles, quads, hamstrings_glutes, hips_itb or feet");
		bits |= 1u << region;
	}
	*ret = bits;
	return CLI_DONE;
}

static int print_feel(const struct cli_context *context, double soreness, uint32_t regions)
{
	if (context->json) {
		json_t *list = json_array();
		for (size_t i = 0; i < REGION_COUNT; i++)
			if (regions & 1u << i)
				(void)json_array_append_new(list, json_string(region_names[i]));
		json_auto_t *object = json_pack(
			"{s:s,s:f,s:o}", "done", "logged", "soreness", soreness, "regions", list);
		return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
	}
	(void)printf("logged: soreness %g of 10", soreness);
	const char *before = " (";
	for (size_t i = 0; i < REGION_COUNT; i++) {
		if (!(regions & 1u << i))
			continue;
		(void)printf("%s%s", before, region_text(i));
		before = ", ";
	}
	(void)printf("%s; the highest of a day counts (a slip: knead feel --undo)\n",
		regions ? ")" : "");
	return CLI_DONE;
}

static int undo(struct cli_context *context)
{
	char when[HUMAN_BYTES], rfc[CLOCK_TEXT_BYTES];
	int64_t at_ms = 0;
	double soreness = 0;
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	int r = store_undo_report(session.store, &at_ms, &soreness);
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "nothing to undo", NULL, "no soreness is logged");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	store_nudge(session.store);
	if (!context->json) {
		(void)printf("taken back: soreness %g of 10, told %s\n", soreness,
			human_time(at_ms, when));
		return CLI_DONE;
	}
	json_auto_t *object = json_pack("{s:s,s:f,s:s}", "done", "taken back", "soreness", soreness,
		"at", clock_format(at_ms, rfc));
	return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}

int verb_feel(struct cli_context *context, int count, char **arguments)
{
	double soreness;
	uint32_t regions = 0;
	if (cli_option(context, "undo"))
		return count == 0 ? undo(context)
				  : cli_fail(CLI_USAGE, "wrong usage", "feel",
					    "a soreness or --undo, not both");
	if (!count)
		return cli_fail(CLI_USAGE, "wrong usage", "feel",
			"soreness now, from 0 (none) to 10 (worst)");
	if (num_double(arguments[0], strlen(arguments[0]), &soreness) < 0 ||
		!(soreness >= 0 && soreness <= 10))
		return cli_fail(CLI_USAGE, "wrong value", arguments[0],
			"soreness now, from 0 (none) to 10 (worst)");
	int status = read_regions(count - 1, arguments + 1, &regions);
	if (status != CLI_DONE)
		return status;
	AUTO_SESSION struct session session;
	status = session_open(context, STORE_CREATE, &session);
	if (status != CLI_DONE)
		return status;
	int r = store_add_report(session.store, session.now_ms, soreness, regions);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	store_nudge(session.store);
	return print_feel(context, soreness, regions);
}

static int print_flag(const struct cli_context *context, const char *name, bool on)
{
	if (context->json) {
		json_auto_t *object = json_pack("{s:s,s:b}", "flag", name, "on", on);
		return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
	}
	if (on)
		(void)printf("%s: massage advice is held until `knead flag %s off`\n", name, name);
	else
		(void)printf("%s: off\n", name);
	return CLI_DONE;
}

int verb_flag(struct cli_context *context, int count, char **arguments)
{
	static const char *const names[] = { "injury", "illness" };
	(void)count;
	const char *name = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(arguments[0], names[i]) == 0)
			name = names[i];
	if (!name)
		return cli_fail(CLI_USAGE, "no such flag", arguments[0], "injury or illness");
	bool on = strcmp(arguments[1], "on") == 0;
	if (!on && strcmp(arguments[1], "off") != 0)
		return cli_fail(CLI_USAGE, "wrong value", arguments[1], "on or off");
	AUTO_SESSION struct session session;
	int status = session_open(context, on ? STORE_CREATE : STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	int r = on ? store_set_flag(session.store, name, session.now_ms)
		   : store_end_flag(session.store, name, session.now_ms);
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "nothing to end", name, "this flag is not set");
	if (r < 0 && r != -EALREADY)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	store_nudge(session.store);
	return print_flag(context, name, on);
}

/* "90m", "12h", "3d", "2w"; at most a year. */
static bool read_duration(const char *text, int64_t *ret_ms)
{
	static const struct {
		char letter;
		int64_t minutes;
	} units[] = { { 'm', 1 }, { 'h', 60 }, { 'd', 1440 }, { 'w', 10080 } };
	size_t length = strlen(text);
	int64_t number;
	if (length < 2 || num_int(text, length - 1, 1, 1000000, &number) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (text[length - 1] != units[i].letter)
			continue;
		*ret_ms = number * units[i].minutes * MINUTE_MS;
		return *ret_ms <= SNOOZE_MAX_MS;
	}
	return false;
}

static int print_snooze(const struct cli_context *context, int64_t to_ms)
{
	char text[HUMAN_BYTES], rfc[CLOCK_TEXT_BYTES];
	bool on = to_ms != INT64_MIN;
	if (context->json) {
		json_auto_t *object =
			json_pack("{s:s?}", "until", on ? clock_format(to_ms, rfc) : NULL);
		return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
	}
	if (on)
		(void)printf("no suggestions until %s; imports still say what came in\n",
			human_time(to_ms, text));
	else
		(void)puts("suggestions are on again");
	return CLI_DONE;
}

int verb_snooze(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	bool off = strcmp(arguments[0], "off") == 0;
	int64_t length_ms = 0;
	if (!off && !read_duration(arguments[0], &length_ms))
		return cli_fail(CLI_USAGE, "wrong value", arguments[0],
			"a time such as 90m, 12h, 3d or 2w, at most a year; or off");
	AUTO_SESSION struct session session;
	int status = session_open(context, off ? STORE_WRITE : STORE_CREATE, &session);
	if (status != CLI_DONE)
		return status;
	int64_t to_ms = session.now_ms + length_ms;
	int r = store_begin(session.store);
	if (r == 0)
		r = off ? store_end_snooze(session.store, session.now_ms)
			: store_add_snooze(session.store, session.now_ms, to_ms);
	if (r == 0)
		r = store_commit(session.store);
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "nothing to end", NULL, "it is not quiet");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	store_nudge(session.store);
	return print_snooze(context, off ? INT64_MIN : to_ms);
}
