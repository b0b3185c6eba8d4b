/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_feed.h"

#include "base/cleanup.h"
#include "store/place.h"
#include "store/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MARKS "feed"

static int mark(struct store *store, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	AUTO_CLOSE int folder = place_open(store->directory, MARKS, true);
	if (folder < 0)
		return folder;
	AUTO_CLOSE int fd = openat(
		folder, hash_hex(hash, hex), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	return fd < 0 ? -errno : 0;
}

/* One that stays means that the original may be placed a second time, after the store was put back: no more. */
static void unmark(struct store *store, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	AUTO_CLOSE int folder = place_open(store->directory, MARKS, false);
	if (folder >= 0)
		(void)unlinkat(folder, hash_hex(hash, hex), 0);
}

int store_feed_put(struct store *store, int64_t file_id, const uint8_t hash[HASH_BYTES])
{
	int r = mark(store, hash);
	return r < 0 ? r : store_run_on(store, ST_FEED_PUT, file_id);
}

int store_feed_sync(struct store *store)
{
	AUTO_CLOSE int folder = place_open(store->directory, MARKS, false);
	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	return fsync(folder) < 0 ? -errno : 0;
}

int store_feed_drop(struct store *store, const struct feed_file *file)
{
	int r = store_run_on(store, ST_FEED_DROP, file->id);
	if (r == 0)
		unmark(store, file->hash);
	return r;
}

bool store_feed_is_marked(struct store *store, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	AUTO_CLOSE int folder = place_open(store->directory, MARKS, false);
	return folder >= 0 &&
	       faccessat(folder, hash_hex(hash, hex), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int store_feed_drop_unmarked(struct store *store)
{
	struct feed_file file = { .id = 0 };
	int r;
	while ((r = store_feed_next(store, file.id, &file)) > 0) {
		if (store_feed_is_marked(store, file.hash))
			continue;
		r = store_feed_drop(store, &file);
		if (r < 0)
			break;
	}
	return r < 0 ? r : 0;
}

int store_archive_gone(struct store *store, int64_t file_id)
{
	return store_run_on(store, ST_ARCHIVE_GONE, file_id);
}

int store_feed_next(struct store *store, int64_t after_id, struct feed_file *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_next_file(store, ST_FEED_NEXT, after_id, &stmt, &ret->id, ret->hash);
	if (r <= 0)
		return r;
	int format = sqlite3_column_int(stmt, 2);
	if (format < 0 || format >= FILE_FORMAT_COUNT)
		return -EUCLEAN;
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
