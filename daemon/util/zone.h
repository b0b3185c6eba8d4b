/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The runner's local time. The process has one zone, chosen at start (and at a reload): libc's.
 *
 * A local day is counted from 1970-01-01 and begins at day_start_h o'clock; clock changes make days of
 * 23 or 25 hours, so an instant is always looked up, never added up. */

#include "util/zone_rules.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes `name` ("Europe/Berlin") the zone; NULL or "" is the machine's own.
 * Returns 0; -ENOENT when the system has no such zone; -EINVAL for a name that is none. */
int zone_set(const char *name);

/* Local time minus UTC at an instant, in seconds. */
int32_t zone_offset_s(int64_t utc_s);

/* The zone's offsets from the year 1990, before any watch, to 2060; of more changes than fit the latest. */
void zone_read_rules(struct zone_rules *ret);

/* floor((utc_s + offset_s - day_start_h * 3600) / 86400). */
int32_t zone_day(int64_t utc_s, int32_t offset_s, int32_t day_start_h);

/* The instant at which the zone's clocks show hour_of_day (0...24, fractions allowed) on a civil day; of two
 * such instants the first, and where the clocks jump over it the instant of the jump. */
int64_t zone_instant_s(int32_t day, double hour_of_day);
