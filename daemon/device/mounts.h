/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The kernel's list of mounts, /proc/self/mountinfo, taken apart line by line (proc(5)). */

#include <stdbool.h>

struct mount_line {
	int id; /* given again once it is free */
	unsigned major, minor;
	const char *root;  /* "/"; else a part of a file system is shown somewhere else */
	const char *point; /* as it is called, no longer escaped */
	const char *type;  /* of the file system: "vfat", "nfs4"; "" */
	bool read_only;
};

/* Takes the next line at *at apart, in place, and moves *at behind it. Lines that make no sense are passed
 * over. Returns false after the last. */
bool mounts_next(char **at, struct mount_line *ret);
