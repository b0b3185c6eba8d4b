/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the runner wants gone. */

#include "store/store.h"

/* What stands as parser version at a forgotten content: it is known, and no newer parser asks for it. */
#define FORGOTTEN_VERSION (INT64_C(1) << 40)

/* From here on what is deleted is overwritten, also outside of a transaction. */
int store_erase_for_good(struct store *store);

/* Removes an activity: its rows, what its files told besides if they hold nothing else, their originals from
 * archive and spool, and the bodies of messages that were sent. The contents stay known by their hashes, so that
 * no source brings them in again by itself. Numbers and days that follow from it are marked; the caller computes
 * them (store_refresh_profile() ...). Inside a transaction.
 *
 * ret_files  originals that went
 * ret_day    of the activity; INT32_MIN without a date
 * Returns 0; -ENOENT no such activity; other negative errno. */
int store_forget_activity(struct store *store, int64_t id, size_t *ret_files, int32_t *ret_day);

/* Makes all tables anew, empty: a transaction of its own. */
int store_forget_rows(struct store *store);

/* Removes every original, whatever is in the spool, the own copies, the damaged store that was kept, and what is
 * remembered of watches. Returns 0 or the first error; goes on after it. */
int store_forget_files(const char *state_dir);

/* Only the copies, and the damaged store: they hold what was just removed. */
int store_forget_copies(const char *state_dir);

/* Writes the database anew without what was deleted, and empties its log. Outside a transaction.
 * Returns 0; -EBUSY when another program reads at length; -ENOSPC; other negative errno. */
int store_compact(struct store *store);
