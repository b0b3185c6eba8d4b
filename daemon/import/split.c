/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/split.h"

#include "base/cleanup.h"
#include "import/settings.h"
#include "store/store_import.h"
#include "store/store_profile.h"

#include <stdlib.h>

static int split(struct store *store, const struct conf *conf, int64_t now_ms, int64_t id,
	int64_t **ret_ids, size_t *ret_n)
{
	struct decide_settings settings;
	struct decide_target targets[CONF_SECTIONS_MAX];
	decide_settings_of(conf, targets, &settings);
	int r = store_split_activity(store, id, ret_ids, ret_n);
	if (r == 0)
		r = store_refresh_profile(store, &conf->runner.profile, NULL);
	return r < 0 ? r : decide_recompute(store, &settings, now_ms);
}

int split_run(struct store *store, const struct conf *conf, int64_t now_ms, int64_t id,
	int64_t **ret_ids, size_t *ret_n)
{
	AUTO_FREE int64_t *ids = NULL;
	size_t n = 0;
	int r = store_begin(store);
	if (r < 0)
		return r;
	r = split(store, conf, now_ms, id, &ids, &n);
	if (r == 0)
		r = store_commit(store);
	if (r < 0) {
		store_rollback(store);
		return r;
	}
	store_nudge(store);
	*ret_ids = TAKE_PTR(ids);
	*ret_n = n;
	return 0;
}
