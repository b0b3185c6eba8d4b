/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "base/cleanup.h"
#include "store/statement.h"
#include "store/store_forget.h"

#include <errno.h>

static void bind_hash(sqlite3_stmt *stmt, int at, const uint8_t hash[HASH_BYTES])
{
	(void)sqlite3_bind_blob(stmt, at, hash, HASH_BYTES, SQLITE_STATIC);
}

int store_known_content(struct store *store, const uint8_t hash[HASH_BYTES],
	uint32_t parser_version, enum known *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_CONTENT, &stmt);
	if (r < 0)
		return r;
	bind_hash(stmt, 1, hash);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret = KNOWN_NOT;
	if (r > 0) {
		bool refused = sqlite3_column_int(stmt, 0) != 0;
		if (!refused)
			*ret = KNOWN_STORED;
		else if (sqlite3_column_int64(stmt, 1) >= FORGOTTEN_VERSION)
			*ret = KNOWN_FORGOTTEN;
		else if (sqlite3_column_int64(stmt, 1) >= parser_version)
			*ret = KNOWN_REFUSED;
	}
	return 0;
}

int store_known_path(
	struct store *store, const struct spool_origin *origin, uint32_t parser_version, bool *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_PATH, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, origin->source);
	bind_text(stmt, 2, origin->path);
	(void)sqlite3_bind_int64(stmt, 3, origin->size_bytes);
	(void)sqlite3_bind_int64(stmt, 4, origin->mtime_ns);
	(void)sqlite3_bind_int64(stmt, 5, parser_version);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret = r > 0;
	return 0;
}

static int drop_unread(struct store *store, const struct spool_origin *origin)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_UNREAD_DROP, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, origin->source);
	bind_text(stmt, 2, origin->path);
	return store_run(store, stmt);
}

int store_put_unread(
	struct store *store, const struct spool_origin *origin, const char *why, int64_t at_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_UNREAD_PUT, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, origin->source);
	bind_text(stmt, 2, origin->path);
	bind_text(stmt, 3, why);
	(void)sqlite3_bind_int64(stmt, 4, at_ms);
	return store_run(store, stmt);
}

int store_forget_unread(struct store *store, const char *source, const char *root)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_UNREAD_FORGET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, source);
	bind_text(stmt, 2, root);
	return store_run(store, stmt);
}

static int put_sighting(
	struct store *store, int64_t file_id, const struct spool_origin *origin, int64_t seen_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = drop_unread(store, origin);
	if (r == 0)
		r = store_statement(store, ST_SIGHTING_PUT, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, origin->source);
	bind_text(stmt, 2, origin->path);
	(void)sqlite3_bind_int64(stmt, 3, file_id);
	(void)sqlite3_bind_int64(stmt, 4, origin->size_bytes);
	(void)sqlite3_bind_int64(stmt, 5, origin->mtime_ns);
	bind_known(stmt, 6, origin->serial >= 0, origin->serial);
	(void)sqlite3_bind_int64(stmt, 7, seen_ms);
	return store_run(store, stmt);
}

static int put_row(struct store *store, const struct file_row *row, int64_t *ret_id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FILE_PUT, &stmt);
	if (r < 0)
		return r;
	/* a file that does not name its device is of the one that it was fetched from */
	int64_t serial = row->serial >= 0 ? row->serial : row->file->origin.serial;
	bind_hash(stmt, 1, row->file->hash);
	(void)sqlite3_bind_int(stmt, 2, (int)row->format);
	(void)sqlite3_bind_int(stmt, 3, (int)row->kind);
	bind_text(stmt, 4, row->why);
	(void)sqlite3_bind_int64(stmt, 5, row->parser_version);
	(void)sqlite3_bind_int(stmt, 6, row->archived);
	(void)sqlite3_bind_int64(stmt, 7, row->imported_ms);
	bind_known(stmt, 8, serial >= 0, serial);
	bind_text(stmt, 9, row->device_name);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret_id = sqlite3_column_int64(stmt, 0);
	return 0;
}

int store_put_file(struct store *store, const struct file_row *row, int64_t *ret_file_id)
{
	int64_t id = 0;
	int r = put_row(store, row, &id);
	if (r == 0)
		r = put_sighting(store, id, &row->file->origin, row->imported_ms);
	if (r == 0)
		*ret_file_id = id;
	return r;
}

int store_put_sighting(struct store *store, const struct spool_file *file, int64_t seen_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FILE_ID, &stmt);
	if (r < 0)
		return r;
	bind_hash(stmt, 1, file->hash);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	return put_sighting(store, sqlite3_column_int64(stmt, 0), &file->origin, seen_ms);
}
