/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/import_watch.h"

#include "cli/human.h"
#include "cli/lines.h"
#include "cli/reading_view.h"

#include "import/result_json.h"
#include "store/store_watch.h"

#include <errno.h>
#include <unistd.h>

static int no_daemon(const struct session *session)
{
	return cli_fail(CLI_STATE, "cannot follow a watch", session->paths.state,
		"no kneadd runs on it: start kneadd (systemctl start kneadd, or systemctl --user "
		"start kneadd)");
}

/* Whether the watch of the latest reading is still plugged in, so that it is not waited for. */
static bool is_here(const struct session *session, const struct reading *reading)
{
	struct stored_watch watch;
	return store_get_watch(session->store, reading->source, &watch) == 0 && watch.here;
}

struct bar {
	bool on, asked;
};

static void show(const struct reading *reading, void *userdata)
{
	struct bar *bar = userdata;
	char line[READING_LINE_BYTES];
	if (!reading && !bar->asked) {
		(void)fputs("plug in the watch now\n", stderr);
		bar->asked = true;
	}
	if (!reading || !bar->on)
		return;
	reading_line(reading, line);
	lines_redraw(stderr, line);
}

/* Says how the reading ended. Returns CLI_DONE; CLI_PART. */
static int judge(const struct reading *reading)
{
	if (reading->status == -ENODEV)
		return cli_fail(CLI_PART, "cannot read all", reading->name,
			"it was unplugged when %u of %u new files were in: plug it in again",
			reading->got, reading->wanted);
	if (reading->status < 0 || *reading->why)
		return cli_fail(CLI_PART, "cannot read", reading->name, "%s",
			*reading->why ? reading->why : "it broke off: plug it in again");
	return CLI_DONE;
}

/* The reading that is asked for: the one under way, the last of a watch that is still here, or the next. */
static int choose(const struct session *session, struct reading *ret)
{
	int r = reading_read(session->paths.state, ret);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	bool over = ret->phase == READING_DONE;
	if (over && !is_here(session, ret))
		ret->number++;
	return 0;
}

int import_watch(const struct cli_context *context, const struct session *session,
	struct import_result *ret, bool *ret_stored)
{
	struct reading reading = { 0 };
	struct bar bar = { .on = isatty(STDERR_FILENO) && !context->json };
	char text[HUMAN_BYTES];
	pid_t pid = 0;
	if (store_find_daemon(session->paths.state, &pid) < 0)
		return no_daemon(session);
	int r = choose(session, &reading);
	int64_t number = reading.number;
	bool before = reading.phase == READING_DONE;
	reading_done(&reading);
	if (r == 0)
		r = reading_wait(session, number, show, &bar, &reading);
	if (bar.on)
		lines_redraw(stderr, "");
	if (r == -ESRCH)
		return no_daemon(session);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "cannot follow a watch", session->paths.state, r);
	if (!context->json && before && !bar.asked) {
		cli_print_clean(reading.name);
		(void)printf(
			" is plugged in and was read at %s:\n", human_time(reading.at_ms, text));
	}
	int status = judge(&reading);
	r = reading.result ? import_result_from_json(reading.result, ret) : -ENOENT;
	*ret_stored = r == 0;
	reading_done(&reading);
	return status;
}
