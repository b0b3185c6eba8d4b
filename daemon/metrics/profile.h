/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The runner as the metrics need to know him or her: what was configured (with dates), and what holds
 * for one activity after the fallback chains of docs/metrics.md ("heart rate") were followed. */

#include "activity/activity.h"

#include <stddef.h>
#include <stdint.h>

enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_COUNT };

enum profile_key {
	PROFILE_HR_MAX_BPM,
	PROFILE_HR_REST_BPM,
	PROFILE_THRESHOLD_HR_BPM,
	PROFILE_THRESHOLD_SPEED_MPS,
	PROFILE_CRITICAL_POWER_W,
	PROFILE_KEY_COUNT,
};

/* A configured value that holds from a local day on; PROFILE_ALWAYS for one without a date. */
#define PROFILE_ALWAYS INT32_MIN
struct profile_entry {
	enum profile_key key;
	int32_t from_day; /* days since 1970-01-01 */
	double value;
};

#define PROFILE_MAX_ENTRIES 64u

/* What the configuration says. */
struct runner_profile {
	enum sex sex;
	int32_t birth_year; /* 0: not given */
	struct profile_entry entries[PROFILE_MAX_ENTRIES];
	size_t entries_n;
};

enum value_source {
	VALUE_UNKNOWN,    /* the value is NAN */
	VALUE_CONFIGURED, /* by the runner */
	VALUE_DEVICE,     /* by the file */
	VALUE_OBSERVED,   /* from earlier activities */
	VALUE_WELLNESS,   /* from the nights before */
	VALUE_AGE,        /* from a formula */
	VALUE_DEFAULT,    /* a guess, flagged */
	VALUE_SOURCE_COUNT,
};

extern const char *const value_source_names[VALUE_SOURCE_COUNT]; /* "configured", "device", ... */

struct profile_value {
	double value;
	enum value_source source;
};

/* What holds for one activity. */
struct profile {
	enum sex sex;
	struct profile_value values[PROFILE_KEY_COUNT];
};

/* Follows the chains for an activity on a local day: configured, then what the file carries, then
 * age, then the defaults (facts A2). A value that no step gives is NAN with VALUE_UNKNOWN. */
void profile_resolve(const struct runner_profile *runner, const struct file_profile *file,
	int32_t day, struct profile *ret);
