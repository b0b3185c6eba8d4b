/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Landlock by its three system calls, for which there is nothing to link. */

#include <stddef.h>

/* Gives up every right that this kernel's Landlock knows: no file is opened, no TCP socket bound or
 * connected, no process outside signalled. PR_SET_NO_NEW_PRIVS must be set.
 *
 * Returns 0; -ENOSYS when the kernel has no Landlock or it is switched off; another negative errno. */
int landlock_deny_all(void);

enum landlock_right {
	LANDLOCK_LIST, /* the folder and those below it may be opened and listed, their files not */
	LANDLOCK_FILES, /* files in the folder may be read, made, written, renamed and removed */
	LANDLOCK_READ, /* the folder and all below it may be listed and read; or one file be read */
	LANDLOCK_DEVICE, /* this file may be read, written and given ioctl() */
};

struct landlock_path {
	const char *path;
	enum landlock_right right;
};

/* The same, but for these paths; one that is not there gives nothing. */
int landlock_confine(const struct landlock_path *paths, size_t n);
