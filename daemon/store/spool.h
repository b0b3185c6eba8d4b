/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files on their way in, and the originals that are kept. */

#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a spooled file came from; kept beside it (SHA256.from) so that a restart knows. */
struct spool_origin {
	char source[64]; /* "folder:/home/x/sync", "watch:3421500000", "import" */
	char path[1024]; /* below the source; for messages and for the list of known paths */
	int64_t size_bytes, mtime_ns;
	int64_t serial; /* of the device; -1 unknown */
};

struct spool_file {
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin;
};

/* Copies what fd holds (a regular file, from its current position) into the spool: temporary name,
 * fsync, rename; hash computed on the way. Reads at most FILE_MAX_BYTES.
 * Returns 0; -EFBIG beyond the limit; -ENODATA when fewer bytes came than origin->size_bytes;
 * -ENOSPC; other negative errno. Nothing is left behind on failure. */
int spool_take(const char *state_dir, int fd, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES]);

/* All whole files in the spool, oldest first; removes parts that a crash left. The caller frees *ret. */
int spool_list(const char *state_dir, struct spool_file **ret, size_t *ret_n);

/* A read-only descriptor of a spooled (or, failing that, archived) original. */
int spool_open(const char *state_dir, const uint8_t hash[HASH_BYTES]);

/* Puts the original into the archive (a link, then fsync of its folder); a no-op when it is there. */
int archive_keep(const char *state_dir, const uint8_t hash[HASH_BYTES]);
int archive_open(const char *state_dir, const uint8_t hash[HASH_BYTES]);

/* Removes a file from the spool, whatever became of it. */
int spool_remove(const char *state_dir, const uint8_t hash[HASH_BYTES]);
