/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which folders of a watch hold what: the tables of config/devices, read as sections that match a device
 * and then say something about it.
 *
 * The built-in tables are the shipped files as they were at build time; files in the system's folder
 * and then the administrator's replace those of the same name. */

#include "conf/problems.h"

#include <stdbool.h>
#include <stddef.h>

struct devices;

/* The tables as a program uses them: built-in, then DATADIR/knead/devices, then /etc/knead/devices.
 * Wrong lines are left out and named in problems (may be NULL).
 * Returns 0; -ENOMEM. */
int devices_load(struct devices **ret, struct problems *problems);

/* The built-in tables overlaid with *.devices of the given folders (a NULL ends the list). */
int devices_load_from(const char *const *folders, struct devices **ret, struct problems *problems);
struct devices *devices_free(struct devices *devices);

static inline void devices_freep(struct devices **devices)
{
	devices_free(*devices);
}

#define DEVICE_FOLDERS_MAX 16u
#define DEVICE_PATH_BYTES 256u

struct device_match {
	const char
		*section; /* "garmin-watch": the one whose tree this is; borrowed from the tables */
	const char *maker; /* "Garmin"; NULL: the table does not say */
	/* activity folders that exist, with their names as the tree spells them, relative to the root */
	char folders[DEVICE_FOLDERS_MAX][DEVICE_PATH_BYTES];
	size_t folders_n;
};

/* Whether the tree below root_fd is laid out like a watch, and if so where its activities are. Names are
 * compared without regard to ASCII case; symbolic links are not followed. The first section with a
 * folder that exists wins.
 * Returns false also when the tree cannot be read. */
bool devices_match_tree(const struct devices *devices, int root_fd, struct device_match *ret);

/* Whether a file of an activity folder is to be left alone: unfinished or hidden ones (temp.fit, names that begin
 * with '.' or '~'), or with an ending other than the section's. */
bool devices_skips_name(
	const struct devices *devices, const struct device_match *match, const char *name);
