/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Copies of the store, while it is in use.
 *
 * A copy is one file that SQLite opens by itself. It has its name only when it is whole, on the disk, and was
 * read through from beginning to end. Copies that Knead makes by itself lie in the state directory:
 *
 *   backup/knead-000012-20260516T173000Z-schema3.db
 *
 * The number grows by one each time, so that a clock that jumped does not change which one is newest; the
 * schema tells which program can read it. */

#include "store/store.h"

#include <sys/types.h>

/* How many of the own copies are kept; besides, the newest of the schema before. */
#define BACKUPS_KEPT 5u
/* Not more often than this. */
#define BACKUP_EVERY_MS INT64_C(86400000)

/* Copies the store into a file.
 *
 * path  replaced when it is a store of Knead's; anything else that stands there stays
 * mode  of the new file
 * ret_why  STORE_WHY_BYTES; on failure one sentence
 * Returns 0; -EEXIST something else stands there, or it is the store itself; -ENOSPC; other negative errno.
 * Nothing is left behind on failure. */
int store_backup(struct store *store, const char *path, mode_t mode, char *ret_why);

/* Whether the newest own copy is so old, or so far in the future, that another one is to be made. */
bool backups_are_due(const char *state_dir, int64_t now_ms);

/* Makes an own copy and lets the oldest go. */
int backups_make(struct store *store, int64_t now_ms);

/* Removes all own copies. Returns 0 or a negative errno. */
int backups_remove(const char *state_dir);

#define BACKUP_NAME_BYTES 96u
struct backup_name {
	char name[BACKUP_NAME_BYTES]; /* below backup/ */
	uint32_t number;
	int schema;
	int64_t made_ms;
};

/* The own copies, newest first. The caller frees *ret. None: *ret_n is 0. */
int backups_list(const char *state_dir, struct backup_name **ret, size_t *ret_n);
