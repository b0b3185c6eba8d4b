/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where the system's service and that of a person have their store and settings. */

#include "cli/setup.h"

#include <limits.h>

/* What belongs to one of the two services. */
struct setup_place {
	bool system;
	char state[PATH_MAX], config[PATH_MAX]; /* folder of the store; kneadd.conf */
	char owner[160];                        /* for chown: "knead:knead", "anna:" */
};

/* The system's, or that of the person it is for. Returns false when there is no such home. */
bool setup_place_find(const struct setup *setup, bool system, struct setup_place *ret);

/* Makes a folder of the person's with their rights. As root, too. */
bool setup_make_folder(const struct setup *setup, const char *folder);

/* Renames a file or folder to NAME.moved, or a numbered name beside it. */
bool setup_put_aside(const char *path);
