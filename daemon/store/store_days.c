/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "base/cleanup.h"
#include "store/statement.h"

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
