/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "store/statement.h"

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static double newer(double is, double comes)
{
	return isnan(comes) ? is : num_round(comes, 4);
}

/* What is stored of a day; everything NAN when nothing is. */
static int get_wellness(struct store *store, int32_t day, struct wellness_day *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WELLNESS_GET, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, day);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret = (struct wellness_day) { day, NAN, NAN, NAN, NAN };
	if (r > 0)
		*ret = (struct wellness_day) { day, column_number(stmt, 0), column_number(stmt, 1),
			column_number(stmt, 2), column_number(stmt, 3) };
	return 0;
}

int store_put_wellness(struct store *store, int64_t file_id, const struct wellness_day *day)
{
	struct wellness_day is;
	int r = get_wellness(store, day->day, &is);
	if (r < 0)
		return r;
	struct wellness_day become = { day->day, newer(is.resting_hr_bpm, day->resting_hr_bpm),
		newer(is.stress_avg, day->stress_avg), newer(is.hrv_rmssd_ms, day->hrv_rmssd_ms),
		newer(is.sleep_h, day->sleep_h) };
	if (same(is.resting_hr_bpm, become.resting_hr_bpm) &&
		same(is.stress_avg, become.stress_avg) &&
		same(is.hrv_rmssd_ms, become.hrv_rmssd_ms) && same(is.sleep_h, become.sleep_h))
		return 0;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	r = store_statement(store, ST_WELLNESS_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, day->day);
	(void)sqlite3_bind_int64(stmt, 2, file_id);
	bind_exact(stmt, 3, become.resting_hr_bpm);
	bind_exact(stmt, 4, become.stress_avg);
	bind_exact(stmt, 5, become.hrv_rmssd_ms);
	bind_exact(stmt, 6, become.sleep_h);
	r = store_run(store, stmt);
	return r < 0 ? r : store_mark_changed(store, day->day);
}

static int run_between(
	struct store *store, enum statement which, int32_t first_day, int32_t last_day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, first_day);
	(void)sqlite3_bind_int(stmt, 2, last_day);
	return store_run(store, stmt);
}

int store_refresh_days(struct store *store, int32_t first_day, int32_t last_day)
{
	int r = run_between(store, ST_DAYS_DROP, first_day, last_day);
	return r < 0 ? r : run_between(store, ST_DAYS_SUM, first_day, last_day);
}
