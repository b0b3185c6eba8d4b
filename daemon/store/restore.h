/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The daemon's way into the store: it is read through first, and one that is damaged, or gone though there are
 * copies of it, is put back from the newest own copy that is sound (backup.h).
 *
 * What the damaged store still gives of what no file tells (massages, feelings, flags, what was said) is taken
 * over. The damaged files stay in damaged/ until the next time. What files told after the copy was made is for
 * the caller to import from the archive again; until that is done the fact RESTORE_FACT_OPEN is set. */

#include "store/store.h"

#define RESTORE_FACT_OPEN "restore_open" /* what happened, a sentence; "" when all is done */
#define RESTORE_FACT_TOLD "restored"     /* the sentence that the runner is told ... */
#define RESTORE_FACT_AT "restored_at"    /* ... and when it happened, RFC 3339 */

/* Takes the lock of the daemon, checks, puts right what is needed, and opens the store as with STORE_CREATE.
 *
 * whole        read through indices too: for a store in which something was found while it was used
 * ret_lock     holds the lock until it is closed
 * ret_restored whether a copy was put back
 * ret_why      STORE_WHY_BYTES
 * Returns 0; -EAGAIN another daemon runs; -EUCLEAN damaged and no copy; others as store_open(). */
int store_open_safely(const char *state_dir, int64_t now_ms, bool whole, struct store **ret,
	int *ret_lock, bool *ret_restored, char *ret_why);

/* Takes over what a damaged database still gives. Whatever goes wrong, `to` stays sound: nothing or less is
 * taken. Returns whether all of it could be read. */
struct sqlite3;
bool salvage(const char *damaged_path, struct sqlite3 *to);
