/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files on their way in, and the originals that are kept.
 *
 * What a crash or a power cut leaves is always one of: a part, which spool_list() removes; a whole file,
 * which it lists; the same with its origin lost, which is imported as well (its source will show it
 * again and is then told that the content is known). Call everything that writes here with the import
 * lock held. */

#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a spooled file came from; kept beside it (SHA256.from) so that a restart knows. */
struct spool_origin {
	char source[64];    /* "folder:/home/x/sync", "watch:3421500000", "import" */
	char path[1024];    /* below the source; for messages and for the list of known paths */
	int64_t size_bytes; /* -1: the source does not say */
	int64_t mtime_ns;
	int64_t serial; /* of the device; -1 unknown */
};

struct spool_file {
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin; /* source "spool", path the hash, when it was lost */
};

/* The hash of what fd holds from its current position, which is restored: to see whether content is
 * known before anything is copied. Errors as spool_take(). */
int spool_hash(int fd, const struct spool_origin *origin, uint8_t ret_hash[HASH_BYTES]);

/* Copies what fd holds (a regular file, from its current position) into the spool: temporary name,
 * fsync, rename; hash computed on the way. Reads at most FILE_MAX_BYTES.
 * Returns 0; -EFBIG beyond the limit; -ENODATA when fewer or more bytes came than origin->size_bytes
 * (it is being written, or the cable was pulled); -EISDIR for a folder and -EINVAL for any other thing
 * that is not a regular file; -ENOSPC; other negative errno. Nothing is left behind on failure. */
int spool_take(const char *state_dir, int fd, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES]);

/* The same for a store that is thrown away (store_throw_away()): nothing waits for the disk. */
int spool_take_for_now(const char *state_dir, int fd, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES]);

/* All whole files in the spool, oldest first; removes parts that a crash left. The caller frees *ret.
 * No spool yet: none. */
int spool_list(const char *state_dir, struct spool_file **ret, size_t *ret_n);

/* A read-only descriptor of a spooled (or, failing that, archived) original; -ENOENT. */
int spool_open(const char *state_dir, const uint8_t hash[HASH_BYTES]);

/* Puts the original into the archive (a link, then fsync of its folder); a no-op when it is there. */
int archive_keep(const char *state_dir, const uint8_t hash[HASH_BYTES]);
int archive_open(const char *state_dir, const uint8_t hash[HASH_BYTES]);

/* Calls back for each original that is kept, in no order of meaning. A negative answer ends the walk and is
 * returned. */
int archive_each(const char *state_dir,
	int (*on_original)(const uint8_t hash[HASH_BYTES], void *userdata), void *userdata);

/* Removes an original; one that is not there is fine. */
int archive_remove(const char *state_dir, const uint8_t hash[HASH_BYTES]);

/* Removes a file from the spool, whatever became of it; 0 also when it is not there. */
int spool_remove(const char *state_dir, const uint8_t hash[HASH_BYTES]);
