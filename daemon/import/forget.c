/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/forget.h"

#include "import/settings.h"
#include "store/backup.h"
#include "store/store_forget.h"
#include "store/store_import.h"
#include "store/store_profile.h"

static int forget_rows(
	struct store *store, const struct conf *conf, int64_t now_ms, int64_t id, size_t *ret_files)
{
	struct decide_settings settings;
	struct decide_target targets[CONF_SECTIONS_MAX];
	int32_t day = INT32_MIN;
	decide_settings_of(conf, targets, &settings);
	int r = store_forget_activity(store, id, ret_files, &day);
	if (r == 0)
		r = store_forget_copies(store_directory(store));
	if (r == 0)
		r = store_refresh_profile(store, &conf->runner.profile, NULL);
	if (r == 0 && day != INT32_MIN)
		r = store_refresh_days(store, day, day);
	return r < 0 ? r : decide_recompute(store, &settings, now_ms);
}

static int in_transaction(
	struct store *store, const struct conf *conf, int64_t now_ms, int64_t id, size_t *ret_files)
{
	int r = store_begin(store);
	if (r < 0)
		return r;
	r = forget_rows(store, conf, now_ms, id, ret_files);
	if (r == 0)
		r = store_commit(store);
	if (r < 0)
		store_rollback(store);
	return r;
}

int forget_activity(struct store *store, const struct conf *conf, int64_t now_ms, int64_t id,
	struct forget_result *ret)
{
	*ret = (struct forget_result) { 0 };
	int r = store_erase_for_good(store);
	if (r == 0)
		r = in_transaction(store, conf, now_ms, id, &ret->files);
	if (r < 0)
		return r;
	ret->remnants = store_compact(store);
	(void)backups_make(store, now_ms); /* else the next import makes it */
	store_nudge(store);
	return 0;
}

int forget_all(struct store *store, struct forget_result *ret)
{
	*ret = (struct forget_result) { 0 };
	/* the files first: an end in the middle must not leave them without anything that knows of them */
	int r = store_forget_files(store_directory(store));
	if (r == 0)
		r = store_erase_for_good(store);
	if (r == 0)
		r = store_forget_rows(store);
	if (r < 0)
		return r;
	ret->remnants = store_compact(store);
	store_nudge(store);
	return 0;
}
