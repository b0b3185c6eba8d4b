/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_fresh.h"

#include "base/cleanup.h"
#include "ipc/packets.h"
#include "store/statement.h"
#include "store/store_import.h"

#include <errno.h>
#include <string.h>

static int run_text(struct store *store, enum statement which, const char *text)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	if (text)
		bind_text(stmt, 1, text);
	return store_run(store, stmt);
}

int store_fresh_begin(struct store *store, const char *made_by)
{
	return run_text(store, ST_FRESH_DROP, made_by);
}

int store_fresh_clear(struct store *store)
{
	return run_text(store, ST_FRESH_CLEAR, NULL);
}

int store_fresh_next(struct store *store, int64_t after_id, struct fresh_file *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	return store_next_file(store, ST_FRESH_NEXT, after_id, &stmt, &ret->id, ret->hash);
}

int store_fresh_put(
	struct store *store, int64_t file_id, const char *made_by, const struct report *report)
{
	CLEANUP(packets_done) struct packets packets = { 0 };
	int r = report ? packets_put(&packets, report) : 0;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	if (r == 0)
		r = store_statement(store, ST_FRESH_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	bind_text(stmt, 2, made_by);
	if (packets.size)
		(void)sqlite3_bind_blob64(stmt, 3, packets.bytes, packets.size, SQLITE_STATIC);
	else
		(void)sqlite3_bind_zeroblob(stmt, 3, 0);
	return store_run(store, stmt);
}

int store_fresh_read(struct store *store, int64_t after_id, int64_t *ret_id,
	struct report *ret_report, bool *ret_kept)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FRESH_READ, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, after_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r;
	size_t size = (size_t)sqlite3_column_bytes(stmt, 1);
	*ret_id = sqlite3_column_int64(stmt, 0);
	*ret_kept = size == 0;
	if (size)
		r = packets_get(sqlite3_column_blob(stmt, 1), size, ret_report);
	return r < 0 ? r : 1;
}

int store_fresh_count(struct store *store, struct fresh_count *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FRESH_COUNT, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret = (struct fresh_count) {
		.files = (size_t)sqlite3_column_int64(stmt, 0),
		.done = (size_t)sqlite3_column_int64(stmt, 1),
		.kept = (size_t)sqlite3_column_int64(stmt, 2),
	};
	return 0;
}

int store_mark_everything(struct store *store)
{
	return store_mark_stale(store, INT64_MIN, INT64_MAX);
}

int store_refresh_all_days(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DAY_RANGE, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	int32_t first = (int32_t)column_known(stmt, 0, INT32_MIN);
	int32_t last = (int32_t)column_known(stmt, 1, INT32_MIN);
	return first == INT32_MIN ? 0 : store_refresh_days(store, first, last);
}
