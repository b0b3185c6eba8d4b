/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds suggestions by the runner's own word: flags and quiet times. */
#include "store/store_history.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <string.h>

/* Runs a statement that changes rows. Returns how many it changed, or a negative errno. */
static int change(struct store *store, sqlite3_stmt *stmt)
{
	int r = store_run(store, stmt);
	return r < 0 ? r : sqlite3_changes(store->db);
}

static int change_flag(struct store *store, enum statement which, const char *name, int64_t now_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, name);
	(void)sqlite3_bind_int64(stmt, 2, now_ms);
	return change(store, stmt);
}

int store_set_flag(struct store *store, const char *name, int64_t now_ms)
{
	int changed = change_flag(store, ST_FLAG_SET, name, now_ms);
	if (changed < 0)
		return changed;
	return changed ? 0 : -EALREADY;
}

int store_end_flag(struct store *store, const char *name, int64_t now_ms)
{
	int changed = change_flag(store, ST_FLAG_END, name, now_ms);
	if (changed < 0)
		return changed;
	return changed ? 0 : -ENOENT;
}

int store_list_flags(
	struct store *store, int64_t now_ms, struct flag_row *ret, size_t max, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FLAG_LIST, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms);
	size_t n = 0;
	while (n < max && (r = store_step(store, stmt)) > 0) {
		const unsigned char *name = sqlite3_column_text(stmt, 0);
		struct flag_row *row = &ret[n++];
		*row = (struct flag_row) { .from_ms = sqlite3_column_int64(stmt, 1) };
		if (name)
			(void)strncat(row->name, (const char *)name, sizeof row->name - 1);
	}
	*ret_n = n;
	return r < 0 ? r : 0;
}

int store_end_snooze(struct store *store, int64_t now_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_SNOOZE_END, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms);
	int changed = change(store, stmt);
	if (changed < 0)
		return changed;
	return changed ? 0 : -ENOENT;
}

int store_add_snooze(struct store *store, int64_t now_ms, int64_t to_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_end_snooze(store, now_ms);
	if (r == 0 || r == -ENOENT)
		r = store_statement(store, ST_SNOOZE_ADD, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms);
	(void)sqlite3_bind_int64(stmt, 2, to_ms);
	return store_run(store, stmt);
}

int store_get_snooze(struct store *store, int64_t now_ms, int64_t *ret_to_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_SNOOZE_LAST, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	int64_t to_ms = column_known(stmt, 0, INT64_MIN);
	if (r == 0 || to_ms == INT64_MIN)
		return -ENOENT;
	*ret_to_ms = to_ms;
	return 0;
}
