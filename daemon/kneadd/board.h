/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where the daemon writes how far it is with a watch (ipc/reading.h): at each step, and a few times a second
 * while bytes come in. Only a reading that is under way makes it write. */

#include "import/job.h"
#include "ipc/reading.h"
#include "util/clock.h"

struct board {
	const char *state_dir; /* borrowed */
	struct clock_source *clock;
	struct reading reading;
	bool shown; /* a reading is under way */
	uint64_t written_usec;
};

/* What a killed daemon left is set right. */
void board_init(struct board *board, const char *state_dir, struct clock_source *clock);
void board_done(struct board *board);

/* A reading begins; one that is under way begins anew. */
void board_begin(struct board *board, const char *source, const char *name);

/* What is new is known. */
void board_listed(struct board *board, uint32_t wanted, uint64_t wanted_bytes);

/* So much is in or refused; now and then that is written. */
void board_progress(struct board *board, uint32_t got, uint32_t refused, uint64_t got_bytes);

/* The watch was let go of. status and why: how. */
void board_released(struct board *board, int status, const char *why);

/* All is stored. result: NULL when nothing was. */
void board_end(struct board *board, const struct import_result *result);
