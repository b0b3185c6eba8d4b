/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* `[feed] folder`: the original of each stored activity is also placed there, for other programs. It is placed
 * once: what these move away or remove does not come again. Trouble with the folder stops no import; what waits is
 * placed when the folder can be written again. */

#include "conf/conf.h"
#include "store/store.h"

/* Places up to `max` of the originals that wait; 0: all. To be called outside a transaction, with the import lock
 * held.
 *
 * ret_left  whether more could be placed right now
 * Returns 0; negative errno when the store cannot be used. What is wrong with the folder is in FEED_FACT_TROUBLE
 * (store/store_feed.h), and *ret_left is false. */
int feed_run(struct store *store, const struct conf *conf, size_t max, bool *ret_left);
