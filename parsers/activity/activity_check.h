/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Plausibility of decoded values: for what a decoder took from a file, and for what crossed a
 * process boundary and is trusted as little. A value that no watch can mean becomes unknown, since a
 * wrong number does more harm than none; infinity and NAN never pass as anything but unknown.
 *
 * Each function returns how many values it made unknown. */

#include "activity/activity.h"

/* Years 1970 to 2100; times outside are an unset clock. */
#define ACTIVITY_TIME_MIN_MS INT64_C(0)
#define ACTIVITY_TIME_MAX_MS INT64_C(4133980800000)

#define ACTIVITY_UTC_OFFSET_MAX_S (15 * 3600)
#define ACTIVITY_DISTANCE_MAX_M 1e7

/* Sport, start, offset and all stated values. Counts beyond FILE_MAX_RECORDS are cut to it, for a
 * count has no unknown. */
int activity_check_summary(struct activity_summary *summary);

int activity_check_record(struct activity_record *record);
int activity_check_profile(struct file_profile *profile);
int activity_check_wellness(struct wellness_day *day);

/* The product name as well: ends within its array and is clean UTF-8. */
int activity_check_device(struct file_device *device);
