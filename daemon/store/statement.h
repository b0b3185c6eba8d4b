/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the files of the store share: the open database, its prepared statements, and the way from
 * SQLite's codes and NULLs to ours. Nobody outside this folder includes it. */

#include "store/store.h"
#include "util/hash.h"

#include <sqlite3.h>

/* The statements that are kept prepared; their text stands in statement.c. */
enum statement {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_FACT_GET,
	ST_FACT_SET,
	ST_CONTENT,
	ST_PATH,
	ST_FILE_PUT,
	ST_FILE_ID,
	ST_ARCHIVE_OLD,
	ST_ARCHIVE_GONE,
	ST_FEED_PUT,
	ST_FEED_NEXT,
	ST_FEED_DROP,
	ST_FEED_COUNT,
	ST_FORGET_FILES,
	ST_FRESH_FORGET,
	ST_FILE_FORGET,
	ST_ACTIVITY_FORGET,
	ST_DELIVERY_FORGET,
	ST_BODY_FORGET,
	ST_SIGHTING_PUT,
	ST_UNREAD_PUT,
	ST_UNREAD_DROP,
	ST_UNREAD_FORGET,
	ST_FILE_LOOK,
	ST_RECORDING_FIND,
	ST_RECORDING_NEAR,
	ST_RECORDING_KIN,
	ST_RECORDING_FOLLOWS,
	ST_RECORDING_LEADS,
	ST_RECORDING_RIVALS,
	ST_RECORDING_OF,
	ST_RECORDING_MOVE,
	ST_RECORDING_SURPLUS,
	ST_RECORDING_DROP,
	ST_ACTIVITY_DROP,
	ST_ACTIVITY_ADD,
	ST_ACTIVITY_DAY,
	ST_ACTIVITY_SET,
	ST_DAYS_DROP,
	ST_DAYS_SUM,
	ST_TALLY_PUT,
	ST_STALE_MARK,
	ST_STALE_GET,
	ST_STALE_CLEAR,
	ST_STARTED,
	ST_NIGHTS,
	ST_ABOVE_MAX,
	ST_FRESH_DROP,
	ST_FRESH_NEXT,
	ST_FRESH_PUT,
	ST_FRESH_READ,
	ST_FRESH_CLEAR,
	ST_FRESH_COUNT,
	ST_DAY_RANGE,
	ST_CHANGED_MARK,
	ST_CHANGED_GET,
	ST_CHANGED_CLEAR,
	ST_WELLNESS_GET,
	ST_WELLNESS_PUT,
	ST_WELLNESS_DROP,
	ST_WELLNESS_PART_PUT,
	ST_WELLNESS_PARTS,
	ST_WELLNESS_PART_OLD,
	ST_WELLNESS_PART_DROP,
	ST_HISTORY_COUNT,
	ST_HISTORY,
	ST_HISTORY_EARLIER,
	ST_HISTORY_WELLNESS,
	ST_HISTORY_MASSAGES,
	ST_HISTORY_REPORTS,
	ST_HISTORY_FLAGS,
	ST_POLICY_GET,
	ST_POLICY_SET,
	ST_POLICY_OF_GET,
	ST_POLICY_OF_SET,
	ST_BUDGET_GET,
	ST_BUDGET_DROP,
	ST_BUDGET_PUT,
	ST_DAILY_GET,
	ST_DAILY_PUT,
	ST_MASSAGE_ADD,
	ST_MASSAGE_NEWEST,
	ST_MASSAGE_DROP,
	ST_MASSAGE_LAST,
	ST_REPORT_ADD,
	ST_REPORT_NEWEST,
	ST_REPORT_DROP,
	ST_FLAG_SET,
	ST_FLAG_END,
	ST_FLAG_LIST,
	ST_SNOOZE_ADD,
	ST_SNOOZE_END,
	ST_SNOOZE_LAST,
	ST_EVENT_PUT,
	ST_DELIVERY_PUT,
	ST_DELIVERY_NEXT,
	ST_DELIVERY_LIST,
	ST_DELIVERY_STARTED,
	ST_DELIVERY_ENDED,
	ST_DELIVERY_EXPIRE,
	ST_DELIVERY_COUNT,
	ST_DELIVERY_OF,
	ST_DELIVERY_HURRY,
	ST_DELIVERY_FOLD,
	ST_WEBHOOK_GET,
	ST_WEBHOOK_SET,
	ST_ACTIVITY_COUNT,
	ST_ACTIVITY_NEWEST,
	ST_SOURCES,
	ST_REFUSED,
	ST_WATCH_PUT,
	ST_WATCH_GET,
	ST_WATCH_LIST,
	ST_WATCH_NONE,
	/* these have their column lists made by code, see recording.c */
	ST_RECORDING_PUT,
	ST_RECORDING_UPDATE,
	ST_RECORDING_GET,
	ST_RECORDING_READ,
	STATEMENT_COUNT,
};

struct store {
	sqlite3 *db;
	char *directory;
	sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* What an SQLite result means, from its code and, where the system refused, errno. */
int sqlite_to_errno(sqlite3 *db, int rc);

/* Runs SQL that answers nothing. */
int sqlite_run(sqlite3 *db, const char *sql);

/* A prepared statement, reset and without bindings; borrowed. Mark the variable with AUTO_RESET. */
int store_statement(struct store *store, enum statement which, sqlite3_stmt **ret);

/* The same for SQL that is put together by code; `sql` is read only when it is not prepared yet. */
int store_statement_of(
	struct store *store, enum statement which, const char *sql, sqlite3_stmt **ret);

static inline void statement_resetp(sqlite3_stmt **stmt)
{
	(void)sqlite3_reset(*stmt); /* NULL is harmless */
}
#define AUTO_RESET CLEANUP(statement_resetp)

/* One step: 1 with a row, 0 at the end, negative errno. */
int store_step(struct store *store, sqlite3_stmt *stmt);

/* Steps a statement that answers with no row. */
int store_run(struct store *store, sqlite3_stmt *stmt);

/* The same for one that is about a single id, its ?1. */
int store_run_on(struct store *store, enum statement which, int64_t id);

/* Steps one whose rows begin with id and hash of a file, in their order, to the first behind ?1. The row is left in
 * *stmt, which the caller marks with AUTO_RESET. Returns 1; 0 at the end; -EUCLEAN; negative errno. */
int store_next_file(struct store *store, enum statement which, int64_t after_id,
	sqlite3_stmt **stmt, int64_t *ret_id, uint8_t ret_hash[HASH_BYTES]);

/* A number rounded to four decimals, NAN as NULL; an instant or another exact double. */
void bind_number(sqlite3_stmt *stmt, int at, double value);
void bind_exact(sqlite3_stmt *stmt, int at, double value);
/* NULL where `known` is false. */
void bind_known(sqlite3_stmt *stmt, int at, bool known, int64_t value);
/* NULL for NULL; text must outlive the step. */
void bind_text(sqlite3_stmt *stmt, int at, const char *text);

/* NULL as NAN. */
double column_number(sqlite3_stmt *stmt, int at);
/* NULL as `unknown`. */
int64_t column_known(sqlite3_stmt *stmt, int at, int64_t unknown);
/* An owned copy in *ret; NULL for NULL. Returns 0; -ENOMEM. */
int column_text(sqlite3_stmt *stmt, int at, char **ret);

/* Notes that a day's activities or nights are not what the daily scores were made from. */
int store_mark_changed(struct store *store, int32_t day);

/* Notes that numbers of recordings that started between two instants may be of an outdated profile. */
int store_mark_stale(struct store *store, int64_t from_ms, int64_t to_ms);

/* The same for everything that an activity's start may reach. */
int store_mark_started(struct store *store, int64_t start_ms);
/* And for a night. */
int store_mark_night(struct store *store, int32_t day);
