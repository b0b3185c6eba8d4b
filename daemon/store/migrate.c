/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/migrate.h"

#include "store/backup_copy.h"
#include "store/statement.h"
#include "store/version.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TRIES 100 /* a twentieth of a second apart: as long as a writer waits */

/* Version 0 is a file that nobody has written to; anything else in it is not ours. */
static int check(sqlite3 *db, int *ret_version)
{
	int application = 0, tables = 0;
	int r = version_read(db, ret_version, &application);
	if (r == 0)
		r = version_read_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (r < 0)
		return r;
	bool ours = *ret_version > 0 ? application == STORE_APPLICATION_ID : tables == 0;
	if (!ours)
		return -EUCLEAN;
	return *ret_version > store_schema_n ? -EPROTO : 0;
}

static int upgrade(sqlite3 *db)
{
	int version = 0;
	int r = check(db, &version);
	for (; r == 0 && version < store_schema_n; version++)
		r = sqlite_run(db, store_schema[version]);
	if (r < 0)
		return r;
	char sql[96];
	(void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d; PRAGMA application_id = %d",
		version, STORE_APPLICATION_ID);
	return sqlite_run(db, sql);
}

/* Whether a log stands beside the file; a copy that was put back has none yet. */
static bool has_log(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool wal = sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &stmt, NULL) == SQLITE_OK &&
		   sqlite3_step(stmt) == SQLITE_ROW &&
		   strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
	(void)sqlite3_finalize(stmt);
	return wal;
}

/* What is asked one after the other must be of one moment: another process may just be making the store. */
static int check_at_once(sqlite3 *db, int *ret_version)
{
	int r = sqlite_run(db, "BEGIN");
	if (r < 0)
		return r;
	r = check(db, ret_version);
	(void)sqlite_run(db, "ROLLBACK");
	return r;
}

static int try_run(sqlite3 *db, const char *state_dir)
{
	int version = 0;
	int r = check_at_once(db, &version);
	if (r < 0 || (version == store_schema_n && has_log(db)))
		return r;
	/* the log comes first: it cannot be switched on inside a transaction */
	r = sqlite_run(db, "PRAGMA journal_mode = WAL");
	if (r < 0 || version == store_schema_n)
		return r;
	if (version > 0 && state_dir)
		r = backup_copy_own(db, state_dir, version, (int64_t)time(NULL) * 1000);
	if (r == 0)
		r = sqlite_run(db, "BEGIN IMMEDIATE");
	if (r < 0)
		return r;
	r = upgrade(db); /* looks again: another process may have been first */
	if (r == 0)
		r = sqlite_run(db, "COMMIT");
	if (r < 0 && !sqlite3_get_autocommit(db))
		(void)sqlite_run(db, "ROLLBACK");
	return r;
}

/* Of two that switch the log on at once SQLite refuses one, without the wait that it grants to writers. */
int migrate_run(sqlite3 *db, const char *state_dir)
{
	int r = try_run(db, state_dir);
	for (int i = 0; r == -EBUSY && i < TRIES; i++) {
		(void)poll(NULL, 0, 50);
		r = try_run(db, state_dir);
	}
	return r;
}
