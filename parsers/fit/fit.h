/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Reader of FIT files: bytes in, activities out. No files, no clock, no globals. */

#include "activity/activity.h"

/* Whether data begins like a FIT file (header size and ".FIT"). */
bool fit_is(const uint8_t *data, size_t size);

/* Decodes a whole file, all chained parts.
 *
 * ret  initialised by decoded_file_init(); filled also when something is wrong, so that what the
 *      file gives can be reported; the caller calls decoded_file_done() in every case
 * err  where and why, on a negative return
 * Returns 0 (ret->valid says whether header, CRC and framing of every part hold; otherwise
 * ret->problems says what does not); -EBADMSG when nothing could be read; -EFBIG beyond a limit of
 * activity.h; -ENOMEM. */
int fit_decode(const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err);

/* "garmin" for 1, "development" for 255 (FIT profile, type manufacturer); NULL when not in the profile. */
const char *fit_manufacturer_name(uint16_t manufacturer);

/* Whether a Garmin product has a barometer, or is known to have none; ALTITUDE_UNKNOWN for what is not listed
 * and for other makers. */
enum altitude_source fit_product_altitude(uint16_t manufacturer, uint16_t product);

/* The name of a Garmin product number as people know it ("Forerunner 965" for 4315); NULL when
 * unknown or of another maker. */
const char *fit_product_name(uint16_t manufacturer, uint16_t product);
