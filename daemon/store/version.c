/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/version.h"

#include "store/statement.h"

int version_read_number(sqlite3 *db, const char *sql, int *ret)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	int value = rc == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
	(void)sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW)
		return sqlite_to_errno(db, rc);
	*ret = value;
	return 0;
}

int version_read(sqlite3 *db, int *ret_version, int *ret_application)
{
	int r = version_read_number(db, "PRAGMA user_version", ret_version);
	if (r == 0)
		r = version_read_number(db, "PRAGMA application_id", ret_application);
	return r;
}
