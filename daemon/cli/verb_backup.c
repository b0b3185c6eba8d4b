/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead backup FILE: a copy of the store in one file, while everything runs. */
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"
#include "store/backup.h"

#include <stdio.h>
#include <sys/stat.h>

int verb_backup(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	const char *path = arguments[0];
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	char why[STORE_WHY_BYTES] = "";
	if (store_backup(session.store, path, 0600, why) < 0)
		return cli_fail(CLI_STATE, "no backup was made", path, "%s", why);
	struct stat st = { 0 };
	(void)stat(path, &st);
	if (context->json) {
		json_auto_t *object = json_pack("{s:o,s:I}", "file", json_from_bytes(path),
			"size_bytes", (json_int_t)st.st_size);
		return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
	}
	(void)fputs("backup in ", stdout);
	cli_print_clean(path);
	(void)printf(", %.1f MB, read through; the originals in %s/archive are not in it\n",
		(double)st.st_size / 1e6, session.paths.state);
	return CLI_DONE;
}
