/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead import PATH...: files, folders and watches' trees through the whole way; knead import --watch: what the
 * daemon does with the watch that is plugged in. */
#include "cli/import_paths.h"
#include "cli/import_watch.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "import/result_json.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static int print_result(const struct cli_context *context, const struct session *session,
	const struct import_result *result)
{
	for (size_t i = 0; i < result->refused_n; i++)
		(void)cli_fail(0, "refused", result->refused[i].file, "%s", result->refused[i].why);
	if (context->json) {
		json_auto_t *object = import_result_to_json(result);
		return object ? json_print(stdout, object) : -ENOMEM;
	}
	(void)printf("%zu new, %zu known, %zu merged with another source, %zu refused\n",
		result->new_activities, result->known, result->merged, result->refused_n);
	if (result->refused_before)
		(void)printf("%zu of the known %s refused before: knead status says why\n",
			result->refused_before, result->refused_before == 1 ? "was" : "were");
	if (result->decided.said)
		(void)puts(
			"the note for the phone waits in the outbox; kneadd sends it when it runs");
	else if (result->new_activities && !session->conf->webhooks_n)
		(void)puts("no phone set up: knead webhook add");
	return 0;
}

static int run(struct cli_context *context, struct session *session, int count, char **paths)
{
	CLEANUP(import_result_done) struct import_result result = { 0 };
	int missing = 0;
	int status = import_paths(context, session, count, paths, NULL, &result, &missing);
	if (status != CLI_DONE)
		return status;
	if (print_result(context, session, &result) < 0)
		return CLI_PART;
	return missing || result.refused_n ? CLI_PART : CLI_DONE;
}

static int run_watch(struct cli_context *context, const struct session *session)
{
	CLEANUP(import_result_done) struct import_result result = { 0 };
	bool stored = false;
	int status = import_watch(context, session, &result, &stored);
	if (stored && print_result(context, session, &result) < 0)
		return CLI_PART;
	return status == CLI_DONE && result.refused_n ? CLI_PART : status;
}

/* Whether something is at any of the paths; where nothing is, not even a store is made. */
static bool any_is_there(int count, char **paths)
{
	struct stat st;
	for (int i = 0; i < count; i++)
		if (lstat(paths[i], &st) == 0 || (errno != ENOENT && errno != ENOTDIR))
			return true;
	for (int i = 0; i < count; i++)
		(void)cli_fail(0, "cannot import", paths[i], "nothing is there");
	return false;
}

int verb_import(struct cli_context *context, int count, char **arguments)
{
	bool watch = cli_option(context, "watch") != NULL;
	if (watch == (count > 0))
		return cli_fail(CLI_USAGE, "wrong usage", "import", "%s",
			watch ? "--watch takes no paths"
			      : "name the files or folders, or give --watch");
	if (!watch && !any_is_there(count, arguments))
		return CLI_NOTHING;
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_CREATE, &session);
	if (status != CLI_DONE)
		return status;
	return watch ? run_watch(context, &session) : run(context, &session, count, arguments);
}
