/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Times as TCX files write them: ISO 8601, whole date and time of day. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcx_time {
	int64_t utc_ms;   /* milliseconds since the epoch; finer digits are cut off */
	bool has_offset;  /* the writer gave local time with an offset that is not zero */
	int32_t offset_s; /* local time minus UTC */
};

/* The whole of text[0..size), with blanks around it allowed: YYYY-MM-DDThh:mm:ss, a fraction of up
 * to nine digits, then Z, an offset (+hh:mm, +hhmm, +hh) or nothing, which is read as UTC.
 *
 * A zero offset counts as Z: writers that turn every time into UTC print "+00:00", so it says
 * nothing about where the runner was. 24:00:00 and a leap second roll over into the next minute.
 * Returns 0; -EINVAL for anything else, also for a day that does not exist, an offset beyond 15 h
 * and a year outside 1970-2100 (an unset clock). */
int tcx_time_parse(const char *text, size_t size, struct tcx_time *ret);
