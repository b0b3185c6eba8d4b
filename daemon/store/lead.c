/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lead.h"

#include "base/cleanup.h"
#include "store/merge.h"
#include "store/model_numbers.h"
#include "store/recording.h"
#include "store/store_import.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The leader among the recordings of an activity. */
struct election {
	int64_t id; /* who leads */
	bool led;   /* and did before */
	size_t recordings;
	struct merge_rank rank;
	uint8_t hash[HASH_BYTES];
};

static int elect(struct store *store, int64_t activity_id, struct election *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_RIVALS, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	*ret = (struct election) { .id = -1 };
	while ((r = store_step(store, stmt)) > 0) {
		const void *hash = sqlite3_column_blob(stmt, 5);
		if (!hash || sqlite3_column_bytes(stmt, 5) != HASH_BYTES)
			return -EUCLEAN;
		struct merge_rank rank = {
			.has_series = (uint32_t)sqlite3_column_int64(stmt, 2),
			.records = (uint32_t)sqlite3_column_int64(stmt, 3),
			.format = (enum file_format)sqlite3_column_int(stmt, 4),
			.hash = hash,
		};
		ret->recordings++;
		if (ret->id >= 0 && !merge_leads(&rank, &ret->rank))
			continue;
		ret->id = sqlite3_column_int64(stmt, 0);
		ret->led = sqlite3_column_int(stmt, 1) != 0;
		ret->rank = rank;
		memcpy(ret->hash, hash, HASH_BYTES);
		ret->rank.hash = ret->hash;
	}
	if (r == 0 && ret->id < 0)
		return -ENOENT;
	return r;
}

/* The day of an activity so far; INT32_MIN when it has none. */
static int day_of(struct store *store, int64_t activity_id, int32_t *ret, int64_t *ret_start_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ACTIVITY_DAY, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	r = store_step(store, stmt);
	if (r > 0) {
		*ret = (int32_t)column_known(stmt, 0, INT32_MIN);
		*ret_start_ms = column_known(stmt, 1, TIME_UNKNOWN_MS);
	}
	return r < 0 ? r : 0;
}

static int64_t end_of(const struct report_activity *activity)
{
	double duration_s = recording_duration_s(activity);
	bool sane = duration_s > 0 && duration_s < 1e9;
	return activity->summary.start_ms + (sane ? llround(duration_s * 1000) : 0);
}

/* Copies the leader's numbers; *ret_day is its day. */
static int copy(struct store *store, int64_t activity_id, int32_t *ret_day, int64_t *ret_start_ms)
{
	struct leading leading;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = recording_get(store, activity_id, &leading);
	if (r == 0)
		r = store_statement(store, ST_ACTIVITY_SET, &stmt);
	if (r < 0)
		return r;
	const struct report_activity *activity = &leading.activity;
	bool started = activity->summary.start_ms != TIME_UNKNOWN_MS;
	uint8_t model[MODEL_NUMBERS_BYTES];
	model_numbers_write(activity, model);
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	bind_known(stmt, 2, leading.day != INT32_MIN, leading.day);
	bind_known(stmt, 3, started, activity->summary.start_ms);
	bind_known(stmt, 4, started, started ? end_of(activity) : 0);
	(void)sqlite3_bind_int64(stmt, 5, activity->numbers.doubts);
	bind_number(stmt, 6, activity->numbers.load);
	bind_number(stmt, 7, recording_distance_m(activity));
	(void)sqlite3_bind_blob(stmt, 8, model, sizeof model, SQLITE_STATIC);
	r = store_run(store, stmt);
	if (r == 0) {
		*ret_day = leading.day;
		*ret_start_ms = activity->summary.start_ms;
	}
	return r;
}

/* The model has another picture of these days now; the caller refreshes only the one it knows. */
static int mark(struct store *store, int32_t before, int32_t after)
{
	int r = after == INT32_MIN ? 0 : store_mark_changed(store, after);
	if (r < 0 || before == INT32_MIN || before == after)
		return r;
	r = store_mark_changed(store, before);
	return r < 0 ? r : store_refresh_days(store, before, before);
}

int lead_settle(struct store *store, int64_t activity_id, int64_t touched, size_t *ret_recordings)
{
	struct election leader;
	int r = elect(store, activity_id, &leader);
	if (r < 0)
		return r;
	*ret_recordings = leader.recordings;
	if (leader.led && leader.id != touched)
		return 0;
	int32_t before = INT32_MIN, after = INT32_MIN;
	int64_t started_ms = TIME_UNKNOWN_MS, starts_ms = TIME_UNKNOWN_MS;
	r = day_of(store, activity_id, &before, &started_ms);
	if (r == 0 && !leader.led)
		r = store_run_on(store, ST_RECORDING_FOLLOWS, activity_id);
	if (r == 0 && !leader.led)
		r = store_run_on(store, ST_RECORDING_LEADS, leader.id);
	if (r == 0)
		r = copy(store, activity_id, &after, &starts_ms);
	/* another one leads: it is the one that later activities look back at */
	if (r == 0 && !leader.led)
		r = store_mark_started(store, started_ms);
	if (r == 0 && !leader.led)
		r = store_mark_started(store, starts_ms);
	return r < 0 ? r : mark(store, before, after);
}
