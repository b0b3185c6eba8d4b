/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The files of a watch that the daemon wants, and how they are fetched: the newest first, so that a cable that
 * is pulled costs the oldest. One that the watch is busy with does not hold up the others: it is tried again when
 * they are in, a few times, and then left for the next plug-in. */

#include "fetch/mtp_file.h"
#include "fetch/watch_memory.h"

struct mtp_wish {
	char *path; /* owned; as it is shown */
	struct mtp_object object;
	bool busy; /* the watch was, when it was asked for it */
};

struct mtp_wishes {
	struct mtp_wish *list;
	size_t n, capacity;
	uint64_t bytes;
};

/* Also makes them empty for another use. */
void mtp_wishes_done(struct mtp_wishes *wishes);

/* Returns 0; -ENOMEM. */
int mtp_wishes_add(struct mtp_wishes *wishes, const char *path, const struct mtp_object *object);

/* How a file is told of. */
struct source_file mtp_wish_shown(const char *path, const struct mtp_object *object);

/* Fetches them all. One that is damaged on the watch is noted in the memory.
 *
 * ret_noted  set to true when that was done
 * Returns 0 when each was handed over, refused or put off; a callback's negative answer; -ENOMEM; the session's
 * error when the watch is lost. */
int mtp_wishes_fetch(struct mtp_wishes *wishes, const struct mtp_file *reader,
	struct watch_memory *memory, bool *ret_noted);
