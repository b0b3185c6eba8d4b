/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* When a delivery that did not get through is tried again. Pure: no clock, no chance of its own. */

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_RETRY_AFTER_MAX_S \
	(6 * INT64_C(3600)) /* a receiver can hold us off that long, not longer */

/* The wait before the next attempt.
 *
 * attempts       how many were made, at least 1: after the first 5 s, then 30 s, 2, 10 and 30 min, then
 *                an hour each time
 * jitter         -1 ... 1: shifts the wait by up to a fifth, so that many senders do not knock together
 * retry_after_s  what the receiver asked for; the wait is never shorter. At most six hours count;
 *                0 or less: it asked for nothing (libcurl makes a negative value of a past date)
 * Returns milliseconds, at least 4,000. */
int64_t schedule_delay_ms(uint32_t attempts, double jitter, int64_t retry_after_s);

/* Whether a delivery may be tried now. A row written before the clock was set back lies further ahead
 * than any wait can be; such a row is due, else it would sleep for as long as the clock was wrong. */
bool schedule_is_due(int64_t next_ms, int64_t now_ms);
