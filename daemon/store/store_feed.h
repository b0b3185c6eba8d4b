/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Originals that are still to be placed in the feed folder.
 *
 * Each has a row, and beside the database a mark: an empty file in the folder `feed` of the state directory, with the
 * original's hash as its name. The row goes with the transaction that stored the file; the mark is there when the
 * store has to be put back from a copy that knows neither what came in nor what was placed since. */

#include "activity/activity.h"
#include "store/store.h"
#include "util/hash.h"

struct feed_file {
	int64_t id;
	uint8_t hash[HASH_BYTES];
	enum file_format format;
	int64_t at_ms; /* start of its first activity, else of its import */
};

/* Inside the transaction that stores the file; store_feed_sync() before its end. */
int store_feed_put(struct store *store, int64_t file_id, const uint8_t hash[HASH_BYTES]);
int store_feed_sync(struct store *store);

/* The first one behind after_id. Returns 1; 0 when there is none; negative errno. */
int store_feed_next(struct store *store, int64_t after_id, struct feed_file *ret);

/* It is there, or never will be. */
int store_feed_drop(struct store *store, const struct feed_file *file);
int store_feed_count(struct store *store, size_t *ret);

/* Whether it waited when the store was damaged. */
bool store_feed_is_marked(struct store *store, const uint8_t hash[HASH_BYTES]);
/* After the store was put back: what is placed by now waits no longer. */
int store_feed_drop_unmarked(struct store *store);

/* Notes that an original is not kept any more. */
int store_archive_gone(struct store *store, int64_t file_id);

#define FEED_FACT_TROUBLE "feed_trouble" /* what is in the way, a sentence; "" or none: nothing */
