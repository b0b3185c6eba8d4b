/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/human.h"

#include "activity/activity.h"
#include "util/clock.h"
#include "util/zone.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char *unknown(char *ret)
{
	(void)snprintf(ret, HUMAN_BYTES, "-");
	return ret;
}

char *human_duration(double seconds, char ret[HUMAN_BYTES])
{
	if (!isfinite(seconds) || fabs(seconds) > 1e10)
		return unknown(ret);
	long long whole = llround(fabs(seconds));
	const char *sign = seconds < 0 ? "-" : "";
	if (whole >= 3600)
		(void)snprintf(ret, HUMAN_BYTES, "%s%lld:%02lld:%02lld", sign, whole / 3600,
			whole / 60 % 60, whole % 60);
	else
		(void)snprintf(ret, HUMAN_BYTES, "%s%lld:%02lld", sign, whole / 60, whole % 60);
	return ret;
}

char *human_distance(double metres, char ret[HUMAN_BYTES])
{
	if (!isfinite(metres))
		return unknown(ret);
	if (metres < 999.5)
		(void)snprintf(ret, HUMAN_BYTES, "%.0f m", metres);
	else
		(void)snprintf(ret, HUMAN_BYTES, "%.2f km", metres / 1000);
	return ret;
}

char *human_number(double value, int decimals, const char *unit, char ret[HUMAN_BYTES])
{
	if (!isfinite(value))
		return unknown(ret);
	(void)snprintf(ret, HUMAN_BYTES, "%.*f%s%s", decimals, value, unit[0] ? " " : "", unit);
	return ret;
}

char *human_time_at(int64_t time_ms, int32_t offset_s, char ret[HUMAN_BYTES])
{
	if (time_ms == TIME_UNKNOWN_MS)
		return unknown(ret);
	char text[CLOCK_TEXT_BYTES];
	(void)clock_format(time_ms + (int64_t)offset_s * 1000, text);
	char *t = strchr(text, 'T');
	if (t)
		*t = ' ';
	(void)snprintf(ret, HUMAN_BYTES, "%.16s", text); /* without seconds and the Z */
	return ret;
}

char *human_time(int64_t time_ms, char ret[HUMAN_BYTES])
{
	if (time_ms == TIME_UNKNOWN_MS)
		return unknown(ret);
	int64_t seconds = time_ms / 1000 - (time_ms % 1000 < 0);
	return human_time_at(time_ms, zone_offset_s(seconds), ret);
}
