/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Originals that are still to be placed in the feed folder. */

#include "activity/activity.h"
#include "store/store.h"
#include "util/hash.h"

struct feed_file {
	int64_t id;
	uint8_t hash[HASH_BYTES];
	enum file_format format;
	int64_t at_ms; /* start of its first activity, else of its import */
};

/* Inside the transaction that stores the file. */
int store_feed_put(struct store *store, int64_t file_id);

/* The first one behind after_id. Returns 1; 0 when there is none; negative errno. */
int store_feed_next(struct store *store, int64_t after_id, struct feed_file *ret);

/* It is there, or never will be. */
int store_feed_drop(struct store *store, int64_t file_id);
int store_feed_count(struct store *store, size_t *ret);

/* Notes that an original is not kept any more. */
int store_archive_gone(struct store *store, int64_t file_id);

#define FEED_FACT_TROUBLE "feed_trouble" /* what is in the way, a sentence; "" or none: nothing */
