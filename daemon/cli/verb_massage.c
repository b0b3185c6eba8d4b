/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead massage: logs one, takes the one that was logged last back, or lists them. */
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/massage_view.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"
#include "store/store_history.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_MINUTES 30

/* scores  NULL: nothing is known of them */
static int print(const struct cli_context *context, const char *what, int64_t at_ms, double minutes,
	const struct massage_scores *scores)
{
	char text[HUMAN_BYTES], rfc[CLOCK_TEXT_BYTES], changes[256];
	if (!context->json) {
		(void)printf("%s: massage of %s", what, human_time(at_ms, text));
		if (minutes > 0)
			(void)printf(", %.0f min", minutes);
		(void)putchar('\n');
		if (scores && massage_changes(scores, changes, sizeof changes))
			lines_say(0, 2, "%s", changes);
		return CLI_DONE;
	}
	json_auto_t *object =
		json_pack("{s:s,s:s,s:o}", "done", what, "at", clock_format(at_ms, rfc), "minutes",
			minutes > 0 ? json_real(minutes) : json_null());
	json_auto_t *around = scores ? massage_json(scores) : json_object();
	if (!object || !around || json_object_update(object, around) < 0)
		return CLI_PART;
	return json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}

static int undo(const struct cli_context *context, struct session *session)
{
	int64_t at_ms = 0;
	int r = store_undo_massage(session->store, &at_ms);
	if (r == -ENOENT)
		return cli_fail(CLI_NOTHING, "nothing to undo", NULL, "no massage is logged");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session->paths.state, r);
	store_nudge(session->store);
	return print(context, "taken back", at_ms, 0, NULL);
}

int verb_massage(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	long minutes = DEFAULT_MINUTES;
	int status = cli_option_number(context, "minutes", 1, 600, &minutes);
	if (status != CLI_DONE)
		return status;
	bool taken_back = cli_option(context, "undo") != NULL;
	int64_t now_ms = clock_now_ms(&context->clock), at_ms = now_ms;
	const char *at = cli_option(context, "at");
	if (at && clock_parse(at, &at_ms) < 0)
		return cli_fail(CLI_USAGE, "wrong value", at,
			"--at takes a time such as 2026-05-03T18:00:00+02:00");
	if (at_ms > now_ms)
		return cli_fail(CLI_USAGE, "wrong value", at, "that lies in the future");
	if (cli_option(context, "list")) {
		AUTO_SESSION struct session listed;
		status = session_open(context, STORE_READ, &listed);
		return status == CLI_DONE ? massage_list(context, &listed) : status;
	}
	AUTO_SESSION struct session session;
	status = session_open(context, taken_back ? STORE_WRITE : STORE_CREATE, &session);
	if (status != CLI_DONE)
		return status;
	if (taken_back)
		return undo(context, &session);
	int r = store_add_massage(session.store, at_ms, (double)minutes);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	store_nudge(session.store);
	CLEANUP(situation_done) struct situation situation = { 0 };
	struct massage_scores scores;
	r = session_situation(&session, REACH_WHOLE, &situation);
	if (r == 0)
		massage_scores(&situation, hours_of_ms(at_ms), &scores);
	return print(context, "logged", at_ms, (double)minutes, r == 0 ? &scores : NULL);
}
