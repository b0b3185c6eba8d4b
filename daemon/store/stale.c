/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks of what must be computed again because the profile changed. */
#include "store/statement.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "metrics/profile.h"

#define DAY_MS INT64_C(86400000)
#define INSTANT_MAX_MS (INT64_MAX / 4)

int store_mark_stale(struct store *store, int64_t from_ms, int64_t to_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_STALE_MARK, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, from_ms);
	(void)sqlite3_bind_int64(stmt, 2, to_ms);
	return store_run(store, stmt);
}

int store_mark_started(struct store *store, int64_t start_ms)
{
	if (start_ms == TIME_UNKNOWN_MS || start_ms > INSTANT_MAX_MS || start_ms < -INSTANT_MAX_MS)
		return 0; /* nothing looks back at it */
	return store_mark_stale(store, start_ms, start_ms + HISTORY_PEAK_DAYS * DAY_MS);
}

/* Local days lie within a day of those of UTC, a runner's own within another. */
int store_mark_night(struct store *store, int32_t day)
{
	return store_mark_stale(
		store, (day - 2) * DAY_MS, ((int64_t)day + HISTORY_NIGHTS + 2) * DAY_MS);
}
