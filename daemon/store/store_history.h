/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the strain model reads, and what the message policy keeps. Instants are hours since the epoch
 * (UTC seconds / 3600), days local days since 1970-01-01. */

#include "store/store.h"
#include "strain/policy.h"

/* Owned arrays behind a strain_history. */
struct history {
	struct strain_history view; /* its calendar is set by the caller */
	struct strain_session *sessions;
	struct wellness_day *wellness;
	struct strain_massage *massages;
	struct strain_report *reports;
	struct strain_flag *flags;
};

/* All leading activities (merged ones count once), nights, massages, reports, flags.
 * A non-run gives its load and nothing else. Activities without a start time are left out. */
int store_load_history(struct store *store, struct history *ret);
/* The same without the sessions and nights of days before from_day: what it costs does not grow with the years.
 * Whether there are such sessions is in the view. HISTORY_WHOLE: all. */
#define HISTORY_WHOLE INT32_MIN
int store_load_history_from(struct store *store, int32_t from_day, struct history *ret);
void history_done(struct history *history);

int store_load_policy(struct store *store, struct policy_state *ret); /* none stored: initial */
int store_save_policy(struct store *store, const struct policy_state *state);

/* Daily scores of the days from first_day on, sorted. */
int store_load_daily(struct store *store, int32_t first_day, struct daily_store *ret);
/* Writes all given days (insert or replace). */
int store_save_daily(struct store *store, const struct daily_store *daily);

/* The earliest day whose activities or nights changed since the daily scores were last saved, or
 * INT32_MAX; store_put_activity / _wellness mark it, store_clear_changed resets it. */
int store_changed_day(struct store *store, int32_t *ret_day);
int store_clear_changed(struct store *store);

int store_add_massage(struct store *store, int64_t at_ms, double minutes);
/* Removes the one that was logged last, whenever it was; -ENOENT when there is none. */
int store_undo_massage(struct store *store, int64_t *ret_at_ms);
int store_last_massage(struct store *store, int64_t *ret_at_ms, double *ret_minutes); /* -ENOENT */
int store_add_report(struct store *store, int64_t at_ms, double soreness, uint32_t regions);
/* Removes the one that was told last, whenever it was; -ENOENT when there is none. */
int store_undo_report(struct store *store, int64_t *ret_at_ms, double *ret_soreness);

/* Flags of the runner's, by name, and quiet times. All of them hold suggestions and nothing else. */
#define FLAG_NAME_BYTES 16u
struct flag_row {
	char name[FLAG_NAME_BYTES];
	int64_t from_ms;
};

/* Sets a flag from now on. Returns 0; -EALREADY when it is set. */
int store_set_flag(struct store *store, const char *name, int64_t now_ms);
/* Ends it now. Returns 0; -ENOENT when it is not set. */
int store_end_flag(struct store *store, const char *name, int64_t now_ms);
/* The flags that are set now, oldest first; at most max of them. */
int store_list_flags(
	struct store *store, int64_t now_ms, struct flag_row *ret, size_t max, size_t *ret_n);

/* Quiet from now_ms to to_ms; whatever quiet there was is over. */
int store_add_snooze(struct store *store, int64_t now_ms, int64_t to_ms);
/* Returns 0; -ENOENT when it is not quiet. */
int store_end_snooze(struct store *store, int64_t now_ms);
/* The end of the quiet that there is now. Returns 0; -ENOENT. */
int store_get_snooze(struct store *store, int64_t now_ms, int64_t *ret_to_ms);
