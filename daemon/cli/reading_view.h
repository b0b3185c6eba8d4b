/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A watch while the daemon reads it: a line with a bar, and the wait for what comes of it. */

#include "cli/session.h"
#include "ipc/reading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define READING_LINE_BYTES 256u

/* What is read now. Returns false when nothing is, or no daemon runs. ret is to be done with reading_done() in
 * every case. */
bool reading_now(const struct session *session, struct reading *ret);

/* "Forerunner 965  [#####---------------]  12 of 40 new files, 3.1 of 10.2 MB" */
void reading_line(const struct reading *reading, char ret[READING_LINE_BYTES]);

/* Called whenever there may be something new to show; reading is NULL while none is under way. */
typedef void (*reading_shown_fn)(const struct reading *reading, void *userdata);

/* Waits for the end of the reading of this number, or of a later one.
 *
 * on_shown  may be NULL
 * Returns 0; -ESRCH when the daemon is not there any more; a negative errno. ret is to be done with
 * reading_done() in every case. */
int reading_wait(const struct session *session, int64_t number, reading_shown_fn on_shown,
	void *userdata, struct reading *ret);

/* How the bytes of a reading are spelled in JSON; a new reference. */
json_t *reading_json(const struct reading *reading);
