/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Bytes put aside while an import of any size is under way: the first ones in memory, further ones in a file without a
 * name in the spool, which is gone when the process is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spill {
	uint8_t *buffer; /* owned; what is not in the file yet */
	size_t used;
	uint64_t flushed; /* bytes in the file */
	bool has_file;
	int fd;
};

/* Appends. Returns 0; -ENOMEM; -ENOSPC; other negative errno. */
int spill_put(struct spill *spill, const char *state_dir, const void *data, size_t size,
	uint64_t *ret_at);

/* Reads what was put at a place. Returns 0; -EIO. */
int spill_get(const struct spill *spill, uint64_t at, void *ret, size_t size);
void spill_done(struct spill *spill);
