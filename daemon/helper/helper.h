/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A running kneadd-parse: started, watched, timed out and reaped.
 *
 * An event loop watches helper_channel_fd() and helper_pid_fd() for reading and sets a timer for
 * helper_deadline_usec(); it calls helper_on_readable(), helper_finish() and helper_on_deadline(). A
 * program that may wait calls helper_run_parse(). */

#include "ipc/report.h"
#include "ipc/request.h"

#include <stdbool.h>
#include <stdint.h>

#define HELPER_TIMEOUT_USEC UINT64_C(30000000)

/* What ends a job whose helpers find no cage (VERDICT_NO_SANDBOX), and its sentence. The files are not to blame. */
#define HELPER_NO_SANDBOX (-EOPNOTSUPP)
#define HELPER_NO_SANDBOX_TEXT                                                            \
	"the reader's sandbox cannot be set up on this machine, so nothing is read (see " \
	"docs/sandbox.md)"

/* The same for helpers that are not there as they should be (VERDICT_NOT_STARTED): an upgrade that stopped half way,
 * memory that ran out. */
#define HELPER_NOT_STARTED (-ELIBACC)

/* Why a job ended, and what to do: for the two errors above and those of helper_spawn_parse(). */
const char *helper_explain(int error);

struct helper;

/* One file to be parsed. */
struct helper_job {
	const char *path;                    /* of kneadd-parse, see helper_find_parse() */
	int input_fd;                        /* borrowed: the file, open for reading */
	const struct parse_request *request; /* borrowed */
	uint64_t timeout_usec;               /* 0: HELPER_TIMEOUT_USEC */
};

/* Where kneadd-parse is: beside this program in a build tree, else where it is installed. In test
 * builds KNEAD_PARSE_HELPER names it. The caller frees.
 * Returns 0; -ENOENT when it is not there or cannot be executed; -ENOMEM. */
int helper_find_parse(char **ret);

/* Starts one. It has the channel as descriptor 3, the file as 4 and stderr, an empty environment and
 * default signals; nothing else is open. Returns 0; a negative errno when it cannot be started, which
 * says nothing of the file. */
int helper_spawn_parse(const struct helper_job *job, struct helper **ret);

/* Readable when packets wait; when the process has ended. -EBADF after helper_finish(). */
int helper_channel_fd(const struct helper *helper);
int helper_pid_fd(const struct helper *helper);

/* When it must be done, CLOCK_MONOTONIC. */
uint64_t helper_deadline_usec(const struct helper *helper);

/* Takes what has arrived; never blocks. Returns 0; 1 when nothing more will come on the channel, so
 * that it need not be watched any longer (the end of the process is still to be awaited). */
int helper_on_readable(struct helper *helper);

/* Time is up: ends the process at once. The verdict will be VERDICT_HUNG. */
void helper_on_deadline(struct helper *helper);

/* Reaps the process (waits for it if it still runs), takes what is left on the channel and decides.
 *
 * ret_report   initialised; filled for VERDICT_OK, and for VERDICT_REFUSED with what is known of the
 *              file; for every verdict but VERDICT_OK ret_report->why is one sentence
 * ret_verdict  how it ended
 * Returns 0; a negative errno when the process could not be waited for. */
int helper_finish(struct helper *helper, struct report *ret_report, enum verdict *ret_verdict);

/* Ends the process if it still runs, and frees. Takes NULL; returns NULL. */
struct helper *helper_free(struct helper *helper);

static inline void helper_freep(struct helper **helper)
{
	(void)helper_free(*helper);
}

/* All of the above in one: returns when the verdict is there. */
int helper_run_parse(
	const struct helper_job *job, struct report *ret_report, enum verdict *ret_verdict);
