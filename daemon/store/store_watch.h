/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The watches that were met on USB. */

#include "store/store.h"

#include <stdbool.h>

#define STORED_WATCH_NEVER INT64_MIN

struct stored_watch {
	char source[64]; /* "watch:0000cbf0a1b2" */
	char serial[64], usb_id[16], name[96];
	char transport[8]; /* "mtp", "drive", "none" */
	char advice[256];  /* what the tables advise; "" */
	char trouble[256]; /* what was in the way at the latest try; "" */
	char said[256];    /* of these, what the phone was told; "" */
	bool here;         /* plugged in, as far as the daemon knows */
	int64_t first_ms, seen_ms;
	int64_t read_ms;      /* latest whole reading; STORED_WATCH_NEVER */
	uint32_t wanted, got; /* new files of the latest reading, and how many came in */
	uint32_t refused;     /* and how many cannot be taken */
	int64_t cut_ms;       /* since when the rest waits to be told; STORED_WATCH_NEVER */
};

/* Inserts or replaces by source. */
int store_put_watch(struct store *store, const struct stored_watch *watch);

/* Returns 0; -ENOENT. */
int store_get_watch(struct store *store, const char *source, struct stored_watch *ret);

/* All, latest first; *ret is the caller's to free. */
int store_list_watches(struct store *store, struct stored_watch **ret, size_t *ret_n);

/* None is here: the daemon starts, or ends. */
int store_no_watch_is_here(struct store *store);
