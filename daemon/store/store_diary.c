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

static int newest_massage(struct store *store, int64_t *ret_id, int64_t *ret_at_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_MASSAGE_NEWEST, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret_id = sqlite3_column_int64(stmt, 0);
	*ret_at_ms = sqlite3_column_int64(stmt, 1);
	return 0;
}

int store_undo_massage(struct store *store, int64_t *ret_at_ms)
{
	int64_t id = 0, at_ms = 0;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = newest_massage(store, &id, &at_ms);
	if (r == 0)
		r = store_statement(store, ST_MASSAGE_DROP, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	r = store_run(store, stmt);
	if (r == 0)
		*ret_at_ms = at_ms;
	return r;
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
