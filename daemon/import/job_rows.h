/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The items of an import, and the transaction that stores them. */

#include "import/job.h"
#include "ipc/report.h"
#include "store/store_import.h"

enum item_state {
	ITEM_QUEUED,
	ITEM_PARSING,
	ITEM_PARSED,     /* the report is whole: its activities are stored */
	ITEM_REFUSED,    /* the report says why */
	ITEM_KNOWN,      /* content that was met before */
	ITEM_UNREADABLE, /* never came into the spool */
};

struct import_item {
	struct spool_file file;
	enum item_state state;
	bool tried_again;
	struct report report;
};

/* A part of a source that was seen whole. */
struct import_walk {
	char *source, *root; /* owned */
};

struct import_items {
	struct import_item *list; /* owned */
	uint64_t *keys; /* owned: the first bytes of each hash, side by side for searching */
	size_t n, capacity;
	struct import_walk *walks; /* owned */
	size_t walks_n;
};

/* NULL when memory is short; valid until the next call. */
struct import_item *import_items_add(struct import_items *items, const struct spool_file *file);
/* Returns 0; -ENOMEM. */
int import_items_walked(struct import_items *items, const char *source, const char *root);
/* The item with this content; NULL. */
const struct import_item *import_items_find(
	const struct import_items *items, const uint8_t hash[HASH_BYTES]);
void import_items_done(struct import_items *items);

/* The local day and offset of an activity that is to be stored. */
void import_place(const struct conf *conf, struct activity_row *row);

struct import_writing {
	struct store *store;
	const struct conf *conf;
	int64_t now_ms;
	bool quiet;       /* nothing is announced */
	bool eject_first; /* as decide_settings has it */
};

/* Archive, rows, day totals, decision, outbox: then the spool is emptied. */
int import_rows_write(const struct import_writing *what, struct import_items *items,
	struct import_result *ret, char *ret_why);
