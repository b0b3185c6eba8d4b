/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which program's file a database is, and of which version. */

#include <sqlite3.h>

/* Marks the file as ours (PRAGMA application_id): "NEAD". */
#define STORE_APPLICATION_ID 0x4e454144

/* PRAGMA user_version and application_id of an open database. Returns 0; negative errno. */
int version_read(sqlite3 *db, int *ret_version, int *ret_application);

/* The one number that a query answers. Returns 0; negative errno. */
int version_read_number(sqlite3 *db, const char *sql, int *ret);
