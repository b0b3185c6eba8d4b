/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_outbox.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

const char *const delivery_state_names[DELIVERY_STATE_COUNT] = {
	[DELIVERY_WAITING] = "waiting",
	[DELIVERY_SENT] = "sent",
	[DELIVERY_FAILED] = "failed",
	[DELIVERY_EXPIRED] = "expired",
	[DELIVERY_FOLDED] = "folded",
	[DELIVERY_HELD] = "held",
	[DELIVERY_SUPPRESSED] = "suppressed",
};

_Static_assert(DELIVERY_WAITING == 0, "the schema's index of waiting deliveries says 0");

void store_new_event_id(char ret[40])
{
	static const char symbols[32] =
		"abcdefghijkmnpqrstuvwxyz23456789"; /* none that look alike */
	enum { RANDOM_SYMBOLS = 24 };
	uint8_t random[RANDOM_SYMBOLS];
	size_t have = 0;
	while (have < sizeof random) {
		ssize_t n = getrandom(random + have, sizeof random - have, 0);
		have += n > 0 ? (size_t)n : 0; /* only a signal can cut it short */
	}
	memcpy(ret, "msg_", 4);
	for (size_t i = 0; i < RANDOM_SYMBOLS; i++)
		ret[4 + i] = symbols[random[i] % sizeof symbols];
	ret[4 + RANDOM_SYMBOLS] = '\0';
}

int store_put_event(struct store *store, const struct event_row *row)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_EVENT_PUT, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, row->id);
	bind_text(stmt, 2, row->type);
	(void)sqlite3_bind_int64(stmt, 3, row->created_ms);
	(void)sqlite3_bind_int64(stmt, 4, row->expires_ms);
	bind_text(stmt, 5, row->body);
	bind_text(stmt, 6, row->why);
	return store_run(store, stmt);
}

int store_put_delivery(struct store *store, const char *event_id, const char *webhook,
	const char *type, enum delivery_state state, int64_t next_ms, const char *why)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_PUT, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, event_id);
	bind_text(stmt, 2, webhook);
	bind_text(stmt, 3, type);
	(void)sqlite3_bind_int(stmt, 4, (int)state);
	(void)sqlite3_bind_int64(stmt, 5, next_ms);
	bind_text(stmt, 6, why);
	r = store_run(store, stmt);
	if (r < 0)
		return r;
	return sqlite3_changes(store->db) == 1 ? 0 : -ENOENT;
}

void delivery_done(struct delivery *delivery)
{
	free(delivery->webhook);
	free(delivery->type);
	free(delivery->body);
	free(delivery->why);
	*delivery = (struct delivery) { 0 };
}

void deliveries_free(struct delivery *deliveries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		delivery_done(&deliveries[i]);
	free(deliveries);
}

/* A list under construction. */
struct delivery_list {
	struct delivery *rows;
	size_t n, capacity;
};

static void list_done(struct delivery_list *list)
{
	deliveries_free(list->rows, list->n);
}

/* A zeroed row at the end. */
static int list_add(struct delivery_list *list, struct delivery **ret)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 16;
		struct delivery *rows = reallocarray(list->rows, capacity, sizeof *rows);
		if (!rows)
			return -ENOMEM;
		list->rows = rows;
		list->capacity = capacity;
	}
	*ret = &list->rows[list->n++];
	**ret = (struct delivery) { 0 };
	return 0;
}

static int read_delivery(sqlite3_stmt *stmt, struct delivery *ret)
{
	const char *event_id = (const char *)sqlite3_column_text(stmt, 1);
	int64_t state = sqlite3_column_int64(stmt, 8);
	if (!event_id || strlen(event_id) >= sizeof ret->event_id || state < 0 ||
		state >= DELIVERY_STATE_COUNT)
		return -EUCLEAN;
	ret->row_id = sqlite3_column_int64(stmt, 0);
	memcpy(ret->event_id, event_id, strlen(event_id) + 1);
	ret->created_ms = sqlite3_column_int64(stmt, 5);
	ret->expires_ms = sqlite3_column_int64(stmt, 6);
	ret->next_ms = sqlite3_column_int64(stmt, 7);
	ret->state = (enum delivery_state)state;
	ret->attempts = (uint32_t)sqlite3_column_int64(stmt, 9);
	int r = column_text(stmt, 2, &ret->webhook);
	if (r == 0)
		r = column_text(stmt, 3, &ret->type);
	if (r == 0)
		r = column_text(stmt, 4, &ret->why);
	if (r == 0)
		r = column_text(stmt, 10, &ret->body);
	return r;
}

static int read_deliveries(
	struct store *store, sqlite3_stmt *stmt, struct delivery **ret, size_t *ret_n)
{
	CLEANUP(list_done) struct delivery_list list = { 0 };
	int r;
	while ((r = store_step(store, stmt)) > 0) {
		struct delivery *row = NULL;
		r = list_add(&list, &row);
		if (r == 0)
			r = read_delivery(stmt, row);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(list.rows);
	*ret_n = list.n;
	list.n = 0;
	return 0;
}

int store_next_deliveries(struct store *store, struct delivery **ret, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_NEXT, &stmt);
	return r < 0 ? r : read_deliveries(store, stmt, ret, ret_n);
}

int store_list_deliveries(struct store *store, size_t last, struct delivery **ret, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_LIST, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, last && last < INT64_MAX ? (int64_t)last : -1);
	return read_deliveries(store, stmt, ret, ret_n);
}

/* -ENOENT when there was no such row. */
static int run_on_one(struct store *store, sqlite3_stmt *stmt)
{
	int r = store_run(store, stmt);
	if (r < 0)
		return r;
	return sqlite3_changes(store->db) == 1 ? 0 : -ENOENT;
}

int store_delivery_started(struct store *store, int64_t row_id, int64_t now_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_STARTED, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, row_id);
	(void)sqlite3_bind_int64(stmt, 2, now_ms);
	return run_on_one(store, stmt);
}

int store_delivery_ended(struct store *store, int64_t row_id, enum delivery_state state,
	int64_t next_ms, const char *why)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_ENDED, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, row_id);
	(void)sqlite3_bind_int(stmt, 2, (int)state);
	(void)sqlite3_bind_int64(stmt, 3, next_ms);
	bind_text(stmt, 4, why);
	return run_on_one(store, stmt);
}

int store_expire_deliveries(struct store *store, int64_t now_ms, size_t *ret_n)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_EXPIRE, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms);
	(void)sqlite3_bind_int(stmt, 2, DELIVERY_EXPIRED);
	r = store_run(store, stmt);
	if (r == 0)
		*ret_n = (size_t)sqlite3_changes(store->db);
	return r;
}

int store_get_delivery(
	struct store *store, const char *event_id, const char *webhook, struct delivery *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_OF, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, event_id);
	bind_text(stmt, 2, webhook);
	CLEANUP(delivery_done) struct delivery delivery = { 0 };
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	r = read_delivery(stmt, &delivery);
	if (r < 0)
		return r;
	*ret = delivery;
	delivery = (struct delivery) { 0 };
	return 0;
}

int store_hurry_deliveries(struct store *store, const char *webhook, int64_t now_ms)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_HURRY, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, webhook);
	(void)sqlite3_bind_int64(stmt, 2, now_ms);
	return store_run(store, stmt);
}

int store_fold_deliveries(
	struct store *store, const char *webhook, const char *type, const char *why)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_FOLD, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, webhook);
	bind_text(stmt, 2, type);
	(void)sqlite3_bind_int(stmt, 3, DELIVERY_FOLDED);
	bind_text(stmt, 4, why);
	return store_run(store, stmt);
}

int store_count_deliveries(struct store *store, size_t *ret_waiting, size_t *ret_failed)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DELIVERY_COUNT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, DELIVERY_FAILED);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret_waiting = (size_t)sqlite3_column_int64(stmt, 0);
	*ret_failed = (size_t)sqlite3_column_int64(stmt, 1);
	return 0;
}

int store_get_webhook(struct store *store, const char *name, const char *config_hash,
	enum webhook_standing *ret, char **ret_why)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WEBHOOK_GET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, name);
	bind_text(stmt, 2, config_hash);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	AUTO_FREE char *why = NULL;
	int64_t standing = r > 0 ? sqlite3_column_int64(stmt, 0) : WEBHOOK_OK;
	if (standing < 0 || standing > WEBHOOK_FAULT)
		return -EUCLEAN;
	r = r > 0 ? column_text(stmt, 1, &why) : 0;
	if (r < 0)
		return r;
	*ret = (enum webhook_standing)standing;
	*ret_why = TAKE_PTR(why);
	return 0;
}

int store_set_webhook(struct store *store, const char *name, const char *config_hash,
	enum webhook_standing standing, const char *why)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WEBHOOK_SET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, name);
	bind_text(stmt, 2, config_hash);
	(void)sqlite3_bind_int(stmt, 3, (int)standing);
	bind_text(stmt, 4, why);
	return store_run(store, stmt);
}
