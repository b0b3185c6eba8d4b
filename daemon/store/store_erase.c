/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything, and for good. */
#include "store/store_forget.h"

#include "base/cleanup.h"
#include "store/backup.h"
#include "store/migrate.h"
#include "store/place.h"
#include "store/statement.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static void finalizep(sqlite3_stmt **stmt)
{
	(void)sqlite3_finalize(*stmt);
}

int store_erase_for_good(struct store *store)
{
	return sqlite_run(store->db, "PRAGMA secure_delete = ON");
}

int store_compact(struct store *store)
{
	int r = sqlite_run(store->db, "VACUUM");
	if (r < 0)
		return r;
	CLEANUP(finalizep) sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(store->db, "PRAGMA wal_checkpoint(TRUNCATE)", -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc != SQLITE_ROW)
		return sqlite_to_errno(store->db, rc);
	return sqlite3_column_int(stmt, 0) ? -EBUSY : 0;
}

/* The name of any table; 0 when there is none. */
static int next_table(sqlite3 *db, char ret[128])
{
	CLEANUP(finalizep) sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
		" LIMIT 1",
		-1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		(void)snprintf(ret, 128, "DROP TABLE \"%.100s\"", sqlite3_column_text(stmt, 0));
	return rc == SQLITE_ROW ? 1 : sqlite_to_errno(db, rc);
}

static int make_anew(struct store *store)
{
	char sql[128];
	int r = 0;
	while (r == 0 && (r = next_table(store->db, sql)) > 0)
		r = sqlite_run(store->db, sql);
	for (int i = 0; r == 0 && i < store_schema_n; i++)
		r = sqlite_run(store->db, store_schema[i]);
	return r;
}

int store_forget_rows(struct store *store)
{
	/* a table may go before one that refers to it: none is left at the end */
	int r = sqlite_run(store->db, "PRAGMA foreign_keys = OFF");
	if (r == 0 && (r = store_begin(store)) == 0) {
		r = make_anew(store);
		if (r == 0)
			r = store_commit(store);
		if (r < 0)
			store_rollback(store);
	}
	int back = sqlite_run(store->db, "PRAGMA foreign_keys = ON");
	return r < 0 ? r : back;
}

/* Removes what is in a folder, and in the folders in it. Nothing that a link leads to. Takes the descriptor. */
static int empty_folder(int fd, int depth)
{
	CLEANUP(closedirp) DIR *dir = fdopendir(fd);
	if (!dir) {
		int r = -errno;
		(void)close(fd);
		return r;
	}
	int first = 0;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		int below = depth > 0 ? place_open_at(fd, name, false) : -ENOTDIR;
		int r = below >= 0 ? empty_folder(below, depth - 1) : 0;
		if (r == 0 && unlinkat(fd, name, below >= 0 ? AT_REMOVEDIR : 0) < 0)
			r = -errno;
		first = first ? first : r;
	}
	return first;
}

static int empty_all(const char *state_dir, const char *const *names, size_t n)
{
	int first = 0;
	for (size_t i = 0; i < n; i++) {
		int fd = place_open(state_dir, names[i], false);
		int r = fd >= 0 ? empty_folder(fd, 1) : fd;
		first = first || r == -ENOENT ? first : r;
	}
	return first;
}

int store_forget_files(const char *state_dir)
{
	static const char *const folders[] = { "spool", "archive", "backup", "damaged", "watches",
		"feed" };
	return empty_all(state_dir, folders, ARRAY_SIZE(folders));
}

int store_forget_copies(const char *state_dir)
{
	static const char *const folders[] = { "backup", "damaged" };
	return empty_all(state_dir, folders, ARRAY_SIZE(folders));
}
