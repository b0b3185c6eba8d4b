/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/calendar.h"

#include "util/zone.h"

#include <math.h>

int64_t ms_of_hours(double at_h)
{
	return (int64_t)llround(at_h * 3600) * 1000;
}

static int32_t day_of(const void *context, double at_h)
{
	const struct zone_calendar *zone = context;
	int64_t utc_s = (int64_t)floor(at_h * 3600 + 1e-6);
	return zone_day(utc_s, zone_offset_s(utc_s), zone->day_start_h);
}

static double instant_of(const void *context, int32_t day, double hour_of_day)
{
	const struct zone_calendar *zone = context;
	/* a day that begins at 04:00 has its 02:00 on the civil day after */
	int32_t civil_day = day + (hour_of_day < zone->day_start_h ? 1 : 0);
	return (double)zone_instant_s(civil_day, hour_of_day) / 3600.0;
}

struct calendar calendar_of_zone(const struct zone_calendar *zone)
{
	return (struct calendar) { .day_of = day_of, .instant_of = instant_of, .context = zone };
}
