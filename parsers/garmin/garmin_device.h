/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Reader of GarminDevice.xml (schema GarminDevice v2), in which a Garmin device says where it keeps files of
 * which type. Of interest are the folders out of which activities, nights and days come.
 *
 * An activity is FIT_TYPE_4, or on older devices FITBinary (FIT) or FitnessHistory (TCX); nights and days are
 * the FIT types 32 (monitoring), 44 (metrics), 49 (sleep) and 68 (heart rate variability). Only what comes out
 * of the device counts: TransferDirection OutputFromUnit, or InputOutput. */

#include "base/perr.h"

#include <stddef.h>
#include <stdint.h>

#define GARMIN_DEVICE_MAX_BYTES (4u << 20) /* of the file */
#define GARMIN_FOLDERS_MAX 32u
#define GARMIN_PATH_BYTES 256u
#define GARMIN_BEGIN_BYTES 64u

enum garmin_use { GARMIN_USE_ACTIVITY, GARMIN_USE_WELLNESS, GARMIN_USE_COUNT };

struct garmin_folder {
	enum garmin_use use;
	char path
		[GARMIN_PATH_BYTES]; /* "GARMIN/Activity", as it is spelled there; never with ".." */
	char begin[GARMIN_BEGIN_BYTES]; /* what its files' names begin with; "" for any */
};

struct garmin_device {
	struct garmin_folder folders[GARMIN_FOLDERS_MAX];
	size_t n;
};

/* Reads the whole file; one that is cut, has a DOCTYPE or is not well-formed says nothing.
 *
 * err  may be NULL
 * Returns 0, also when it names no such folder; -EBADMSG; -EFBIG; -ENOMEM. */
int garmin_device_decode(
	const uint8_t *data, size_t size, struct garmin_device *ret, struct parse_error *err);
