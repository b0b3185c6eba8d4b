/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_watch.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void read_text(sqlite3_stmt *stmt, int column, char *ret, size_t room)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);
	(void)snprintf(ret, room, "%s", text ? (const char *)text : "");
}

static void read_row(sqlite3_stmt *stmt, struct stored_watch *ret)
{
	*ret = (struct stored_watch) { 0 };
	read_text(stmt, 0, ret->source, sizeof ret->source);
	read_text(stmt, 1, ret->serial, sizeof ret->serial);
	read_text(stmt, 2, ret->usb_id, sizeof ret->usb_id);
	read_text(stmt, 3, ret->name, sizeof ret->name);
	read_text(stmt, 4, ret->transport, sizeof ret->transport);
	read_text(stmt, 5, ret->advice, sizeof ret->advice);
	read_text(stmt, 6, ret->trouble, sizeof ret->trouble);
	read_text(stmt, 7, ret->said, sizeof ret->said);
	ret->here = sqlite3_column_int(stmt, 8);
	ret->first_ms = sqlite3_column_int64(stmt, 9);
	ret->seen_ms = sqlite3_column_int64(stmt, 10);
	ret->read_ms = column_known(stmt, 11, STORED_WATCH_NEVER);
	ret->wanted = (uint32_t)sqlite3_column_int64(stmt, 12);
	ret->got = (uint32_t)sqlite3_column_int64(stmt, 13);
	ret->cut_ms = column_known(stmt, 14, STORED_WATCH_NEVER);
	ret->refused = (uint32_t)sqlite3_column_int64(stmt, 15);
}

static void bind_instant(sqlite3_stmt *stmt, int column, int64_t at_ms)
{
	if (at_ms == STORED_WATCH_NEVER)
		(void)sqlite3_bind_null(stmt, column);
	else
		(void)sqlite3_bind_int64(stmt, column, at_ms);
}

int store_put_watch(struct store *store, const struct stored_watch *watch)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WATCH_PUT, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, watch->source);
	bind_text(stmt, 2, watch->serial);
	bind_text(stmt, 3, watch->usb_id);
	bind_text(stmt, 4, watch->name);
	bind_text(stmt, 5, watch->transport);
	bind_text(stmt, 6, watch->advice);
	bind_text(stmt, 7, watch->trouble);
	bind_text(stmt, 8, watch->said);
	(void)sqlite3_bind_int(stmt, 9, watch->here);
	(void)sqlite3_bind_int64(stmt, 10, watch->first_ms);
	(void)sqlite3_bind_int64(stmt, 11, watch->seen_ms);
	bind_instant(stmt, 12, watch->read_ms);
	(void)sqlite3_bind_int64(stmt, 13, watch->wanted);
	(void)sqlite3_bind_int64(stmt, 14, watch->got);
	bind_instant(stmt, 15, watch->cut_ms);
	(void)sqlite3_bind_int64(stmt, 16, watch->refused);
	return store_run(store, stmt);
}

int store_get_watch(struct store *store, const char *source, struct stored_watch *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WATCH_GET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, source);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	read_row(stmt, ret);
	return 0;
}

int store_list_watches(struct store *store, struct stored_watch **ret, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	AUTO_FREE struct stored_watch *list = NULL;
	size_t n = 0;
	int r = store_statement(store, ST_WATCH_LIST, &stmt);
	while (r >= 0 && (r = store_step(store, stmt)) > 0) {
		struct stored_watch *grown = reallocarray(list, n + 1, sizeof *list);
		if (!grown)
			return -ENOMEM;
		list = grown;
		read_row(stmt, &list[n++]);
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(list);
	*ret_n = n;
	return 0;
}

int store_no_watch_is_here(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WATCH_NONE, &stmt);
	return r < 0 ? r : store_run(store, stmt);
}
