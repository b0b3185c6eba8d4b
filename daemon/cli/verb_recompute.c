/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead recompute: all numbers again from the kept originals. */
#include "cli/lines.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "import/recompute.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30u
#define WORDS_WIDTH 24u /* " 50000 of 50000 files" and brackets */

static bool show_bar(const struct fresh_count *count, void *userdata)
{
	const bool *bar = userdata;
	if (!*bar || !count->files)
		return true;
	char bar_text[BAR_WIDTH + 1], line[BAR_WIDTH + 64];
	unsigned width = lines_width(stderr);
	size_t room = !width || width > BAR_WIDTH + WORDS_WIDTH ? BAR_WIDTH
		      : width > WORDS_WIDTH                     ? width - WORDS_WIDTH
								: 0;
	size_t filled = count->done * room / count->files;
	for (size_t i = 0; i < room; i++)
		bar_text[i] = i < filled ? '#' : '.';
	bar_text[room] = '\0';
	(void)snprintf(
		line, sizeof line, "[%s] %zu of %zu files", bar_text, count->done, count->files);
	lines_redraw(stderr, line);
	return true;
}

static int print(const struct cli_context *context, const struct fresh_count *count)
{
	if (context->json) {
		json_auto_t *object = json_pack("{s:I,s:I}", "files", (json_int_t)count->files,
			"kept", (json_int_t)count->kept);
		return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
	}
	(void)printf(
		"%zu files read again, all numbers follow from them\n", count->files - count->kept);
	if (count->kept)
		(void)printf("%zu files have no original any more, or it cannot be read: their "
			     "numbers follow from what was kept at their import\n",
			count->kept);
	return CLI_DONE;
}

int verb_recompute(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_WRITE, &session);
	if (status != CLI_DONE)
		return status;
	AUTO_CLOSE int lock = store_lock_import(session.store, true);
	if (lock < 0)
		return cli_fail_errno(
			CLI_STATE, "cannot lock the store", session.paths.state, lock);
	bool bar = isatty(STDERR_FILENO) && !context->json;
	struct fresh_count sums = { 0 };
	char why[STORE_WHY_BYTES] = "";
	int r = recompute_run(
		session.store, session.conf, &context->clock, show_bar, &bar, &sums, why);
	if (bar)
		lines_redraw(stderr, "");
	if (r < 0)
		return cli_fail(CLI_STATE, "cannot recompute", session.paths.state, "%s", why);
	return print(context, &sums);
}
