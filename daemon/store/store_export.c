/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_export.h"

#include "base/cleanup.h"
#include "store/statement.h"
#include "store/store_outbox.h"
#include "strain/texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SQL_BYTES 2048u

#define DATE(column) "date(" column " * 86400, 'unixepoch')"
#define INSTANT(column) "strftime('%Y-%m-%dT%H:%M:%SZ', " column " / 1000, 'unixepoch')"

/* %1$s are the parts that come from tables of the code: names of regions, or of states. */
static const char *const queries[EXPORT_COUNT] = {
	[EXPORT_DAYS] = "SELECT json_object('date', " DATE(
		"day") ", 'activities', ifnull(t.activities, 0),"
		       " 'load', ifnull(t.load, 0), 'distance_m', ifnull(t.distance_m, 0),"
		       " 'resting_hr_bpm', w.resting_hr_bpm, 'stress_avg', w.stress_avg,"
		       " 'hrv_rmssd_ms', w.hrv_rmssd_ms, 'sleep_h', w.sleep_h)"
		       " FROM (SELECT day FROM day_total UNION SELECT day FROM wellness)"
		       " LEFT JOIN day_total t USING (day) LEFT JOIN wellness w USING (day) ORDER "
		       "BY day",
	[EXPORT_SCORES] = "SELECT json_object('date', " DATE(
		"day") ", 'tension', tension, 'injury_risk',"
		       " injury_risk, 'soreness', soreness, 'recovery', recovery, 'stress', stress)"
		       " FROM daily_score ORDER BY day",
	[EXPORT_ALERTS] = "SELECT json_object('id', e.id, 'type', d.type, 'created', " INSTANT(
		"e.created_ms") ", 'webhook', d.webhook, 'state', CASE d.state %1$s END, "
				"'attempts', d.attempts,"
				" 'why', coalesce(d.why, e.why), 'message', json(e.body))"
				" FROM delivery d JOIN event e ON e.seq = d.event_seq ORDER BY "
				"e.seq, d.id",
	[EXPORT_MASSAGES] =
		"SELECT json_object('at', " INSTANT("at_ms") ", 'minutes', minutes)"
							     " FROM massage ORDER BY at_ms, id",
	[EXPORT_FEELINGS] = "SELECT json_object('at', " INSTANT(
		"at_ms") ", 'soreness', soreness, 'regions',"
			 " (SELECT json_group_array(column2) FROM (VALUES %1$s) WHERE regions & "
			 "column1))"
			 " FROM report ORDER BY at_ms, id",
	[EXPORT_FLAGS] =
		"SELECT json_object('name', name, 'from', " INSTANT("from_ms") ", 'to', " INSTANT(
			"to_ms") ") FROM (SELECT name, from_ms, to_ms FROM flag"
				 " UNION ALL SELECT 'snooze', from_ms, to_ms FROM snooze) ORDER BY "
				 "from_ms",
};

static void finalizep(sqlite3_stmt **stmt)
{
	(void)sqlite3_finalize(*stmt);
}

/* The names as SQL has them; they are ours, and hold no quotes. */
static void fill_names(enum export_table table, char ret[SQL_BYTES])
{
	size_t used = 0;
	ret[0] = '\0';
	if (table == EXPORT_ALERTS)
		for (size_t i = 0; i < DELIVERY_STATE_COUNT; i++)
			used += (size_t)snprintf(ret + used, SQL_BYTES - used,
				" WHEN %zu THEN '%s'", i, delivery_state_names[i]);
	if (table == EXPORT_FEELINGS)
		for (size_t i = 0; i < REGION_COUNT; i++)
			used += (size_t)snprintf(ret + used, SQL_BYTES - used, "%s(%u,'%s')",
				i ? "," : "", 1u << i, region_names[i]);
}

static int prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, ret, NULL);
	return rc == SQLITE_OK ? 0 : sqlite_to_errno(db, rc);
}

/* A query with one place for names, or none. */
static int put_together(enum export_table table, char **ret)
{
	char names[SQL_BYTES];
	fill_names(table, names);
	const char *query = queries[table], *place = strstr(query, "%1$s");
	int n = place ? asprintf(ret, "%.*s%s%s", (int)(place - query), query, names, place + 4)
		      : asprintf(ret, "%s", query);
	return n < 0 ? -ENOMEM : 0;
}

int store_export(struct store *store, enum export_table table,
	int (*on_line)(const char *json, void *userdata), void *userdata)
{
	char *made = NULL;
	int r = put_together(table, &made);
	if (r < 0)
		return r;
	AUTO_FREE char *sql = made;
	CLEANUP(finalizep) sqlite3_stmt *stmt = NULL;
	r = prepare(store->db, sql, &stmt);
	while (r == 0 && (r = store_step(store, stmt)) > 0) {
		const char *text = (const char *)sqlite3_column_text(stmt, 0);
		r = text ? on_line(text, userdata) : -ENOMEM;
	}
	return r;
}

int store_export_files(struct store *store,
	int (*on_file)(const struct export_file *file, void *userdata), void *userdata)
{
	static const char sql[] =
		"SELECT f.sha256, f.format, ifnull((SELECT min(r.start_ms) FROM recording r"
		" WHERE r.file_id = f.id), f.imported_ms) AS at, (SELECT s.path FROM sighting s"
		" WHERE s.file_id = f.id ORDER BY s.seen_ms LIMIT 1)"
		" FROM file f WHERE f.archived = 1 ORDER BY at, f.id";
	CLEANUP(finalizep) sqlite3_stmt *stmt = NULL;
	int r = prepare(store->db, sql, &stmt);
	while (r == 0 && (r = store_step(store, stmt)) > 0) {
		struct export_file file = { .format = (enum file_format)sqlite3_column_int(stmt, 1),
			.at_ms = sqlite3_column_int64(stmt, 2),
			.path = (const char *)sqlite3_column_text(stmt, 3) };
		const void *hash = sqlite3_column_blob(stmt, 0);
		if (!hash || sqlite3_column_bytes(stmt, 0) != (int)HASH_BYTES)
			return -EUCLEAN;
		memcpy(file.hash, hash, HASH_BYTES);
		r = on_file(&file, userdata);
	}
	return r;
}
