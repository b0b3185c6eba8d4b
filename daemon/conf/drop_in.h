/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Small files beside the settings: drop-ins, keys and tokens. Each appears whole or not at all, and what
 * the user wrote by hand is never touched. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct drop_in_rights {
	mode_t mode, folder_mode;
	gid_t gid; /* (gid_t)-1: as it comes */
};

/* Who may read it: the system's are for its group, a user's own for nobody else.
 * Returns 0; -ENOENT when the system service's group is missing. */
int drop_in_rights(bool system, struct drop_in_rights *ret);

/* Writes path: a temporary file, fsync, rename. Folders that are missing are made.
 *
 * replace  whether a file of that name may be replaced; else -EEXIST
 * Returns 0; negative errno, and then nothing has changed. */
int drop_in_write(
	const char *path, const char *text, const struct drop_in_rights *rights, bool replace);
