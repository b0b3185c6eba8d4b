/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* All numbers again from the kept originals: every file is read again, then everything changes in one transaction.
 * One that is killed goes on where it was when it is started again with the same program and settings; until
 * then nothing has changed. */

#include "conf/conf.h"
#include "store/store_fresh.h"
#include "util/clock.h"

/* Called after each file. False: end here, go on another time. */
typedef bool (*recompute_fn)(const struct fresh_count *count, void *userdata);

/* The caller holds the import lock. Files whose original is gone, or that cannot be read any more, keep what is
 * stored of them, settled anew with the profile.
 *
 * ret_why  STORE_WHY_BYTES
 * Returns 0; -EINTR when on_file ended it; other negative errno: nothing has changed. */
int recompute_run(struct store *store, const struct conf *conf, struct clock_source *clock,
	recompute_fn on_file, void *userdata, struct fresh_count *ret, char *ret_why);
