/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What goes along when the service changes: the store, and the settings with the keys that they name. Nothing is
 * deleted: what it takes the place of is put aside under another name. */

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

/* Copies the store, unless there is nothing in it or the other place has one that is worth something.
 * ret_copied  whether it was. Returns false after saying why not. */
bool setup_take_store(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_copied);

/* Copies the settings, if anything stands in them, so that the service that takes over does what the other one did.
 * ret_wrote  whether any file was. Returns false after saying why not. */
bool setup_take_settings(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_wrote);

/* Renames a file or folder to NAME.moved, or a numbered name beside it. */
bool setup_put_aside(const char *path);
