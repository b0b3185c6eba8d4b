/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead watches: those that are plugged in, and those that were; on a terminal with a bar while one is read. */
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/reading_view.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "cli/watch_view.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REMARK_BYTES 320u

/* reading: NULL when none is read */
static int print_json(const struct stored_watch *watches, size_t n, const struct reading *reading)
{
	for (size_t i = 0; i < n; i++) {
		json_auto_t *object = watch_json(&watches[i]);
		bool read = reading && strcmp(reading->source, watches[i].source) == 0;
		if (!object ||
			json_object_set_new(object, "reading",
				read ? reading_json(reading) : json_null()) < 0 ||
			json_print(stdout, object) < 0)
			return CLI_PART;
	}
	return CLI_DONE;
}

static int print_table(
	const struct cli_context *context, const struct stored_watch *watches, size_t n)
{
	static const struct table_column columns[] = { { "watch", ALIGN_LEFT },
		{ "serial", ALIGN_LEFT }, { "shows", ALIGN_LEFT }, { "here", ALIGN_LEFT },
		{ "last read", ALIGN_LEFT }, { "", ALIGN_LEFT } };
	CLEANUP(table_freep) struct table *table = NULL;
	if (table_new(columns, ARRAY_SIZE(columns), &table) < 0)
		return CLI_PART;
	for (size_t i = 0; i < n; i++) {
		const struct stored_watch *watch = &watches[i];
		char text[HUMAN_BYTES], remark[REMARK_BYTES];
		bool read = watch->read_ms != STORED_WATCH_NEVER;
		watch_remark(watch, remark, sizeof remark);
		table_cell(table, STYLE_PLAIN, "%s", watch->name);
		table_cell(table, STYLE_DIM, "%s", *watch->serial ? watch->serial : "-");
		table_cell(table, STYLE_DIM, "%s", watch->transport);
		table_cell(table, watch->here ? STYLE_GOOD : STYLE_DIM, "%s",
			watch->here ? "yes" : human_time(watch->seen_ms, text));
		table_cell(table, STYLE_PLAIN, "%s",
			read ? human_time(watch->read_ms, text) : "never");
		table_cell(table, STYLE_WARN, "%s", remark);
	}
	if (!n)
		lines_say(0, 0, "no watch was plugged in yet while kneadd was running");
	return n && table_print(table, context, 0, stdout) < 0 ? CLI_PART : CLI_DONE;
}

static int list(
	struct cli_context *context, const struct session *session, const struct reading *reading)
{
	AUTO_FREE struct stored_watch *watches = NULL;
	size_t n = 0;
	int r = store_list_watches(session->store, &watches, &n);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session->paths.state, r);
	return context->json ? print_json(watches, n, reading) : print_table(context, watches, n);
}

static void print_once(const struct reading *reading)
{
	char line[READING_LINE_BYTES];
	reading_line(reading, line);
	cli_print_clean(line);
	(void)putchar('\n');
}

/* Draws over the line of before. */
static void show(const struct reading *reading, void *userdata)
{
	char line[READING_LINE_BYTES];
	(void)userdata;
	if (!reading)
		return;
	reading_line(reading, line);
	lines_redraw(stdout, line);
}

/* The bar until the watch is through. */
static void follow(const struct session *session, int64_t number)
{
	struct reading reading;
	(void)reading_wait(session, number, show, NULL, &reading);
	reading_done(&reading);
	lines_redraw(stdout, "");
}

int verb_watches(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	AUTO_SESSION struct session session;
	struct reading reading;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	bool now = reading_now(&session, &reading), live = now && !context->json;
	if (live && isatty(STDOUT_FILENO)) {
		follow(&session, reading.number);
		reading_done(&reading);
		now = live = reading_now(&session, &reading); /* another one, right behind it */
	}
	status = list(context, &session, now ? &reading : NULL);
	if (live)
		print_once(&reading);
	reading_done(&reading);
	return status;
}
