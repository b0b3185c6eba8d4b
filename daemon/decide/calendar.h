/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The strain model's calendar on the process's time zone (util/zone.h): its hours are UTC seconds since
 * the epoch / 3600, its days local days since 1970-01-01. */

#include "strain/strain.h"

struct zone_calendar {
	int32_t day_start_h;
};

/* zone is borrowed by the calendar. */
struct calendar calendar_of_zone(const struct zone_calendar *zone);

static inline double hours_of_ms(int64_t ms)
{
	return (double)ms / 3600000.0;
}

/* The instant rounded to the second. */
int64_t ms_of_hours(double at_h);
