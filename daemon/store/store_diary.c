/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the runner tells: massages and soreness. */
#include "store/store_history.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>

int store_add_massage(struct store *store, int64_t at_ms, double minutes)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_MASSAGE_ADD, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, at_ms);
	bind_number(stmt, 2, minutes);
	return store_run(store, stmt);
}

/* What was told last: its time, and the number told with it. */
struct told {
	int64_t at_ms;
	double number;
};

static int find_newest(
	struct store *store, enum statement newest, int64_t *ret_id, struct told *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, newest, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret_id = sqlite3_column_int64(stmt, 0);
	*ret = (struct told) { sqlite3_column_int64(stmt, 1), sqlite3_column_double(stmt, 2) };
	return 0;
}

static int undo(struct store *store, enum statement newest, enum statement drop, struct told *ret)
{
	int64_t id = 0;
	struct told told = { 0 };
	int r = find_newest(store, newest, &id, &told);
	if (r == 0)
		r = store_run_on(store, drop, id);
	if (r == 0)
		*ret = told;
	return r;
}

int store_undo_massage(struct store *store, int64_t *ret_at_ms)
{
	struct told told = { 0 };
	int r = undo(store, ST_MASSAGE_NEWEST, ST_MASSAGE_DROP, &told);
	if (r == 0)
		*ret_at_ms = told.at_ms;
	return r;
}

int store_undo_report(struct store *store, int64_t *ret_at_ms, double *ret_soreness)
{
	struct told told = { 0 };
	int r = undo(store, ST_REPORT_NEWEST, ST_REPORT_DROP, &told);
	if (r < 0)
		return r;
	*ret_at_ms = told.at_ms;
	*ret_soreness = told.number;
	return 0;
}

int store_last_massage(struct store *store, int64_t *ret_at_ms, double *ret_minutes)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_MASSAGE_LAST, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret_at_ms = sqlite3_column_int64(stmt, 0);
	*ret_minutes = sqlite3_column_double(stmt, 1);
	return 0;
}

int store_add_report(struct store *store, int64_t at_ms, double soreness, uint32_t regions)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_REPORT_ADD, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, at_ms);
	bind_number(stmt, 2, soreness);
	(void)sqlite3_bind_int64(stmt, 3, regions);
	return store_run(store, stmt);
}
