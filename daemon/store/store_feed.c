/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_feed.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <string.h>

static int run_on(struct store *store, enum statement which, int64_t id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	return store_run(store, stmt);
}

int store_feed_put(struct store *store, int64_t file_id)
{
	return run_on(store, ST_FEED_PUT, file_id);
}

int store_feed_drop(struct store *store, int64_t file_id)
{
	return run_on(store, ST_FEED_DROP, file_id);
}

int store_archive_gone(struct store *store, int64_t file_id)
{
	return run_on(store, ST_ARCHIVE_GONE, file_id);
}

int store_feed_next(struct store *store, int64_t after_id, struct feed_file *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FEED_NEXT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, after_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r;
	const void *hash = sqlite3_column_blob(stmt, 1);
	int format = sqlite3_column_int(stmt, 2);
	if (!hash || sqlite3_column_bytes(stmt, 1) != (int)HASH_BYTES || format < 0 ||
		format >= FILE_FORMAT_COUNT)
		return -EUCLEAN;
	ret->id = sqlite3_column_int64(stmt, 0);
	memcpy(ret->hash, hash, HASH_BYTES);
	ret->format = (enum file_format)format;
	ret->at_ms = sqlite3_column_int64(stmt, 3);
	return 1;
}

int store_feed_count(struct store *store, size_t *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FEED_COUNT, &stmt);
	if (r == 0)
		r = store_step(store, stmt);
	if (r <= 0)
		return r;
	*ret = (size_t)sqlite3_column_int64(stmt, 0);
	return 0;
}
