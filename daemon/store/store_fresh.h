/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files that are being read again: their reports wait here until all are there, so that all numbers change at
 * once, and a run that was killed goes on where it was. */

#include "ipc/report.h"
#include "store/store.h"
#include "util/hash.h"

/* Forgets what another version left here, or was made under other settings. */
int store_fresh_begin(struct store *store, const char *made_by);

struct fresh_file {
	int64_t id;
	uint8_t hash[HASH_BYTES];
};
/* The next stored file after *id that has no report yet. Returns 1; 0 when there is none; negative errno. */
int store_fresh_next(struct store *store, int64_t after_id, struct fresh_file *ret);

/* report NULL: the file cannot be read again, what is stored of it stays. */
int store_fresh_put(
	struct store *store, int64_t file_id, const char *made_by, const struct report *report);

/* The next report after *id. Returns 1; 0 at the end; negative errno.
 *
 * ret_report  initialised by the caller; empty for a file that could not be read again */
int store_fresh_read(struct store *store, int64_t after_id, int64_t *ret_id,
	struct report *ret_report, bool *ret_kept);

int store_fresh_clear(struct store *store);

struct fresh_count {
	size_t files, done, kept; /* in all; of these read again; of these not readable */
};
int store_fresh_count(struct store *store, struct fresh_count *ret);

/* Everything that follows from the recordings is to be computed again: profile values, day totals. */
int store_mark_everything(struct store *store);
int store_refresh_all_days(struct store *store);
