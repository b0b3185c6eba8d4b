/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where on a storage the files are: by what the watch says itself (GarminDevice.xml), else by the tables. The
 * watch's file is remembered, and read again when its size or its date is another. */

#include "conf/devices.h"
#include "fetch/mtp_listing.h"

struct mtp_places {
	struct mtp_listing *listing; /* borrowed */
	uint32_t storage;
	int failed; /* why a folder on the way could not be listed; 0 */
	bool doubtful; /* what is remembered turned out to be wrong: nothing of it should be believed */
};

/* As devices_match_listing(). */
bool mtp_places_match(
	struct mtp_places *places, const struct devices *devices, struct device_match *ret);

/* The handle of a folder, of which each step on the way was listed. MTP_ANY for ""; 0: it is not there. */
uint32_t mtp_places_handle(const struct mtp_places *places, const char *path);
