/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files and folders into a store, with a progress bar on a terminal. */

#include "cli/session.h"
#include "import/job.h"

/* Walks all paths, parses, stores in one transaction. What cannot be done is said on stderr, a line for each
 * path at which nothing is too; refused files are left to the caller.
 *
 * is_over      asked between files: true ends it with nothing stored; NULL: never
 * ret          zeroed by the caller; import_result_done() in every case
 * ret_missing  paths at which nothing is
 * Returns CLI_DONE; CLI_NOTHING when all are missing; CLI_STATE. */
int import_paths(struct cli_context *context, struct session *session, int count, char **paths,
	bool (*is_over)(void), struct import_result *ret, int *ret_missing);
