/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/restore.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "store/backup_copy.h"
#include "store/statement.h"

#include <stdio.h>
#include <string.h>

/* What only the runner, or the daemon itself, told; a table stands behind those that it refers to. */
static const char *const tables[] = { "massage", "report", "flag", "snooze", "event", "delivery",
	"policy", "policy_indication", "policy_budget", "webhook", "watch" };

#define COLUMNS_MAX 32

static void closep(sqlite3 **db)
{
	(void)sqlite3_close(*db);
}

static void finalizep(sqlite3_stmt **stmt)
{
	(void)sqlite3_finalize(*stmt);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	return sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

/* "INSERT OR REPLACE INTO t VALUES (?,?,?)" */
static sqlite3_stmt *prepare_insert(sqlite3 *to, const char *table, int columns)
{
	char sql[96 + 2 * COLUMNS_MAX];
	size_t used =
		(size_t)snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO %s VALUES (", table);
	for (int i = 0; i < columns; i++)
		used += (size_t)snprintf(sql + used, sizeof sql - used, i ? ",?" : "?");
	(void)snprintf(sql + used, sizeof sql - used, ")");
	return prepare(to, sql);
}

static bool copy_row(sqlite3_stmt *from, sqlite3_stmt *insert, int columns)
{
	(void)sqlite3_reset(insert);
	for (int i = 0; i < columns; i++)
		(void)sqlite3_bind_value(insert, i + 1, sqlite3_column_value(from, i));
	return sqlite3_step(insert) == SQLITE_DONE;
}

/* Copies rows as far as they can be read. True when that was all of them. */
static bool copy_rows(sqlite3 *from, sqlite3 *to, const char *table)
{
	char sql[64];
	(void)snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
	CLEANUP(finalizep) sqlite3_stmt *select = prepare(from, sql);
	int columns = select ? sqlite3_column_count(select) : 0;
	CLEANUP(finalizep)
	sqlite3_stmt *insert =
		columns > 0 && columns <= COLUMNS_MAX ? prepare_insert(to, table, columns) : NULL;
	if (!insert || sqlite3_bind_parameter_count(insert) != columns)
		return false;
	int rc;
	bool all = true;
	while ((rc = sqlite3_step(select)) == SQLITE_ROW)
		all = copy_row(select, insert, columns) && all;
	return all && rc == SQLITE_DONE;
}

/* As it was when all of it can be read; else what can be read on top of the copy. */
static bool take_table(sqlite3 *from, sqlite3 *to, const char *table)
{
	char sql[64];
	(void)snprintf(sql, sizeof sql, "SAVEPOINT t; DELETE FROM %s", table);
	if (sqlite_run(to, sql) < 0)
		return false;
	if (copy_rows(from, to, table))
		return sqlite_run(to, "RELEASE t") == 0;
	(void)sqlite_run(to, "ROLLBACK TO t; RELEASE t");
	(void)copy_rows(from, to, table);
	return false;
}

/* Whether both have the same tables. */
static bool is_of_same_schema(sqlite3 *from, sqlite3 *to)
{
	CLEANUP(finalizep) sqlite3_stmt *one = prepare(from, "PRAGMA user_version");
	CLEANUP(finalizep) sqlite3_stmt *other = prepare(to, "PRAGMA user_version");
	return one && other && sqlite3_step(one) == SQLITE_ROW &&
	       sqlite3_step(other) == SQLITE_ROW &&
	       sqlite3_column_int(one, 0) == sqlite3_column_int(other, 0);
}

bool salvage(const char *damaged_path, sqlite3 *to)
{
	CLEANUP(closep) sqlite3 *from = NULL;
	if (sqlite3_open_v2(damaged_path, &from,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		    NULL) != SQLITE_OK ||
		sqlite_run(from, "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF") < 0 ||
		!is_of_same_schema(from, to))
		return false;
	/* a reference whose other end is lost is looked for at the end */
	if (sqlite_run(to, "PRAGMA foreign_keys = OFF; BEGIN") < 0)
		return false;
	bool all = true;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		all = take_table(from, to, tables[i]) && all;
	int r = sqlite_run(
		to, "DELETE FROM delivery WHERE event_seq NOT IN (SELECT seq FROM event)");
	if (r == 0)
		r = backup_check(to, "PRAGMA quick_check(1)");
	(void)sqlite_run(to, r == 0 ? "COMMIT" : "ROLLBACK");
	(void)sqlite_run(to, "PRAGMA foreign_keys = ON");
	return all && r == 0;
}
