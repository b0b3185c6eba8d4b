/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/zone.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RULES_FROM_S INT64_C(631152000) /* 1990 */
#define RULES_TO_S INT64_C(2840140800)  /* 2060 */
/* No zone changes its clocks twice in a week: between two looks there is one change at most. */
#define RULES_STEP_S INT64_C(604800)

int zone_set(const char *name)
{
	if (!name || !*name) {
		(void)unsetenv("TZ");
		tzset();
		return 0;
	}
	if (name[0] == '/' || name[0] == '.' || strstr(name, "..") || strlen(name) > 64)
		return -EINVAL;
	char path[128];
	(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	if (strcmp(name, "UTC") != 0 && access(path, R_OK) < 0)
		return -ENOENT;
	if (setenv("TZ", name, 1) < 0)
		return -errno;
	tzset();
	return 0;
}

int32_t zone_offset_s(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm local;
	if (!localtime_r(&t, &local))
		return 0;
	return (int32_t)local.tm_gmtoff;
}

/* The first second of (from_s, to_s] that has the offset of to_s. */
static int64_t find_change(int64_t from_s, int64_t to_s)
{
	int32_t offset_s = zone_offset_s(to_s);
	while (to_s - from_s > 1) {
		int64_t middle = from_s + (to_s - from_s) / 2;
		if (zone_offset_s(middle) == offset_s)
			to_s = middle;
		else
			from_s = middle;
	}
	return to_s;
}

void zone_read_rules(struct zone_rules *ret)
{
	int64_t at_s = RULES_FROM_S;
	*ret = zone_rules_fixed(zone_offset_s(at_s));
	ret->at[0].from_s = at_s;
	for (; at_s < RULES_TO_S; at_s += RULES_STEP_S) {
		int64_t next_s = at_s + RULES_STEP_S;
		int32_t offset_s = zone_offset_s(next_s);
		if (offset_s == ret->at[ret->n - 1].offset_s)
			continue;
		if (ret->n == ZONE_RULES_MAX)
			memmove(ret->at, ret->at + 1, --ret->n * sizeof ret->at[0]);
		ret->at[ret->n++] = (struct zone_rule) { find_change(at_s, next_s), offset_s };
	}
}

int32_t zone_day(int64_t utc_s, int32_t offset_s, int32_t day_start_h)
{
	int64_t local_s = utc_s + offset_s - (int64_t)day_start_h * 3600;
	return (int32_t)(local_s / 86400 - (local_s % 86400 < 0));
}

/* Two guesses bracket the answer: the offset a day before and the one a day after. The earlier instant
 * that shows the wanted time is right; when neither does, the clocks jumped over it. */
int64_t zone_instant_s(int32_t day, double hour_of_day)
{
	int64_t local_s = (int64_t)day * 86400 + (int64_t)llround(hour_of_day * 3600);
	int64_t before = local_s - zone_offset_s(local_s - 86400);
	int64_t after = local_s - zone_offset_s(local_s + 86400);
	int64_t first = before < after ? before : after;
	int64_t last = before < after ? after : before;
	if (first + zone_offset_s(first) == local_s)
		return first;
	if (last + zone_offset_s(last) == local_s)
		return last;
	while (last - first > 1) { /* the jump lies between them */
		int64_t middle = first + (last - first) / 2;
		if (middle + zone_offset_s(middle) < local_s)
			first = middle;
		else
			last = middle;
	}
	return last;
}
