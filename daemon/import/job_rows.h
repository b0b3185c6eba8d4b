/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The items of an import, and the transaction that stores them. */

#include "import/job.h"
#include "import/spill.h"
#include "ipc/report.h"
#include "store/store_import.h"

enum item_state {
	ITEM_QUEUED,
	ITEM_PARSING,
	ITEM_PARSED,  /* the report is whole: its activities are stored */
	ITEM_REFUSED, /* the report says why */
	ITEM_KNOWN,   /* content that was met before */
	ITEM_UNREADABLE, /* never came into the spool, or stays there: it says nothing of the content */
};

/* A file of the import; what is long of it is put aside. */
struct import_item {
	uint8_t hash[HASH_BYTES];
	int64_t start_ms;              /* of its first activity; INT64_MIN without one */
	uint64_t origin_at, report_at; /* in the spill */
	uint32_t origin_size, report_size;
	enum file_kind kind;
	enum item_state state;
	bool tried_again;
};

/* A part of a source that was seen whole. */
struct import_walk {
	char *source, *root; /* owned */
};

struct import_items {
	const char *state_dir; /* borrowed */
	struct spill spill;
	struct import_item *list; /* owned */
	uint64_t *keys; /* owned: the first bytes of each hash, side by side for searching */
	size_t n, capacity;
	struct import_walk *walks; /* owned */
	size_t walks_n;
};

/* ret_item  valid until the next call. Returns 0; -ENOMEM; -ENOSPC; other negative errno. */
int import_items_add(
	struct import_items *items, const struct spool_file *file, struct import_item **ret_item);

/* Puts the report of an item aside, and takes it out again (ret: initialised by the caller; empty when there is
 * none). Returns 0 or a negative errno. */
int import_items_keep(
	struct import_items *items, struct import_item *item, const struct report *report);
int import_items_report(
	const struct import_items *items, const struct import_item *item, struct report *ret);
int import_items_file(
	const struct import_items *items, const struct import_item *item, struct spool_file *ret);
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
