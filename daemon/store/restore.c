/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/restore.h"

#include "base/cleanup.h"
#include "store/backup.h"
#include "store/backup_copy.h"
#include "store/migrate.h"
#include "store/opening.h"
#include "store/place.h"
#include "store/statement.h"
#include "util/clock.h"
#include "util/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DATABASE "knead.db"
#define PREPARING "knead.db.preparing"
#define PUT_BACK "knead.db.put-back" /* whole: only its name is missing */
#define DAMAGED "damaged"

static const char *const tails[] = { "", "-wal", "-shm", "-journal" };

static void closep(sqlite3 **db)
{
	(void)sqlite3_close(*db);
}

static bool is_there(int dir_fd, const char *name)
{
	return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void remove_all(int dir_fd, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		char tailed[64];
		(void)snprintf(tailed, sizeof tailed, "%s%s", name, tails[i]);
		(void)unlinkat(dir_fd, tailed, 0);
	}
}

static int open_path(const char *folder, const char *name, int flags, sqlite3 **ret)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	CLEANUP(closep) sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(
		path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	free(path);
	if (rc != SQLITE_OK)
		return sqlite_to_errno(db, rc);
	*ret = TAKE_PTR(db);
	return 0;
}

/* Copies the newest own copy that is sound. */
static int copy_newest(const char *state_dir, struct backup_name *ret)
{
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	int r = backups_list(state_dir, &list, &n);
	if (r < 0)
		return r;
	AUTO_FREE char *folder = NULL;
	if (asprintf(&folder, "%s/backup", state_dir) < 0) {
		folder = NULL; /* left in any state */
		return -ENOMEM;
	}
	r = -EUCLEAN;
	for (size_t i = 0; i < n; i++) {
		CLEANUP(closep) sqlite3 *db = NULL;
		if (list[i].schema > store_schema_n ||
			open_path(folder, list[i].name, SQLITE_OPEN_READONLY, &db) < 0)
			continue;
		r = backup_copy(db, state_dir, PREPARING, 0);
		if (r != -EUCLEAN) {
			*ret = list[i];
			return r;
		}
	}
	return r;
}

static int put_fact(sqlite3 *db, const char *name, const char *value)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(
		db, "INSERT OR REPLACE INTO fact VALUES (?1, ?2)", -1, &stmt, NULL);
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, value, -1, SQLITE_STATIC);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : sqlite_to_errno(db, rc);
}

/* What may have arrived since the copy was made is not sent again. 0 is waiting, 3 expired. */
#define GIVE_UP                                                                             \
	"UPDATE delivery SET state = 3, why = 'the store was put back from a copy: whether" \
	" it arrived is not known' WHERE state = 0"

static int complete(const char *state_dir, const struct backup_name *copy, int64_t now_ms)
{
	char *damaged = NULL;
	if (asprintf(&damaged, "%s/" DATABASE, state_dir) < 0)
		return -ENOMEM;
	AUTO_FREE char *path = damaged;
	CLEANUP(closep) sqlite3 *db = NULL;
	int r = open_path(state_dir, PREPARING, SQLITE_OPEN_READWRITE, &db);
	if (r == 0)
		r = migrate_run(db, NULL);
	if (r < 0)
		return r;
	bool all = salvage(path, db);
	if (!all)
		r = sqlite_run(db, GIVE_UP);
	char made[CLOCK_TEXT_BYTES], now[CLOCK_TEXT_BYTES], text[STORE_WHY_BYTES];
	(void)snprintf(text, sizeof text, "the store was damaged and is back from its copy of %s%s",
		clock_format(copy->made_ms, made),
		all ? "" : "; what was logged by hand since then may be missing");
	if (r == 0)
		r = put_fact(db, RESTORE_FACT_OPEN, text);
	if (r == 0)
		r = put_fact(db, RESTORE_FACT_AT, clock_format(now_ms, now));
	return r < 0 ? r : sqlite_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* Gives the prepared copy its intermediate name, synced. */
static int make_ready(int state)
{
	AUTO_CLOSE int fd = openat(state, PREPARING, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fsync(fd) < 0 || renameat(state, PREPARING, state, PUT_BACK) < 0 ||
		fsync(state) < 0)
		return -errno;
	crash_here(CRASH_RESTORE_COPIED);
	return 0;
}

/* The damaged files go where they can be looked at; a log of theirs must never meet the copy. */
static int move_away(int state)
{
	AUTO_CLOSE int damaged = place_open_at(state, DAMAGED, true);
	if (damaged < 0)
		return damaged;
	if (is_there(state, DATABASE))
		remove_all(damaged, DATABASE);
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		char name[64];
		(void)snprintf(name, sizeof name, DATABASE "%s", tails[i]);
		if (renameat(state, name, damaged, name) < 0 && errno != ENOENT)
			return -errno;
	}
	if (fsync(damaged) < 0 || fsync(state) < 0)
		return -errno;
	crash_here(CRASH_RESTORE_MOVED);
	return 0;
}

static int swap(int state)
{
	int r = move_away(state);
	if (r < 0)
		return r;
	if (renameat(state, PUT_BACK, state, DATABASE) < 0)
		return -errno;
	crash_here(CRASH_RESTORE_RENAMED);
	return fsync(state) < 0 ? -errno : 0;
}

static int put_back(const char *state_dir, int64_t now_ms)
{
	AUTO_CLOSE int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state < 0)
		return -errno;
	AUTO_CLOSE int import = store_lock_import_in(state_dir, true);
	if (import < 0)
		return import;
	struct backup_name copy;
	/* one that was interrupted between the two names is only to be ended */
	if (is_there(state, DATABASE) || !is_there(state, PUT_BACK)) {
		remove_all(state, PREPARING);
		remove_all(state, PUT_BACK);
		int r = copy_newest(state_dir, &copy);
		if (r == 0)
			r = complete(state_dir, &copy, now_ms);
		if (r == 0)
			r = make_ready(state);
		if (r < 0) {
			remove_all(state, PREPARING);
			return r;
		}
	}
	return swap(state);
}

static int try_open(const char *state_dir, bool whole, struct store **ret, char *ret_why)
{
	struct store *store = NULL;
	int r = store_open(state_dir, STORE_CREATE, &store, ret_why);
	if (r == 0 && (r = store_check(store, whole)) < 0) {
		store = store_close(store);
		return store_explain(r, state_dir, ret_why);
	}
	*ret = store;
	return r;
}

int store_open_safely(const char *state_dir, int64_t now_ms, bool whole, struct store **ret,
	int *ret_lock, bool *ret_restored, char *ret_why)
{
	int r = store_make_folder(state_dir);
	AUTO_CLOSE int lock = r < 0 ? r : store_lock_daemon_in(state_dir);
	if (lock < 0)
		return store_explain(lock, state_dir, ret_why);
	r = try_open(state_dir, whole, ret, ret_why);
	*ret_restored = r == -EUCLEAN || r == -ESTALE;
	if (*ret_restored) {
		int put = put_back(state_dir, now_ms);
		if (put == 0)
			r = try_open(state_dir, whole, ret, ret_why);
		else if (put != -EUCLEAN)
			return store_explain(put, state_dir, ret_why);
	}
	if (r == 0)
		*ret_lock = TAKE_FD(lock);
	return r;
}
