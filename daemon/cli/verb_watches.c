/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead watches: those that are plugged in, and those that were. */
#include "cli/human.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "cli/watch_view.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"

#include <stdio.h>
#include <stdlib.h>

#define REMARK_BYTES 320u

static int print_json(const struct stored_watch *watches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_auto_t *object = watch_json(&watches[i]);
		if (!object || json_print(stdout, object) < 0)
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
		(void)puts("no watch was plugged in yet while kneadd was running");
	return n && table_print(table, context, 0, stdout) < 0 ? CLI_PART : CLI_DONE;
}

int verb_watches(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	AUTO_FREE struct stored_watch *watches = NULL;
	size_t n = 0;
	int r = store_list_watches(session.store, &watches, &n);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	return context->json ? print_json(watches, n) : print_table(context, watches, n);
}
