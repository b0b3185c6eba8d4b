/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead split ID: an activity that was made of several recordings becomes several again. */
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "import/split.h"
#include "ipc/json_text.h"
#include "store/store_query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int print_json_of(const int64_t *ids, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(list, json_integer(ids[i]));
	json_auto_t *object =
		json_pack("{s:I,s:o}", "split", (json_int_t)ids[0], "activities", list);
	return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}

static int print_human(struct store *store, const int64_t *ids, size_t n)
{
	(void)printf("activity %" PRId64 " is %zu activities now:\n", ids[0], n);
	for (size_t i = 0; i < n; i++) {
		CLEANUP(stored_activity_done) struct stored_activity stored = { 0 };
		if (store_get_activity(store, ids[i], &stored) < 0 || !stored.sources_n)
			return CLI_PART;
		(void)printf("  %" PRId64 "  ", ids[i]);
		cli_print_clean(stored.sources[0].path);
		(void)putchar('\n');
	}
	return CLI_DONE;
}

int verb_split(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	int64_t id;
	if (num_int(arguments[0], strlen(arguments[0]), 1, INT64_MAX, &id) < 0)
		return cli_fail(CLI_USAGE, "wrong value", arguments[0],
			"an activity's number, as `knead log` shows it");
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	AUTO_CLOSE int lock = store_lock_import(session.store, true);
	if (lock < 0)
		return cli_fail_errno(
			CLI_STATE, "cannot lock the store", session.paths.state, lock);
	AUTO_FREE int64_t *ids = NULL;
	size_t n = 0;
	int r = split_run(session.store, session.conf, session.now_ms, id, &ids, &n);
	if (r == -ENOENT)
		return cli_fail(
			CLI_NOTHING, "no such activity", arguments[0], "`knead log` lists them");
	if (r == -ENODATA)
		return cli_fail(CLI_NOTHING, "nothing to split", arguments[0],
			"it comes from one file only");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	return context->json ? print_json_of(ids, n) : print_human(session.store, ids, n);
}
