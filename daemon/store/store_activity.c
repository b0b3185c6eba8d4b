/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "store/lead.h"
#include "store/merge.h"
#include "store/recording.h"
#include "store/statement.h"

#include <errno.h>
#include <stdlib.h>

#define INSTANT_MAX_MS 1000000000000000 /* 30,000 years */

/* The file that a recording stands in, as far as merging looks. */
struct parent {
	enum file_format format;
	int64_t serial; /* -1 unknown */
};

static int look_up_file(struct store *store, int64_t file_id, struct parent *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FILE_LOOK, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	ret->format = (enum file_format)sqlite3_column_int(stmt, 0);
	ret->serial = column_known(stmt, 1, -1);
	return 0;
}

static struct merge_side side_of(const struct report_activity *activity, enum file_format format)
{
	return (struct merge_side) {
		.format = format,
		.has_sport = activity->summary.has_sport,
		.sport = activity->summary.sport,
		.start_ms = activity->summary.start_ms,
		.duration_s = recording_duration_s(activity),
		.distance_m = recording_distance_m(activity),
	};
}

/* Whether an activity already holds something of this file or this device. */
static int is_kin(
	struct store *store, int64_t activity_id, int64_t file_id, int64_t serial, bool *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_KIN, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	(void)sqlite3_bind_int64(stmt, 2, file_id);
	bind_known(stmt, 3, serial >= 0, serial);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret = r > 0;
	return 0;
}

static struct merge_side read_side(sqlite3_stmt *stmt)
{
	return (struct merge_side) {
		.start_ms = sqlite3_column_int64(stmt, 1),
		.format = (enum file_format)sqlite3_column_int(stmt, 2),
		.has_sport = sqlite3_column_int(stmt, 4) != 0,
		.sport = (uint8_t)sqlite3_column_int(stmt, 5),
		.duration_s = column_number(stmt, 6),
		.distance_m = column_number(stmt, 7),
	};
}

/* The activity that is the same run, the closest start first; -1: none. */
static int find_same(struct store *store, const struct activity_row *row,
	const struct parent *parent, int64_t *ret_id)
{
	struct merge_side mine = side_of(row->activity, parent->format);
	int64_t best = -1, best_ms = INT64_MAX;
	*ret_id = best;
	if (mine.start_ms < -INSTANT_MAX_MS || mine.start_ms > INSTANT_MAX_MS)
		return 0; /* unknown, or no date that anything could be near to */
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_NEAR, &stmt);
	if (r < 0)
		return r;
	int64_t reach_ms = merge_reach_ms(&mine);
	(void)sqlite3_bind_int64(stmt, 1, mine.start_ms - reach_ms);
	(void)sqlite3_bind_int64(stmt, 2, mine.start_ms + reach_ms);
	(void)sqlite3_bind_int64(stmt, 3, row->file_id);
	while ((r = store_step(store, stmt)) > 0) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		struct merge_side theirs = read_side(stmt);
		int64_t apart_ms = llabs(theirs.start_ms - mine.start_ms);
		bool kin = true;
		if (apart_ms >= best_ms || !merge_is_same(&mine, &theirs))
			continue;
		r = is_kin(store, id, row->file_id, parent->serial, &kin);
		if (r < 0)
			return r;
		if (kin)
			continue;
		best = id;
		best_ms = apart_ms;
	}
	if (r == 0)
		*ret_id = best;
	return r;
}

static int add_activity(struct store *store, int64_t *ret_id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ACTIVITY_ADD, &stmt);
	if (r == 0)
		r = store_run(store, stmt);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(store->db);
	return r;
}

/* ?1...?3 of recording_statement(), then what both writing statements share. */
static int write_recording(struct store *store, enum statement which, const int64_t heads[3],
	const struct activity_row *row)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = recording_statement(store, which, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, heads[0]);
	if (which == ST_RECORDING_PUT) {
		(void)sqlite3_bind_int64(stmt, 2, heads[1]);
		(void)sqlite3_bind_int64(stmt, 3, heads[2]);
	}
	bind_known(stmt, 4, row->activity->summary.start_ms != TIME_UNKNOWN_MS, row->day);
	(void)sqlite3_bind_int(stmt, 5, row->utc_offset_s);
	recording_bind(stmt, row->activity);
	return store_run(store, stmt);
}

/* The recording that this place of this file has from an earlier parse; -1 in *ret_recording: none. */
static int find_recording(struct store *store, const struct activity_row *row,
	int64_t *ret_recording, int64_t *ret_activity)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_FIND, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, row->file_id);
	(void)sqlite3_bind_int64(stmt, 2, row->index);
	r = store_step(store, stmt);
	*ret_recording = r > 0 ? sqlite3_column_int64(stmt, 0) : -1;
	*ret_activity = r > 0 ? sqlite3_column_int64(stmt, 1) : -1;
	return r < 0 ? r : 0;
}

/* The activity that a new recording belongs to: the same run from elsewhere, or a new one. */
static int find_or_add(struct store *store, const struct activity_row *row, int64_t *ret_activity)
{
	struct parent parent = { 0 };
	int64_t activity = -1;
	int r = look_up_file(store, row->file_id, &parent);
	if (r == 0)
		r = find_same(store, row, &parent, &activity);
	if (r == 0 && activity < 0)
		r = add_activity(store, &activity);
	if (r == 0)
		*ret_activity = activity;
	return r;
}

int store_put_activity(
	struct store *store, const struct activity_row *row, int64_t *ret_id, bool *ret_merged)
{
	int64_t recording = -1, activity = -1;
	int r = find_recording(store, row, &recording, &activity);
	if (r < 0)
		return r;
	bool again = recording >= 0;
	if (again) {
		r = write_recording(
			store, ST_RECORDING_UPDATE, (const int64_t[]) { recording, 0, 0 }, row);
	} else {
		r = find_or_add(store, row, &activity);
		if (r == 0)
			r = write_recording(store, ST_RECORDING_PUT,
				(const int64_t[]) { activity, row->file_id, row->index }, row);
		recording = sqlite3_last_insert_rowid(store->db);
	}
	size_t recordings = 0;
	if (r == 0)
		r = recording_put_tally(store, recording, &row->activity->tally);
	if (r == 0)
		r = store_mark_started(store, row->activity->summary.start_ms);
	if (r == 0)
		r = lead_settle(store, activity, recording, &recordings);
	if (r < 0)
		return r;
	*ret_id = activity;
	*ret_merged = !again && recordings > 1;
	return 0;
}
