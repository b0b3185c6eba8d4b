/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Reader of TCX files (Garmin TrainingCenterDatabase v2): bytes in, activities out. */

#include "activity/activity.h"

/* Whether data begins like XML (a byte order mark and blanks may stand in front). */
bool tcx_is(const uint8_t *data, size_t size);

/* What libxml2 needs once before a sandbox closes: its tables, encodings, and the allocator. */
void tcx_prepare(void);

/* As fit_decode(). Valid = well-formed, apart from blanks before the declaration, and a
 * TrainingCenterDatabase. A DOCTYPE is refused. */
int tcx_decode(const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err);
