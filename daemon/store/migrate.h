/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The versions of the schema, and how an older database becomes a newer one. */

#include <sqlite3.h>

/* Script i brings version i to version i + 1. */
extern const char *const store_schema[];
extern const int store_schema_n;

/* Brings a database that may be written to the newest version, in one transaction, and makes an own copy of
 * the older one before (backup.h).
 *
 * state_dir  where the copy goes; NULL: none is made
 * Returns 0; -EPROTO when it is of a newer version than this program knows; -EUCLEAN when it is another
 * program's; other negative errno. */
int migrate_run(sqlite3 *db, const char *state_dir);
