/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Originals handed on to a folder outside of the store. */

#include "activity/activity.h"
#include "util/hash.h"

#define ORIGINAL_NAME_BYTES 64u

/* "2026-05-16T070000Z-0a1b2c3d4e5f6071.fit": sorts by date, is the same each time, and no watch had a hand in it.
 * Returns ret. */
char *original_name(int64_t at_ms, const uint8_t hash[HASH_BYTES], enum file_format format,
	char ret[ORIGINAL_NAME_BYTES]);

/* Copies what the spool or the archive holds into an open folder: a temporary name that ends in ".part", looked
 * through by its hash, fsync, and then its name, which never replaces anything.
 * Returns 0; -EEXIST that name is there already; -ENOENT there is no original (any more); -EBADMSG it is not what
 * was imported; -ENOSPC; other negative errno. */
int original_place(
	const char *state_dir, const uint8_t hash[HASH_BYTES], int folder_fd, const char *name);
