/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* How far the reading of a source is: counted, shown on the board, and said in words. */

#include "kneadd/board.h"
#include "kneadd/source_line.h"
#include "ipc/fetch_wire.h"

#define PROGRESS_TEXT_BYTES (SOURCE_TITLE_BYTES + 64u)

struct progress {
	struct board board;
	unsigned wanted, got, refused, later; /* as struct watch_end has them */
	uint64_t done_bytes;                  /* of the wanted files that are in or refused */
	bool listed, known_make;
	char seen[FETCH_WHY_BYTES]; /* on a watch of which no folder is known; "" */
};

/* Another source: nothing of it is known yet. */
void progress_begin(struct progress *progress);

/* It has shown all; the packet says what of it is new. */
void progress_listed(
	struct progress *progress, const struct waiting *source, const struct fetch_packet *packet);

/* One of the wanted files is in, or refused. */
void progress_got(struct progress *progress, const struct fetch_packet *packet);
void progress_refused(struct progress *progress, const struct fetch_packet *packet);

/* So much of the file that is being copied. */
void progress_within(struct progress *progress, uint64_t bytes);

/* For `systemctl status`. Returns ret. */
const char *progress_say(const struct progress *progress, const struct waiting *source,
	char ret[PROGRESS_TEXT_BYTES]);
