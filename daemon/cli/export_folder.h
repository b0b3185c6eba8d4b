/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files of an export: each gets its name when it is whole and on the disk, and replaces nothing. */

#include <stdio.h>

struct export_folder {
	int fd;
};

/* Opens a folder that is empty, or makes it (0700). Returns 0; -ENOTEMPTY; other negative errno. */
int export_folder_open(const char *path, struct export_folder *ret);
void export_folder_done(struct export_folder *folder);

/* Writes one file by way of `write`, whose negative answer ends it without a trace.
 * Returns 0; -EEXIST; other negative errno. */
int export_file(const struct export_folder *folder, const char *name,
	int (*write)(FILE *to, void *userdata), void *userdata);
