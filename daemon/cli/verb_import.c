/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead import PATH...: files, folders and watches' trees through the whole way. */
#include "cli/import_paths.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <stdio.h>

static json_t *result_to_json(const struct import_result *result)
{
	json_t *refused = json_array(), *ids = json_array();
	for (size_t i = 0; i < result->refused_n; i++)
		(void)json_array_append_new(refused,
			json_pack("{s:o,s:o}", "file", json_from_bytes(result->refused[i].file),
				"why", json_from_bytes(result->refused[i].why)));
	for (size_t i = 0; i < result->ids_n; i++)
		(void)json_array_append_new(ids, json_integer(result->ids[i]));
	return json_pack("{s:I,s:I,s:I,s:I,s:o,s:o}", "found", (json_int_t)result->found, "new",
		(json_int_t)result->new_activities, "known", (json_int_t)result->known, "merged",
		(json_int_t)result->merged, "refused", refused, "activities", ids);
}

static int print_result(const struct cli_context *context, const struct session *session,
	const struct import_result *result)
{
	for (size_t i = 0; i < result->refused_n; i++)
		(void)cli_fail(0, "refused", result->refused[i].file, "%s", result->refused[i].why);
	if (context->json) {
		json_auto_t *object = result_to_json(result);
		return object ? json_print(stdout, object) : -ENOMEM;
	}
	(void)printf("%zu new, %zu known, %zu merged with another source, %zu refused\n",
		result->new_activities, result->known, result->merged, result->refused_n);
	if (result->decided.said)
		(void)puts(
			"the note for the phone waits in the outbox; kneadd sends it when it runs");
	else if (result->new_activities && !session->conf->webhooks_n)
		(void)puts("no phone set up: see [webhook] in kneadd.conf(5)");
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

int verb_import(struct cli_context *context, int count, char **arguments)
{
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_CREATE, &session);
	return status == CLI_DONE ? run(context, &session, count, arguments) : status;
}
