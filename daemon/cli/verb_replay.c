/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead replay PATH...: a season of files through the whole way and, instant by instant, through the message
 * policy, in a store that is thrown away. */
#include "cli/config.h"
#include "cli/import_paths.h"
#include "cli/replay_view.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "util/zone.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAYS_AFTER 8 /* soreness is over, and what was announced was said */
#define OPEN_FOLDERS 16

/* The folder that is to go. */
static char arg_folder[4096];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_folder(void)
{
	if (arg_folder[0])
		(void)nftw(arg_folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	arg_folder[0] = '\0';
}

static int make_folder(void)
{
	const char *temporary = getenv("TMPDIR");
	int n = snprintf(arg_folder, sizeof arg_folder, "%s/knead-replay-XXXXXX",
		temporary && *temporary ? temporary : "/tmp");
	if (n < 0 || (size_t)n >= sizeof arg_folder || !mkdtemp(arg_folder)) {
		int error = errno;
		arg_folder[0] = '\0';
		return cli_fail_errno(CLI_STATE, "cannot make a folder", temporary, -error);
	}
	return CLI_DONE;
}

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

/* A signal that ends the program waits until the folder is gone. */
static void hold_signals(int how)
{
	sigset_t set;
	(void)sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		(void)sigaddset(&set, ending[i]);
	(void)sigprocmask(how, &set, NULL);
}

static bool signal_waits(void)
{
	sigset_t set;
	bool waits = false;
	(void)sigpending(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		waits |= sigismember(&set, ending[i]) == 1;
	return waits;
}

/* The runner's own settings, but for where things go: nothing is kept, nobody is told. */
static int open_session(struct cli_context *context, struct session *ret)
{
	*ret = (struct session) { .now_ms = clock_now_ms(&context->clock) };
	int status = cli_paths(context, &ret->paths);
	if (status == CLI_DONE)
		status = cli_conf(&ret->paths, &ret->conf);
	if (status != CLI_DONE)
		return status;
	conf_drop_webhooks(ret->conf);
	ret->conf->store.archive = ARCHIVE_OFF;
	int r = zone_set(ret->conf->runner.time_zone);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "config", ret->conf->runner.time_zone, r);
	char why[STORE_WHY_BYTES] = "";
	r = store_open(arg_folder, STORE_CREATE, &ret->store, why);
	if (r == 0)
		r = store_throw_away(ret->store);
	ret->throw_away = true;
	if (r < 0)
		return cli_fail(CLI_STATE, "store", arg_folder, "%s", why);
	free(ret->paths.state);
	ret->paths.state = strdup(arg_folder);
	return ret->paths.state ? CLI_DONE : cli_fail_errno(CLI_STATE, "store", NULL, -ENOMEM);
}

static int play(struct cli_context *context, struct session *session)
{
	CLEANUP(situation_done) struct situation situation = { 0 };
	int r = session_situation(session, REACH_WHOLE, &situation);
	remove_folder(); /* all is in memory */
	hold_signals(SIG_UNBLOCK);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", NULL, r);
	const struct strain_history *history = &situation.history.view;
	if (!history->sessions_n)
		return cli_fail(CLI_NOTHING, "nothing to replay", NULL,
			"no activity with a start time is in there");
	double last_h = 0;
	for (size_t i = 0; i < history->sessions_n; i++)
		last_h = history->sessions[i].end_h > last_h ? history->sessions[i].end_h : last_h;
	last_h += 24.0 * DAYS_AFTER;
	struct replay_plan plan = { .settings = situation.settings,
		.plug_in_h = REPLAY_PLUG_IN_H,
		.from_h = history->sessions[0].start_h,
		.until_h = last_h < situation.now_h ? last_h : situation.now_h };
	struct replay_view view;
	replay_view_init(&view, context, &situation);
	r = replay_run(situation.model, history, &plan, replay_view_look, &view);
	if (r < 0)
		return cli_fail_errno(CLI_PART, "the replay stopped", NULL, r);
	replay_view_end(&view);
	return CLI_DONE;
}

static int replay(struct cli_context *context, int count, char **paths)
{
	AUTO_SESSION struct session session = { 0 };
	int status = open_session(context, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(import_result_done) struct import_result result = { 0 };
	int missing = 0;
	status = import_paths(context, &session, count, paths, signal_waits, &result, &missing);
	if (status != CLI_DONE)
		return status;
	for (size_t i = 0; i < result.refused_n; i++)
		(void)cli_fail(0, "refused", result.refused[i].file, "%s", result.refused[i].why);
	status = play(context, &session);
	if (status != CLI_DONE)
		return status;
	return missing || result.refused_n ? CLI_PART : CLI_DONE;
}

int verb_replay(struct cli_context *context, int count, char **arguments)
{
	hold_signals(SIG_BLOCK);
	int status = make_folder();
	if (status == CLI_DONE)
		status = replay(context, count, arguments);
	remove_folder();
	hold_signals(SIG_UNBLOCK); /* one that waits ends the program here */
	return status;
}
