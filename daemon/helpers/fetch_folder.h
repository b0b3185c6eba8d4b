/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A folder, or a volume that is a watch (fetch_volume.c), read on behalf of the daemon. */

#include "conf/devices.h"
#include "helpers/fetch_channel.h"

/* All that is in a folder. Returns 0 when the daemon heard the END. */
int fetch_folder(struct fetch_channel *channel, const char *folder);

/* Reads the tables, then closes in: the folder to read, the spool to write. Returns 0; a negative errno, and
 * *ret_why says what failed. */
int fetch_folder_prepare(const struct fetch_channel *channel, const char *folder,
	struct devices **ret, const char **ret_why);

/* A mounted volume: only when it is laid out like a watch, and only the folders that the tables name. What is
 * new is told first (LISTED), then fetched. Once a volume is pulled its files seem to be deleted or damaged, so
 * before such a thing is said it is looked whether the volume is still there.
 *
 * END carries 0; -EMEDIUMTYPE: no watch; -ENODEV: it was pulled or unmounted; -EACCES: no right to read it.
 * Returns 0 when the daemon heard it. */
int fetch_volume(struct fetch_channel *channel, const char *folder);
