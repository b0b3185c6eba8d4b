/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One activity and everything that tells of it. */
#include "store/store_forget.h"

#include "base/cleanup.h"
#include "store/statement.h"
#include "store/store_import.h"

#include <errno.h>
#include <string.h>

/* A file that tells of the activity. */
struct source_file {
	int64_t id, start_ms;
	bool tells_more; /* of other activities as well */
	uint8_t hash[HASH_BYTES];
};

struct source_files {
	struct source_file *list; /* owned */
	size_t n;
};

static void files_done(struct source_files *files)
{
	free(files->list);
}

static int add_file(struct source_files *files, sqlite3_stmt *stmt)
{
	const void *hash = sqlite3_column_blob(stmt, 1);
	if (!hash || sqlite3_column_bytes(stmt, 1) != (int)HASH_BYTES)
		return -EUCLEAN;
	struct source_file *grown = reallocarray(files->list, files->n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	files->list = grown;
	struct source_file *file = &grown[files->n++];
	*file = (struct source_file) { .id = sqlite3_column_int64(stmt, 0),
		.tells_more = sqlite3_column_int(stmt, 2) != 0,
		.start_ms = column_known(stmt, 3, TIME_UNKNOWN_MS) };
	memcpy(file->hash, hash, HASH_BYTES);
	return 0;
}

static int list_files(struct store *store, int64_t id, struct source_files *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FORGET_FILES, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	while ((r = store_step(store, stmt)) > 0)
		if ((r = add_file(ret, stmt)) < 0)
			return r;
	return r;
}

static int run_with(struct store *store, enum statement which, int64_t first, int64_t second)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, first);
	if (sqlite3_bind_parameter_count(stmt) > 1)
		(void)sqlite3_bind_int64(stmt, 2, second);
	return store_run(store, stmt);
}

/* The original goes before the rows are settled: of two halves the one with positions must not stay. */
static int forget_file(struct store *store, const struct source_file *file)
{
	int r = store_mark_started(store, file->start_ms);
	if (r == 0)
		r = archive_remove(store->directory, file->hash);
	if (r == 0)
		r = spool_remove(store->directory, file->hash);
	if (r == 0)
		r = run_with(store, ST_ARCHIVE_GONE, file->id, 0);
	if (r == 0)
		r = run_with(store, ST_FRESH_FORGET, file->id, 0);
	if (r < 0 || file->tells_more)
		return r;
	const struct wellness_parts none = { 0 };
	r = store_put_wellness(store, file->id, &none);
	return r < 0 ? r : run_with(store, ST_FILE_FORGET, file->id, FORGOTTEN_VERSION);
}

static int look_up(struct store *store, int64_t id, int32_t *ret_day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ACTIVITY_DAY, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret_day = (int32_t)column_known(stmt, 0, INT32_MIN);
	return 0;
}

int store_forget_activity(struct store *store, int64_t id, size_t *ret_files, int32_t *ret_day)
{
	CLEANUP(files_done) struct source_files files = { 0 };
	int32_t day = INT32_MIN;
	int r = look_up(store, id, &day);
	if (r == 0)
		r = list_files(store, id, &files);
	if (r == 0 && day != INT32_MIN)
		r = store_mark_changed(store, day);
	if (r == 0)
		r = run_with(store, ST_ACTIVITY_FORGET, id, 0);
	for (size_t i = 0; r == 0 && i < files.n; i++)
		r = forget_file(store, &files.list[i]);
	if (r == 0)
		r = run_with(store, ST_DELIVERY_FORGET, id, 0);
	if (r == 0)
		r = run_with(store, ST_BODY_FORGET, 0, 0);
	if (r < 0)
		return r;
	*ret_files = files.n;
	*ret_day = day;
	return 0;
}
