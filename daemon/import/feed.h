/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* `[feed] folder`: the original of each stored activity is also placed there, for other programs. It is placed
 * once: what these move away or remove does not come again. Trouble with the folder stops no import; what waits is
 * placed when the folder can be written again.
 *
 * The folder may be one that does not answer (a network drive whose server is gone), so a helper looks into it
 * (helper/fetch.h): one file at a time is asked for, and its answer awaited for so long. */

#include "conf/conf.h"
#include "ipc/place_wire.h"
#include "store/store.h"
#include "store/store_feed.h"

#define FEED_WAIT_USEC UINT64_C(30000000)

/* FEED_WAIT_USEC, in test builds KNEAD_FEED_WAIT_MS. */
uint64_t feed_wait_usec(void);

/* The next original that waits. Without a folder in the settings nothing waits any more. Outside a transaction.
 * Returns 1; 0 when none waits; negative errno. */
int feed_next(struct store *store, const struct conf *conf, struct feed_file *ret,
	struct place_request *ret_request);

/* What became of it. Returns 1 when it is done with; 0 when it must wait, with what is in the way in FEED_FACT_TROUBLE
 * (store/store_feed.h); negative errno when the store cannot be used. */
int feed_settle(
	struct store *store, const struct conf *conf, const struct feed_file *file, int status);

/* Nothing is in the way any more. */
int feed_note_well(struct store *store);

/* Places all that waits; for a program that may wait itself, but not for ever. Nothing, when another one is at it.
 * Returns 0; negative errno when the store cannot be used. */
int feed_run(struct store *store, const struct conf *conf);
