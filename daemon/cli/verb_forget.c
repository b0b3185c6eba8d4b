/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead forget ID|--all: removes what the runner wants gone. */
#include "cli/ask.h"
#include "cli/human.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "cli/activity_view.h"
#include "import/forget.h"
#include "ipc/json_text.h"
#include "store/store_forget.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* *ret_go: it is meant. Who answers no gets what was asked for, which is nothing: that is no error. */
static int make_sure(struct cli_context *context, const char *question, bool *ret_go)
{
	*ret_go = cli_option(context, "yes") != NULL;
	if (*ret_go)
		return CLI_DONE;
	if (!isatty(STDIN_FILENO))
		return cli_fail(CLI_USAGE, "not asked", "forget",
			"nobody is at the terminal: say --yes if it is meant");
	if (ask_yes(question, false, ret_go) > 0 && *ret_go)
		return CLI_DONE;
	*ret_go = false;
	(void)puts(context->json ? "{\"forgotten\":null}" : "nothing was removed");
	return fflush(stdout) == 0 ? CLI_DONE : CLI_PART;
}

static int ask_of(struct cli_context *context, struct session *session, int64_t id, bool *ret_go)
{
	CLEANUP(stored_activity_done) struct stored_activity stored = { 0 };
	char question[256], when[HUMAN_BYTES], far[HUMAN_BYTES];
	int r = store_get_activity(session->store, id, &stored);
	if (r < 0)
		return r;
	(void)snprintf(question, sizeof question,
		"Remove activity %" PRId64 " (%s, %s) with its %zu original%s, for good?", id,
		human_time_at(stored.activity.summary.start_ms, stored.utc_offset_s, when),
		human_distance(best_distance_m(&stored), far), stored.sources_n,
		stored.sources_n == 1 ? "" : "s");
	return make_sure(context, question, ret_go);
}

static int print(const struct cli_context *context, const struct session *session, int64_t id,
	const struct forget_result *result)
{
	if (result->remnants < 0)
		(void)cli_fail(0, "remnants", session->paths.state,
			"all is removed, but bytes of it may stay in knead.db until there is room "
			"or"
			" nobody reads: then `knead forget --compact`");
	int status = result->remnants < 0 ? CLI_PART : CLI_DONE;
	if (context->json) {
		json_auto_t *object = json_pack("{s:o,s:I,s:b}", "forgotten",
			id ? json_integer(id) : json_string("all"), "originals",
			(json_int_t)result->files, "compacted", result->remnants == 0);
		return object && json_print(stdout, object) == 0 ? status : CLI_PART;
	}
	if (id)
		(void)printf("activity %" PRId64 " and its %zu original%s are gone; a source that"
			     " still shows it does not bring it back (knead import FILE does)\n",
			id, result->files, result->files == 1 ? "" : "s");
	else
		(void)puts("everything is gone but the settings; what a watch or a followed folder"
			   " still holds comes in again from there");
	(void)puts("What was copied elsewhere is not Knead's to remove: a feed folder, an export,"
		   " a backup FILE.");
	return status;
}

/* Nothing is imported while it is held: so not while a question waits for its answer. */
static int lock_imports(struct session *session)
{
	int lock = store_lock_import(session->store, true);
	if (lock < 0)
		(void)cli_fail_errno(
			CLI_STATE, "cannot lock the store", session->paths.state, lock);
	return lock;
}

static int compact(struct session *session)
{
	AUTO_CLOSE int lock = lock_imports(session);
	if (lock < 0)
		return CLI_STATE;
	int r = store_compact(session->store);
	return r < 0 ? cli_fail_errno(CLI_STATE, "cannot compact", session->paths.state, r)
		     : CLI_DONE;
}

static int forget_one(struct cli_context *context, struct session *session, const char *word)
{
	int64_t id;
	bool go = false;
	if (num_int(word, strlen(word), 1, INT64_MAX, &id) < 0)
		return cli_fail(CLI_USAGE, "wrong value", word,
			"an activity's number, as `knead log` shows it");
	struct forget_result result = { 0 };
	int r = ask_of(context, session, id, &go);
	if (r > 0 || (r == 0 && !go))
		return r;
	AUTO_CLOSE int lock = r == 0 ? lock_imports(session) : -EBADF;
	if (r == 0 && lock < 0)
		return CLI_STATE;
	if (r == 0)
		r = forget_activity(session->store, session->conf, session->now_ms, id, &result);
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "no such activity", word, "`knead log` lists them");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "cannot forget", session->paths.state, r);
	return print(context, session, id, &result);
}

static int forget_everything(struct cli_context *context, struct session *session)
{
	bool go = false;
	int status = make_sure(context,
		"Remove every activity, original, score, message and copy, for good?", &go);
	if (status != CLI_DONE || !go)
		return status;
	AUTO_CLOSE int lock = lock_imports(session);
	if (lock < 0)
		return CLI_STATE;
	struct forget_result result = { 0 };
	int r = forget_all(session->store, &result);
	return r < 0 ? cli_fail_errno(CLI_STATE, "cannot forget", session->paths.state, r)
		     : print(context, session, 0, &result);
}

int verb_forget(struct cli_context *context, int count, char **arguments)
{
	bool all = cli_option(context, "all"), only_compact = cli_option(context, "compact");
	if (all + only_compact + count != 1)
		return cli_fail(CLI_USAGE, "wrong usage", "forget",
			"one activity's number, or --all for everything");
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	if (only_compact)
		return compact(&session);
	return all ? forget_everything(context, &session)
		   : forget_one(context, &session, arguments[0]);
}
