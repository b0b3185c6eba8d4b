/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <string.h>

struct old_file {
	int64_t id;
	uint8_t hash[HASH_BYTES];
};

#define BATCH 100u

static int list_old(struct store *store, int64_t before_ms, struct old_file *ret, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ARCHIVE_OLD, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, before_ms);
	size_t n = 0;
	while (n < BATCH && (r = store_step(store, stmt)) > 0) {
		ret[n].id = sqlite3_column_int64(stmt, 0);
		const void *hash = sqlite3_column_blob(stmt, 1);
		if (!hash || sqlite3_column_bytes(stmt, 1) != (int)HASH_BYTES)
			return -EUCLEAN;
		memcpy(ret[n++].hash, hash, HASH_BYTES);
	}
	*ret_n = n;
	return r < 0 ? r : 0;
}

/* The original first: a row that says "archived" of what is gone is mended by the next round. */
static int expire_one(struct store *store, const struct old_file *file)
{
	int r = archive_remove(store_directory(store), file->hash);
	if (r < 0)
		return r;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	r = store_statement(store, ST_ARCHIVE_GONE, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file->id);
	return store_run(store, stmt);
}

int store_expire_archive(struct store *store, int64_t before_ms, size_t *ret_n)
{
	struct old_file old[BATCH];
	size_t n = 0;
	int r = store_begin(store);
	if (r == 0)
		r = list_old(store, before_ms, old, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = expire_one(store, &old[i]);
	if (r == 0)
		r = store_commit(store);
	if (r < 0)
		store_rollback(store);
	else
		*ret_n = n;
	return r;
}
