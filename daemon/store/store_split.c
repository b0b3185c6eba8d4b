/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A merge undone. */
#include "store/store_import.h"

#include "base/cleanup.h"
#include "store/lead.h"
#include "store/recording.h"
#include "store/statement.h"

#include <errno.h>
#include <stdlib.h>

/* Numbers in a list that grows. */
struct ids {
	int64_t *list; /* owned */
	size_t n;
};

static void ids_done(struct ids *ids)
{
	free(ids->list);
}

static int ids_add(struct ids *ids, int64_t id)
{
	int64_t *grown = reallocarray(ids->list, ids->n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	ids->list = grown;
	grown[ids->n++] = id;
	return 0;
}

/* The recordings that follow the one which leads. */
static int list_followers(struct store *store, int64_t activity_id, struct ids *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_OF, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	while ((r = store_step(store, stmt)) > 0)
		if ((r = ids_add(ret, sqlite3_column_int64(stmt, 0))) < 0)
			return r;
	return r;
}

static int move(struct store *store, int64_t recording, int64_t activity_id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_RECORDING_MOVE, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, recording);
	(void)sqlite3_bind_int64(stmt, 2, activity_id);
	return store_run(store, stmt);
}

static int new_activity(struct store *store, int64_t *ret_id)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ACTIVITY_ADD, &stmt);
	if (r == 0)
		r = store_run(store, stmt);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(store->db);
	return r;
}

static int set_apart(struct store *store, int64_t recording, int64_t *ret_id)
{
	int64_t id = 0;
	size_t n = 0;
	struct leading now;
	int r = new_activity(store, &id);
	if (r == 0)
		r = move(store, recording, id);
	if (r == 0)
		r = lead_settle(store, id, recording, &n);
	if (r == 0)
		r = recording_get(store, id, &now);
	if (r == 0 && now.day != INT32_MIN)
		r = store_refresh_days(store, now.day, now.day);
	if (r == 0)
		*ret_id = id;
	return r;
}

int store_split_activity(struct store *store, int64_t id, int64_t **ret_ids, size_t *ret_n)
{
	CLEANUP(ids_done) struct ids followers = { 0 };
	CLEANUP(ids_done) struct ids apart = { 0 };
	struct leading leader;
	int r = recording_get(store, id, &leader);
	if (r == 0)
		r = list_followers(store, id, &followers);
	if (r == 0 && !followers.n)
		return -ENODATA;
	if (r == 0)
		r = ids_add(&apart, id);
	for (size_t i = 0; r == 0 && i < followers.n; i++) {
		int64_t fresh = 0;
		r = set_apart(store, followers.list[i], &fresh);
		if (r == 0)
			r = ids_add(&apart, fresh);
	}
	if (r < 0)
		return r;
	*ret_ids = TAKE_PTR(apart.list);
	*ret_n = apart.n;
	return 0;
}
