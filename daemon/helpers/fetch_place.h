/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* kneadd-fetch the other way round: originals of the archive into the feed folder, each when it is asked for
 * (ipc/place_wire.h). It reads the archive and the spool and writes in that folder, and nowhere else. */

#include "helpers/fetch_channel.h"

/* Serves until the channel ends. Returns 0; a negative errno. */
int fetch_place(const struct fetch_channel *channel, const char *folder);
