/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* An activity, or everything, removed with all that follows from it. The caller holds the import lock, so that
 * nothing comes in meanwhile. Own copies of the store hold what was removed: they go, and a fresh one is made. */

#include "conf/conf.h"
#include "store/store.h"

struct forget_result {
	size_t files; /* originals that went */
	int remnants; /* 0; negative errno: all is removed, but bytes of it may stay in the file until it is compacted */
};

/* Returns 0; -ENOENT; other negative errno: nothing has changed but originals that may be gone. */
int forget_activity(struct store *store, const struct conf *conf, int64_t now_ms, int64_t id,
	struct forget_result *ret);

int forget_all(struct store *store, struct forget_result *ret);
