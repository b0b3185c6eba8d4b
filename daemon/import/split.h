/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A merge undone, with everything that follows from it, in one transaction. */

#include "conf/conf.h"
#include "store/store.h"

/* The caller holds the import lock.
 *
 * ret_ids  owned by the caller: the activity, then the new ones
 * Returns 0; as store_split_activity() otherwise, and then nothing has changed. */
int split_run(struct store *store, const struct conf *conf, int64_t now_ms, int64_t id,
	int64_t **ret_ids, size_t *ret_n);
