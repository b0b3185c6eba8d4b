/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What time it is: the system's, a fixed one (`--now`), or the test clock's file. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock_source {
	bool fixed;
	int64_t fixed_ms;
	const char *file; /* test clock: one RFC 3339 line; borrowed; NULL for the system's clock */
};

/* Milliseconds since the epoch, UTC. A test clock that cannot be read gives its last value. */
int64_t clock_now_ms(struct clock_source *source);

/* RFC 3339 with an offset or Z, fraction of up to nine digits: "2026-05-03T06:12:44Z".
 * Returns 0; -EINVAL. */
int clock_parse(const char *text, int64_t *ret_ms);

#define CLOCK_TEXT_BYTES 32u

/* "2026-05-03T06:12:44Z", truncated to the second. Returns ret. */
char *clock_format(int64_t time_ms, char ret[CLOCK_TEXT_BYTES]);

/* Days since 1970-01-01 of a civil date (proleptic Gregorian), and back. */
int32_t clock_days_from_civil(int32_t year, uint32_t month, uint32_t day);
void clock_civil_from_days(int32_t days, int32_t *ret_year, uint32_t *ret_month, uint32_t *ret_day);
