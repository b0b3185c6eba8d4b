/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings that their file does not hold any more, now that it was read again. */
#include "store/store_import.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "store/lead.h"
#include "store/recording.h"
#include "store/statement.h"

#include <errno.h>

/* Returns 1 with a recording; 0 when there is none left. */
static int next_surplus(struct store *store, int64_t file_id, uint32_t from, int64_t *ret_recording,
	int64_t *ret_activity)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_SURPLUS, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	(void)sqlite3_bind_int64(stmt, 2, from);
	r = store_step(store, stmt);
	if (r > 0) {
		*ret_recording = sqlite3_column_int64(stmt, 0);
		*ret_activity = sqlite3_column_int64(stmt, 1);
	}
	return r;
}

/* The activity goes with its last recording. */
static int settle(struct store *store, int64_t activity_id, const struct leading *before)
{
	size_t left = 0;
	int r = lead_settle(store, activity_id, -1, &left);
	if (r != -ENOENT)
		return r;
	r = store_run_on(store, ST_ACTIVITY_DROP, activity_id);
	if (r < 0 || before->day == INT32_MIN)
		return r;
	r = store_refresh_days(store, before->day, before->day);
	if (r == 0)
		r = store_mark_started(store, before->activity.summary.start_ms);
	return r < 0 ? r : store_mark_changed(store, before->day);
}

int store_drop_activities(struct store *store, int64_t file_id, uint32_t from)
{
	int64_t recording = 0, activity = 0;
	int r;
	while ((r = next_surplus(store, file_id, from, &recording, &activity)) > 0) {
		struct leading before;
		r = recording_get(store, activity, &before);
		if (r == 0)
			r = store_run_on(store, ST_RECORDING_DROP, recording);
		if (r == 0)
			r = settle(store, activity, &before);
		if (r < 0)
			return r;
	}
	return r;
}
