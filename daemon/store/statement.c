/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/statement.h"

#include "base/cleanup.h"
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define STORED_DECIMALS 4

/* Where the content of file f was seen first; one whose place was lost (spool.h) was seen nowhere. */
#define FIRST_PLACE(column)                                           \
	"(SELECT s." column " FROM sighting s WHERE s.file_id = f.id" \
	" ORDER BY s.source IN ('spool', 'archive'), s.seen_ms, s.source, s.path LIMIT 1)"

static const char *const texts[STATEMENT_COUNT] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_FACT_GET] = "SELECT value FROM fact WHERE name = ?1",
	[ST_FACT_SET] = "INSERT INTO fact VALUES (?1, ?2)"
			" ON CONFLICT DO UPDATE SET value = excluded.value",

	[ST_WATCH_PUT] = "INSERT OR REPLACE INTO watch VALUES"
			 " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
	[ST_WATCH_GET] = "SELECT * FROM watch WHERE source = ?1",
	[ST_WATCH_LIST] = "SELECT * FROM watch ORDER BY seen_ms DESC, source",
	[ST_WATCH_NONE] = "UPDATE watch SET here = 0 WHERE here = 1",

	[ST_CONTENT] = "SELECT why IS NOT NULL, parser_version FROM file WHERE sha256 = ?1",
	[ST_PATH] = "SELECT 1 FROM sighting s JOIN file f ON f.id = s.file_id"
		    " WHERE s.source = ?1 AND s.path = ?2 AND s.size_bytes = ?3 AND s.mtime_ns = ?4"
		    " AND (f.why IS NULL OR f.parser_version >= ?5)",
	[ST_FILE_PUT] =
		"INSERT INTO file (sha256, format, kind, why, parser_version, archived,"
		" imported_ms, serial, device_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		" ON CONFLICT (sha256) DO UPDATE SET format = excluded.format,"
		" kind = excluded.kind, why = excluded.why,"
		" parser_version = excluded.parser_version,"
		" archived = max(archived, excluded.archived), imported_ms = excluded.imported_ms,"
		" serial = excluded.serial, device_name = excluded.device_name RETURNING id",
	[ST_FILE_ID] = "SELECT id FROM file WHERE sha256 = ?1",
	[ST_ARCHIVE_OLD] =
		"SELECT id, sha256 FROM file WHERE archived = 1 AND imported_ms < ?1 LIMIT 100",
	[ST_ARCHIVE_GONE] = "UPDATE file SET archived = 0 WHERE id = ?1",
	[ST_FEED_PUT] = "INSERT OR IGNORE INTO feed VALUES (?1)",
	[ST_FEED_NEXT] = "SELECT f.id, f.sha256, f.format, ifnull((SELECT min(r.start_ms)"
			 " FROM recording r WHERE r.file_id = f.id), f.imported_ms)"
			 " FROM feed w JOIN file f ON f.id = w.file_id WHERE w.file_id > ?1"
			 " ORDER BY w.file_id LIMIT 1",
	[ST_FEED_DROP] = "DELETE FROM feed WHERE file_id = ?1",
	[ST_FEED_COUNT] = "SELECT count(*) FROM feed",
	[ST_FORGET_FILES] = "SELECT f.id, f.sha256, EXISTS (SELECT 1 FROM recording o"
			    " WHERE o.file_id = f.id AND o.activity_id <> ?1), r.start_ms"
			    " FROM recording r JOIN file f ON f.id = r.file_id"
			    " WHERE r.activity_id = ?1",
	[ST_FRESH_FORGET] = "DELETE FROM fresh WHERE file_id = ?1",
	[ST_FILE_FORGET] = "UPDATE file SET why = 'forgotten', parser_version = ?2, archived = 0,"
			   " serial = NULL, device_name = NULL WHERE id = ?1",
	[ST_ACTIVITY_FORGET] = "DELETE FROM activity WHERE id = ?1",
	/* 3 is expired */
	[ST_DELIVERY_FORGET] =
		"UPDATE delivery SET state = 3, why = 'the activity was forgotten' WHERE state = 0"
		" AND event_seq IN (SELECT e.seq FROM event e, json_each(e.body,"
		" '$.data.activities') a WHERE json_valid(e.body)"
		" AND json_extract(a.value, '$.id') = ?1)",
	[ST_BODY_FORGET] = "UPDATE event SET body = NULL WHERE body IS NOT NULL AND ?1 = 0"
			   " AND seq NOT IN (SELECT event_seq FROM delivery WHERE state = 0)",
	[ST_SIGHTING_PUT] = "INSERT INTO sighting (source, path, file_id, size_bytes, mtime_ns,"
			    " serial, seen_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			    " ON CONFLICT DO UPDATE SET size_bytes = excluded.size_bytes,"
			    " mtime_ns = excluded.mtime_ns, serial = excluded.serial",

	[ST_UNREAD_PUT] = "INSERT INTO unread (source, path, why, at_ms) VALUES (?1, ?2, ?3, ?4)"
			  " ON CONFLICT DO UPDATE SET why = excluded.why",
	[ST_UNREAD_DROP] = "DELETE FROM unread WHERE source = ?1 AND path = ?2",
	[ST_UNREAD_FORGET] = "DELETE FROM unread WHERE source = ?1 AND (?2 = '' OR path = ?2 OR"
			     " substr(path, 1, length(?2) + 1) = ?2 || '/')",

	[ST_FILE_LOOK] = "SELECT format, serial FROM file WHERE id = ?1",
	[ST_RECORDING_FIND] =
		"SELECT id, activity_id FROM recording WHERE file_id = ?1 AND position = ?2",
	/* duration: of the samples, else as stated, as merge.h wants it */
	[ST_RECORDING_NEAR] =
		"SELECT r.activity_id, r.start_ms, f.format, f.serial, r.has_sport, r.sport,"
		/* as numbers_duration_s() and numbers_distance_m(); 2048 is DOUBT_PARTIAL */
		" CASE WHEN r.doubts & 2048 THEN max(coalesce(r.stated_elapsed_s, r.elapsed_s, 0),"
		" r.stated_timer_s)"
		" ELSE coalesce(r.elapsed_s, r.stated_elapsed_s, r.timer_s, r.stated_timer_s) END,"
		" CASE WHEN r.doubts & 2048 THEN coalesce(r.stated_distance_m, r.distance_m)"
		" ELSE coalesce(r.distance_m, r.stated_distance_m) END"
		" FROM recording r JOIN file f ON f.id = r.file_id"
		" WHERE r.start_ms BETWEEN ?1 AND ?2 AND r.file_id <> ?3",
	[ST_RECORDING_KIN] = "SELECT 1 FROM recording r JOIN file f ON f.id = r.file_id"
			     " WHERE r.activity_id = ?1 AND (r.file_id = ?2 OR f.serial = ?3)",
	[ST_RECORDING_FOLLOWS] =
		"UPDATE recording SET leads = 0 WHERE activity_id = ?1 AND leads = 1",
	[ST_RECORDING_LEADS] = "UPDATE recording SET leads = 1 WHERE id = ?1",
	[ST_RECORDING_RIVALS] = "SELECT r.id, r.leads, r.has_series, r.records, f.format, f.sha256"
				" FROM recording r JOIN file f ON f.id = r.file_id"
				" WHERE r.activity_id = ?1",
	[ST_RECORDING_OF] = "SELECT id FROM recording WHERE activity_id = ?1 AND leads = 0"
			    " ORDER BY file_id, position",
	[ST_RECORDING_MOVE] = "UPDATE recording SET activity_id = ?2 WHERE id = ?1",
	[ST_RECORDING_SURPLUS] = "SELECT id, activity_id FROM recording"
				 " WHERE file_id = ?1 AND position >= ?2 LIMIT 1",
	[ST_RECORDING_DROP] = "DELETE FROM recording WHERE id = ?1",
	[ST_ACTIVITY_DROP] = "DELETE FROM activity WHERE id = ?1",
	[ST_ACTIVITY_ADD] = "INSERT INTO activity DEFAULT VALUES",
	[ST_ACTIVITY_DAY] = "SELECT day, start_ms FROM activity WHERE id = ?1",
	[ST_ACTIVITY_SET] = "UPDATE activity SET day = ?2, start_ms = ?3, end_ms = ?4, doubts = ?5,"
			    " load = ?6, distance_m = ?7, model = ?8 WHERE id = ?1",
	[ST_DAYS_DROP] = "DELETE FROM day_total WHERE day BETWEEN ?1 AND ?2",
	[ST_DAYS_SUM] = "INSERT INTO day_total SELECT day, round(total(load), 4),"
			" round(total(distance_m), 4), count(*) FROM activity"
			" WHERE day BETWEEN ?1 AND ?2 GROUP BY day",

	[ST_TALLY_PUT] = "INSERT OR REPLACE INTO tally VALUES (?1, ?2)",
	[ST_STALE_MARK] = "UPDATE stale SET from_ms = min(ifnull(from_ms, ?1), ?1),"
			  " to_ms = max(ifnull(to_ms, ?2), ?2)",
	[ST_STALE_GET] = "SELECT from_ms, to_ms FROM stale WHERE from_ms IS NOT NULL",
	[ST_STALE_CLEAR] = "UPDATE stale SET from_ms = NULL, to_ms = NULL",
	[ST_STARTED] =
		"SELECT r.id, r.activity_id, r.start_ms, r.leads, r.hr_peak_bpm, r.doubts, t.value,"
		" f.serial FROM recording r LEFT JOIN tally t ON t.recording_id = r.id"
		" LEFT JOIN file f ON f.id = r.file_id"
		" WHERE r.start_ms BETWEEN ?1 AND ?2 ORDER BY r.start_ms, r.id",
	[ST_NIGHTS] = "SELECT day, resting_hr_bpm FROM wellness WHERE day BETWEEN ?1 AND ?2"
		      " AND resting_hr_bpm IS NOT NULL ORDER BY day",
	/* ?3 is the bit of a doubtful heart rate */
	[ST_ABOVE_MAX] =
		"SELECT count(*), max(hr_peak_bpm), max(profile_hr_max_bpm) FROM recording"
		" WHERE leads = 1 AND start_ms BETWEEN ?1 AND ?2 AND (doubts & ?3) = 0"
		" AND profile_hr_max_source IN (?4, ?5) AND hr_peak_bpm > profile_hr_max_bpm + ?6",
	[ST_FRESH_DROP] = "DELETE FROM fresh WHERE made_by <> ?1",
	[ST_FRESH_NEXT] = "SELECT id, sha256 FROM file WHERE why IS NULL AND id > ?1"
			  " AND id NOT IN (SELECT file_id FROM fresh) ORDER BY id LIMIT 1",
	[ST_FRESH_PUT] = "INSERT OR REPLACE INTO fresh VALUES (?1, ?2, ?3)",
	[ST_FRESH_READ] = "SELECT file_id, packets FROM fresh WHERE file_id > ?1"
			  " ORDER BY file_id LIMIT 1",
	[ST_FRESH_CLEAR] = "DELETE FROM fresh",
	[ST_FRESH_COUNT] = "SELECT (SELECT count(*) FROM file WHERE why IS NULL),"
			   " (SELECT count(*) FROM fresh),"
			   " (SELECT count(*) FROM fresh WHERE length(packets) = 0)",
	[ST_DAY_RANGE] = "SELECT min(day), max(day) FROM (SELECT day FROM activity UNION ALL"
			 " SELECT day FROM day_total)",
	[ST_CHANGED_MARK] = "UPDATE changed SET day = ?1 WHERE day IS NULL OR day > ?1",
	[ST_CHANGED_GET] = "SELECT day FROM changed",
	[ST_CHANGED_CLEAR] = "UPDATE changed SET day = NULL",
	[ST_WELLNESS_GET] = "SELECT resting_hr_bpm, stress_avg, hrv_rmssd_ms, sleep_h FROM wellness"
			    " WHERE day = ?1",
	[ST_WELLNESS_PUT] = "INSERT OR REPLACE INTO wellness VALUES (?1, ?2, ?3, ?4, ?5)",
	[ST_WELLNESS_DROP] = "DELETE FROM wellness WHERE day = ?1",
	[ST_WELLNESS_PART_PUT] = "INSERT OR REPLACE INTO wellness_part VALUES (?1, ?2, ?3, ?4)",
	[ST_WELLNESS_PART_OLD] = "SELECT day FROM wellness_part WHERE file_id = ?1 LIMIT 1",
	[ST_WELLNESS_PART_DROP] = "DELETE FROM wellness_part WHERE file_id = ?1 AND day = ?2",
	[ST_WELLNESS_PARTS] = "SELECT kind, points FROM wellness_part WHERE day = ?1",

	[ST_HISTORY_COUNT] = "SELECT (SELECT count(*) FROM activity WHERE start_ms >= ?1),"
			     " (SELECT count(*) FROM wellness WHERE day >= ?2),"
			     " (SELECT count(*) FROM massage), (SELECT count(*) FROM report),"
			     " (SELECT count(*) FROM flag) + (SELECT count(*) FROM snooze)",
	[ST_HISTORY] = "SELECT start_ms, end_ms, day, doubts, model FROM activity"
		       " WHERE start_ms >= ?1 AND day >= ?2 ORDER BY start_ms, id",
	/* ?2: as long as a session can be */
	[ST_HISTORY_EARLIER] = "SELECT day FROM activity INDEXED BY activity_day WHERE day < ?1"
			       " AND end_ms - start_ms BETWEEN 0 AND ?2 ORDER BY day LIMIT 1",
	[ST_HISTORY_WELLNESS] = "SELECT day, resting_hr_bpm, stress_avg, hrv_rmssd_ms, sleep_h"
				" FROM wellness WHERE day >= ?2 ORDER BY day",
	[ST_HISTORY_MASSAGES] = "SELECT at_ms, minutes FROM massage ORDER BY at_ms, id",
	[ST_HISTORY_REPORTS] = "SELECT at_ms, soreness, regions FROM report ORDER BY at_ms, id",
	/* a snooze holds what a flag holds */
	[ST_HISTORY_FLAGS] = "SELECT from_ms, to_ms FROM flag UNION ALL"
			     " SELECT from_ms, to_ms FROM snooze ORDER BY 1, 2",

	[ST_POLICY_GET] = "SELECT last_message_h, last_rest_first_h, red_flag_seen_h FROM policy",
	[ST_POLICY_SET] = "INSERT OR REPLACE INTO policy VALUES (1, ?1, ?2, ?3)",
	[ST_POLICY_OF_GET] = "SELECT indication, active, pending, pending_since_h, last_alert_h,"
			     " severity, announced_until_h FROM policy_indication",
	[ST_POLICY_OF_SET] =
		"INSERT OR REPLACE INTO policy_indication VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[ST_BUDGET_GET] = "SELECT at_h, severity FROM policy_budget ORDER BY position",
	[ST_BUDGET_DROP] = "DELETE FROM policy_budget",
	[ST_BUDGET_PUT] = "INSERT INTO policy_budget VALUES (?1, ?2, ?3)",
	[ST_DAILY_GET] = "SELECT day, tension, injury_risk, soreness, recovery, stress"
			 " FROM daily_score WHERE day >= ?1 ORDER BY day",
	/* a row that says the same is not written again: a tick hands in months of days */
	[ST_DAILY_PUT] =
		"INSERT INTO daily_score VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET"
		" tension = excluded.tension, injury_risk = excluded.injury_risk,"
		" soreness = excluded.soreness, recovery = excluded.recovery,"
		" stress = excluded.stress WHERE tension IS NOT excluded.tension"
		" OR injury_risk IS NOT excluded.injury_risk"
		" OR soreness IS NOT excluded.soreness OR recovery IS NOT excluded.recovery"
		" OR stress IS NOT excluded.stress",

	[ST_MASSAGE_ADD] = "INSERT INTO massage (at_ms, minutes) VALUES (?1, ?2)",
	[ST_MASSAGE_NEWEST] = "SELECT id, at_ms, minutes FROM massage ORDER BY id DESC LIMIT 1",
	[ST_MASSAGE_DROP] = "DELETE FROM massage WHERE id = ?1",
	[ST_MASSAGE_LAST] =
		"SELECT at_ms, minutes FROM massage ORDER BY at_ms DESC, id DESC LIMIT 1",
	[ST_REPORT_ADD] = "INSERT INTO report (at_ms, soreness, regions) VALUES (?1, ?2, ?3)",
	[ST_REPORT_NEWEST] = "SELECT id, at_ms, soreness FROM report ORDER BY id DESC LIMIT 1",
	[ST_REPORT_DROP] = "DELETE FROM report WHERE id = ?1",
	[ST_FLAG_SET] = "INSERT INTO flag (name, from_ms) SELECT ?1, ?2 WHERE NOT EXISTS"
			" (SELECT 1 FROM flag WHERE name = ?1 AND (to_ms IS NULL OR to_ms > ?2))",
	[ST_FLAG_END] = "UPDATE flag SET to_ms = max(from_ms, ?2)"
			" WHERE name = ?1 AND (to_ms IS NULL OR to_ms > ?2)",
	[ST_FLAG_LIST] = "SELECT name, from_ms FROM flag WHERE from_ms <= ?1"
			 " AND (to_ms IS NULL OR to_ms > ?1) ORDER BY from_ms, id",
	[ST_SNOOZE_ADD] = "INSERT INTO snooze (from_ms, to_ms) VALUES (?1, ?2)",
	[ST_SNOOZE_END] = "UPDATE snooze SET to_ms = max(from_ms, ?1) WHERE to_ms > ?1",
	[ST_SNOOZE_LAST] = "SELECT max(to_ms) FROM snooze WHERE from_ms <= ?1 AND to_ms > ?1",

	[ST_EVENT_PUT] = "INSERT INTO event (id, type, created_ms, expires_ms, body, why)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[ST_DELIVERY_PUT] = "INSERT INTO delivery (event_seq, webhook, type, state, next_ms, why)"
			    " SELECT seq, ?2, ?3, ?4, ?5, ?6 FROM event WHERE id = ?1 RETURNING id",
	[ST_DELIVERY_NEXT] =
		"SELECT d.id, e.id, d.webhook, d.type, coalesce(d.why, e.why), e.created_ms,"
		" e.expires_ms, d.next_ms, d.state, d.attempts, e.body"
		" FROM (SELECT min(id) AS id FROM delivery WHERE state = 0 AND webhook IS NOT NULL"
		" GROUP BY webhook) oldest JOIN delivery d ON d.id = oldest.id"
		" JOIN event e ON e.seq = d.event_seq ORDER BY d.id",
	[ST_DELIVERY_LIST] =
		"SELECT d.id, e.id, d.webhook, d.type, coalesce(d.why, e.why), e.created_ms,"
		" e.expires_ms, d.next_ms, d.state, d.attempts, NULL"
		" FROM (SELECT * FROM delivery ORDER BY id DESC LIMIT ?1) d"
		" JOIN event e ON e.seq = d.event_seq ORDER BY d.id",
	[ST_DELIVERY_STARTED] =
		"UPDATE delivery SET attempts = attempts + 1, started_ms = ?2 WHERE id = ?1",
	[ST_DELIVERY_ENDED] =
		"UPDATE delivery SET state = ?2, next_ms = ?3, why = ?4 WHERE id = ?1",
	[ST_DELIVERY_EXPIRE] = "UPDATE delivery SET state = ?2 WHERE state = 0"
			       " AND (SELECT expires_ms FROM event WHERE seq = event_seq) <= ?1",
	[ST_DELIVERY_COUNT] = "SELECT (SELECT count(*) FROM delivery WHERE state = 0),"
			      " (SELECT count(*) FROM delivery WHERE state = ?1)",
	[ST_DELIVERY_OF] =
		"SELECT d.id, e.id, d.webhook, d.type, coalesce(d.why, e.why), e.created_ms,"
		" e.expires_ms, d.next_ms, d.state, d.attempts, NULL"
		" FROM delivery d JOIN event e ON e.seq = d.event_seq"
		" WHERE e.id = ?1 AND d.webhook = ?2",
	[ST_DELIVERY_HURRY] = "UPDATE delivery SET next_ms = ?2 WHERE state = 0 AND webhook = ?1"
			      " AND next_ms > ?2",
	[ST_DELIVERY_FOLD] = "UPDATE delivery SET state = ?3, why = ?4"
			     " WHERE state = 0 AND webhook = ?1 AND type = ?2",
	[ST_WEBHOOK_GET] = "SELECT standing, why FROM webhook WHERE name = ?1 AND config_hash = ?2",
	[ST_WEBHOOK_SET] = "INSERT OR REPLACE INTO webhook VALUES (?1, ?2, ?3, ?4)",

	[ST_ACTIVITY_COUNT] = "SELECT count(*) FROM activity",
	/* ?2: among so many that were added last */
	[ST_ACTIVITY_NEWEST] = "SELECT id FROM (SELECT id, start_ms FROM activity ORDER BY id DESC "
			       "LIMIT ?2) ORDER BY start_ms DESC, id DESC LIMIT ?1",
	[ST_SOURCES] = "SELECT " FIRST_PLACE("path") ", f.sha256, f.serial, r.leads, " FIRST_PLACE(
		"source") " FROM recording r JOIN file f ON f.id = r.file_id WHERE r.activity_id = "
			  "?1"
			  " ORDER BY r.leads DESC, r.id",
	/* a refusal is over when the same place gave something better since */
	[ST_REFUSED] =
		"SELECT path, why, at_ms FROM"
		" (SELECT s.path AS path, f.why AS why, f.imported_ms AS at_ms"
		/* else all files are read, for the sake of their order */
		" FROM file f INDEXED BY file_refused JOIN sighting s ON s.file_id = f.id WHERE "
		"f.why IS NOT NULL"
		" AND f.why <> 'forgotten' AND NOT EXISTS"
		" (SELECT 1 FROM sighting t JOIN file g ON g.id = t.file_id WHERE t.source = "
		"s.source"
		" AND t.path = s.path AND g.why IS NULL AND t.seen_ms >= s.seen_ms) GROUP BY f.id"
		" UNION ALL SELECT path, why, at_ms FROM unread) ORDER BY at_ms, path",
};

int sqlite_to_errno(sqlite3 *db, int rc)
{
	int system_error = db ? sqlite3_system_errno(db) : 0;
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_IOERR:
		if (rc == SQLITE_IOERR_NOMEM)
			return -ENOMEM;
		return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG
			       ? -ENOSPC
			       : -EIO;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_CANTOPEN:
		return system_error > 0 ? -system_error : -EACCES;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_TOOBIG:
		return -E2BIG;
	case SQLITE_CONSTRAINT:
		return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? -EEXIST
			       : -EINVAL;
	default:
		return -EIO;
	}
}

int sqlite_run(sqlite3 *db, const char *sql)
{
	return sqlite_to_errno(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

int store_statement_of(
	struct store *store, enum statement which, const char *sql, sqlite3_stmt **ret)
{
	sqlite3_stmt **kept = &store->statements[which];
	if (!*kept) {
		int rc = sqlite3_prepare_v3(
			store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
		if (rc != SQLITE_OK)
			return sqlite_to_errno(store->db, rc);
	}
	(void)sqlite3_reset(*kept);
	(void)sqlite3_clear_bindings(*kept);
	*ret = *kept;
	return 0;
}

int store_statement(struct store *store, enum statement which, sqlite3_stmt **ret)
{
	return store_statement_of(store, which, texts[which], ret);
}

int store_step(struct store *store, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);
	return rc == SQLITE_ROW ? 1 : sqlite_to_errno(store->db, rc);
}

int store_run(struct store *store, sqlite3_stmt *stmt)
{
	int r = store_step(store, stmt);
	(void)sqlite3_reset(stmt); /* an autocommit ends here, not at the end of the scope */
	return r < 0 ? r : 0;
}

int store_run_on(struct store *store, enum statement which, int64_t id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	return store_run(store, stmt);
}

int store_next_file(struct store *store, enum statement which, int64_t after_id,
	sqlite3_stmt **stmt, int64_t *ret_id, uint8_t ret_hash[HASH_BYTES])
{
	int r = store_statement(store, which, stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*stmt, 1, after_id);
	r = store_step(store, *stmt);
	if (r <= 0)
		return r;
	const void *hash = sqlite3_column_blob(*stmt, 1);
	if (!hash || sqlite3_column_bytes(*stmt, 1) != (int)HASH_BYTES)
		return -EUCLEAN;
	*ret_id = sqlite3_column_int64(*stmt, 0);
	memcpy(ret_hash, hash, HASH_BYTES);
	return 1;
}

/* A bind fails only without memory or for a parameter that the statement lacks; the first shows at
 * the step as a NULL where none may be, the second in the first test. */
void bind_exact(sqlite3_stmt *stmt, int at, double value)
{
	if (isnan(value))
		(void)sqlite3_bind_null(stmt, at);
	else
		(void)sqlite3_bind_double(stmt, at, value);
}

void bind_number(sqlite3_stmt *stmt, int at, double value)
{
	bind_exact(stmt, at, num_round(value, STORED_DECIMALS));
}

void bind_known(sqlite3_stmt *stmt, int at, bool known, int64_t value)
{
	if (known)
		(void)sqlite3_bind_int64(stmt, at, value);
	else
		(void)sqlite3_bind_null(stmt, at);
}

void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

double column_number(sqlite3_stmt *stmt, int at)
{
	/* one look into the row instead of two: a history asks half a million times */
	sqlite3_value *value = sqlite3_column_value(stmt, at);
	return sqlite3_value_type(value) == SQLITE_NULL ? NAN : sqlite3_value_double(value);
}

int64_t column_known(sqlite3_stmt *stmt, int at, int64_t unknown)
{
	return sqlite3_column_type(stmt, at) == SQLITE_NULL ? unknown
							    : sqlite3_column_int64(stmt, at);
}

int column_text(sqlite3_stmt *stmt, int at, char **ret)
{
	const unsigned char *text = sqlite3_column_text(stmt, at);
	if (!text) {
		if (sqlite3_column_type(stmt, at) != SQLITE_NULL)
			return -ENOMEM;
		*ret = NULL;
		return 0;
	}
	char *copy = strdup((const char *)text);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

int store_mark_changed(struct store *store, int32_t day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_CHANGED_MARK, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, day);
	return store_run(store, stmt);
}
