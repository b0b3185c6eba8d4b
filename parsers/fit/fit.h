/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Reader of FIT files: bytes in, activities out. No files, no clock, no globals. */

#include "activity/activity.h"

/* Decodes a whole file, all chained parts.
 *
 * ret  initialised by decoded_file_init(); filled also when something is wrong, so that what the
 *      file gives can be reported; the caller calls decoded_file_done() in every case
 * err  where and why, on a negative return
 * Returns 0 (ret->valid says whether header, CRC and framing of every part hold; otherwise
 * ret->problems says what does not); -EBADMSG when nothing could be read; -EFBIG beyond a limit of
 * activity.h; -ENOMEM. */
int fit_decode(const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err);
