/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The columns of a recording that hold a struct report_activity, member by member: one table drives the
 * writing, the reading and the SQL, so that no two lists can drift apart. */

#include "ipc/report.h"
#include "store/statement.h"

/* Prepared statements over all columns.
 *   ST_RECORDING_PUT     ?1 activity_id, ?2 file_id, ?3 position, ?4 day, ?5 utc_offset_s, ?6... columns
 *   ST_RECORDING_UPDATE  ?1 id, ?4 day, ?5 utc_offset_s, ?6... columns
 *   ST_RECORDING_GET     ?1 activity_id; answers day, utc_offset_s, columns of the one that leads
 * Returns 0; negative errno. */
int recording_statement(struct store *store, enum statement which, sqlite3_stmt **ret);

#define RECORDING_FIRST_PARAMETER 6
#define RECORDING_FIRST_COLUMN 2

void recording_bind(sqlite3_stmt *stmt, const struct report_activity *activity);
void recording_read(sqlite3_stmt *stmt, struct report_activity *ret);
