/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The columns of a recording that hold a struct report_activity, member by member: one table drives the
 * writing, the reading and the SQL, so that no two lists can drift apart. */

#include "ipc/report.h"
#include "store/statement.h"

/* Prepared statements over all columns.
 *   ST_RECORDING_PUT     ?1 activity_id, ?2 file_id, ?3 position, ?4 day, ?5 utc_offset_s, ?6... columns
 *   ST_RECORDING_UPDATE  ?1 id, ?4 day, ?5 utc_offset_s, ?6... columns
 *   ST_RECORDING_GET     ?1 activity_id; of the one that leads: see recording_get()
 *   ST_RECORDING_READ    ?1 id: see recording_read()
 * Returns 0; negative errno. */
int recording_statement(struct store *store, enum statement which, sqlite3_stmt **ret);

#define RECORDING_FIRST_PARAMETER 6

void recording_bind(sqlite3_stmt *stmt, const struct report_activity *activity);

/* The recording that leads an activity. */
struct leading {
	int32_t day; /* INT32_MIN: none */
	int32_t utc_offset_s;
	struct report_activity activity;
};

/* Returns 0; -ENOENT when there is no such activity; negative errno. */
int recording_get(struct store *store, int64_t activity_id, struct leading *ret);

/* The same of any recording by its own id, with its tally; -ENODATA when none is kept. */
int recording_read(struct store *store, int64_t id, struct leading *ret);

/* Writes all columns of a recording anew. */
int recording_write(struct store *store, int64_t id, const struct leading *recording);

/* Keeps the tally of a recording, and reads one. Returns 0; -EUCLEAN when it is not one. */
int recording_put_tally(struct store *store, int64_t id, const struct tally *tally);
int recording_decode_tally(const void *value, size_t size, struct tally *ret);

/* From start to end, and how far, of the samples, else as the file states it; NAN unknown. The order is that of
 * ST_RECORDING_NEAR. */
double recording_duration_s(const struct report_activity *activity);
double recording_distance_m(const struct report_activity *activity);
