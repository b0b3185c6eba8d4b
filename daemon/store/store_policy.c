/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the message policy remembers, and the daily scores that its rules look back on. */
#include "store/store_history.h"

#include "base/cleanup.h"
#include "store/statement.h"

#include <errno.h>
#include <stdlib.h>

static int load_facts(struct store *store, struct policy_state *state)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_POLICY_GET, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r;
	state->last_message_h = column_number(stmt, 0);
	state->last_rest_first_h = column_number(stmt, 1);
	state->red_flag_seen_h = column_number(stmt, 2);
	return 0;
}

static int load_indications(struct store *store, struct policy_state *state)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_POLICY_OF_GET, &stmt);
	if (r < 0)
		return r;
	while ((r = store_step(store, stmt)) > 0) {
		int64_t which = sqlite3_column_int64(stmt, 0);
		if (which < 0 || which >= INDICATION_COUNT)
			return -EUCLEAN;
		state->of[which] = (struct policy_indication) {
			.active = sqlite3_column_int(stmt, 1) != 0,
			.pending = sqlite3_column_int(stmt, 2) != 0,
			.pending_since_h = column_number(stmt, 3),
			.last_alert_h = column_number(stmt, 4),
			.severity = sqlite3_column_int(stmt, 5),
			.announced_until_h = column_number(stmt, 6),
		};
	}
	return r;
}

static int load_budget(struct store *store, struct policy_state *state)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_BUDGET_GET, &stmt);
	if (r < 0)
		return r;
	size_t n = 0;
	while (n < POLICY_BUDGET_MAX && (r = store_step(store, stmt)) > 0) {
		state->budget[n].at_h = sqlite3_column_double(stmt, 0);
		state->budget[n].severity = sqlite3_column_int(stmt, 1);
		n++;
	}
	state->budget_n = n;
	return r < 0 ? r : 0;
}

int store_load_policy(struct store *store, struct policy_state *ret)
{
	struct policy_state state;
	policy_state_init(&state);
	int r = load_facts(store, &state);
	if (r == 0)
		r = load_indications(store, &state);
	if (r == 0)
		r = load_budget(store, &state);
	if (r == 0)
		*ret = state;
	return r;
}

static int save_facts(struct store *store, const struct policy_state *state)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_POLICY_SET, &stmt);
	if (r < 0)
		return r;
	bind_exact(stmt, 1, state->last_message_h);
	bind_exact(stmt, 2, state->last_rest_first_h);
	bind_exact(stmt, 3, state->red_flag_seen_h);
	return store_run(store, stmt);
}

static int save_indication(struct store *store, int which, const struct policy_indication *of)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_POLICY_OF_SET, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, which);
	(void)sqlite3_bind_int(stmt, 2, of->active);
	(void)sqlite3_bind_int(stmt, 3, of->pending);
	bind_exact(stmt, 4, of->pending_since_h);
	bind_exact(stmt, 5, of->last_alert_h);
	(void)sqlite3_bind_int(stmt, 6, of->severity);
	bind_exact(stmt, 7, of->announced_until_h);
	return store_run(store, stmt);
}

static int drop_budget(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_BUDGET_DROP, &stmt);
	return r < 0 ? r : store_run(store, stmt);
}

static int save_budget(struct store *store, const struct policy_state *state, size_t position)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_BUDGET_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, (int64_t)position);
	bind_exact(stmt, 2, state->budget[position].at_h);
	(void)sqlite3_bind_int(stmt, 3, state->budget[position].severity);
	return store_run(store, stmt);
}

int store_save_policy(struct store *store, const struct policy_state *state)
{
	int r = save_facts(store, state);
	for (int i = 0; i < INDICATION_COUNT && r == 0; i++)
		r = save_indication(store, i, &state->of[i]);
	if (r == 0)
		r = drop_budget(store);
	for (size_t i = 0; i < state->budget_n && r == 0; i++)
		r = save_budget(store, state, i);
	return r;
}

static int grow(struct daily_store *daily)
{
	if (daily->days_n < daily->capacity)
		return 0;
	size_t capacity = daily->capacity ? 2 * daily->capacity : 256;
	struct daily_scores *days = reallocarray(daily->days, capacity, sizeof *days);
	if (!days)
		return -ENOMEM;
	daily->days = days;
	daily->capacity = capacity;
	return 0;
}

int store_load_daily(struct store *store, int32_t first_day, struct daily_store *ret)
{
	CLEANUP(daily_store_done) struct daily_store daily = { 0 };
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DAILY_GET, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, first_day);
	while ((r = store_step(store, stmt)) > 0) {
		r = grow(&daily);
		if (r < 0)
			return r;
		struct daily_scores *scores = &daily.days[daily.days_n++];
		scores->day = sqlite3_column_int(stmt, 0);
		for (int i = 0; i < INDICATION_COUNT; i++)
			scores->raw[i] = column_number(stmt, 1 + i);
	}
	if (r < 0)
		return r;
	*ret = daily;
	daily = (struct daily_store) { 0 };
	return 0;
}

static int save_day(struct store *store, const struct daily_scores *scores)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DAILY_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, scores->day);
	for (int i = 0; i < INDICATION_COUNT; i++)
		bind_number(stmt, 2 + i, scores->raw[i]);
	return store_run(store, stmt);
}

int store_save_daily(struct store *store, const struct daily_store *daily)
{
	int r = 0;
	for (size_t i = 0; i < daily->days_n && r == 0; i++)
		r = save_day(store, &daily->days[i]);
	return r;
}
