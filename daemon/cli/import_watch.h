/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* knead import --watch: what the daemon does with the watch that is plugged in. */

#include "cli/session.h"
#include "import/job.h"

/* Waits for a watch where none is plugged in, shows a bar while it is read, and gives what came of it; of one
 * that was read already what came of that. What is in the way is said on stderr.
 *
 * ret         zeroed by the caller; import_result_done() in every case
 * ret_stored  something came of it
 * Returns CLI_DONE; CLI_PART when not all of it could be read; CLI_STATE without a daemon. */
int import_watch(const struct cli_context *context, const struct session *session,
	struct import_result *ret, bool *ret_stored);
