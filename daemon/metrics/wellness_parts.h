/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* From the samples of a file to the values of a local day. A file seldom holds a whole day: what it says
 * of one is a part, a few bytes for each kind, and the values are made of the parts of all files, so that
 * neither their order nor where the watch began a new file matters (docs/formats.md, "wellness"). */

#include "activity/wellness.h"
#include "util/zone_rules.h"

#include <stdbool.h>
#include <stddef.h>

/* Of one part; a value each minute of a day of 25 hours takes 3000. */
#define WELLNESS_PART_MAX_BYTES 4000u
#define WELLNESS_MAX_PARTS 2000u /* of one file */

struct wellness_part {
	int32_t day; /* local, since 1970-01-01 */
	enum wellness_kind kind;
	uint16_t size;
	uint8_t *bytes; /* owned; see wellness_points_pack() */
};

struct wellness_parts {
	struct wellness_part *list; /* owned; by day, then kind */
	size_t n;
};

void wellness_parts_done(struct wellness_parts *parts);

/* Appends a part with a copy of its bytes. Returns 0; -ENOMEM. */
int wellness_parts_add(struct wellness_parts *parts, const struct wellness_part *part);

/* Whether a part from outside is well-formed, not empty, and says nothing that cannot be. */
bool wellness_part_holds(const struct wellness_part *part);

/* Sorts samples into parts: stress, resting heart rate by the local day they fall on, days beginning at
 * day_start_h; what belongs to a night by the day of waking. Of stress one value a minute is kept. Samples
 * without a local time have the zone's at their instant. Sorts `samples` in place.
 *
 * ret_dropped  whether there was more than a part or WELLNESS_MAX_PARTS can hold
 * Returns 0; -ENOMEM. */
int wellness_parts_make(struct wellness_sample *samples, size_t n, const struct zone_rules *zone,
	int32_t day_start_h, struct wellness_parts *ret, bool *ret_dropped);

/* The values of one day from all its parts, in any order; a part may be there twice.
 *
 * - resting HR: the last value of the day, else the last mean of a week
 * - stress: mean of the values, when they cover at least 120 spans of three minutes
 * - HRV: the last summary of the night, else the mean of at least 12 values of five minutes
 * - sleep: hours of light, deep and REM sleep; of two parts that tell of the same time the one that
 *   tells of more counts; unknown when nothing but waking was seen
 *
 * A part that is not well-formed counts as not there. Returns 0; -ENOMEM. */
int wellness_parts_day(
	const struct wellness_part *parts, size_t n, int32_t day, struct wellness_day *ret);

/* The last sleep score among the parts of one day; NAN: none. It is shown and not used. */
double wellness_parts_sleep_score(const struct wellness_part *parts, size_t n);
