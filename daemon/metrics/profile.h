/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The runner as the metrics need to know him or her: what was configured (with dates), and what holds
 * for one activity after the fallback chains of docs/metrics.md ("heart rate") were followed. */

#include "activity/activity.h"
#include "metrics/efforts.h"

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
extern const char *const profile_key_names[PROFILE_KEY_COUNT]; /* "hr_max_bpm", ... */

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
	VALUE_UNKNOWN,        /* the value is NAN */
	VALUE_CONFIGURED,     /* by the runner */
	VALUE_DEVICE,         /* by the file */
	VALUE_OBSERVED,       /* from earlier activities */
	VALUE_WELLNESS,       /* from the nights before */
	VALUE_AGE,            /* from a formula */
	VALUE_DEFAULT,        /* a guess, flagged */
	VALUE_CRITICAL_SPEED, /* from best times over several distances */
	VALUE_BEST_EFFORT,    /* from the best time over one */
	VALUE_TRAINING_PACE,  /* from usual paces, a guess, flagged */
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
	/* The threshold speed is that of best times which are no faster than training: nobody ran hard yet. */
	bool easy_efforts;
};

/* A configured threshold speed outside these is none (about the speed for one hour). */
#define THRESHOLD_MIN_MPS 1.0
#define THRESHOLD_MAX_MPS 7.0

/* The maximum: configured; device; the highest of the peaks observed in the last 365 days that is above
 * the estimate by at most 24 bpm; the estimate 208 - 0.7 * age (Tanaka 2001, J Am Coll Cardiol), or 180
 * when the age is unknown (heuristic). NAN where a step has nothing; implausible values are skipped. */
struct profile_value profile_hr_max(double configured_bpm, double device_bpm,
	const double *peaks_bpm, size_t peaks_n, double age_years);

/* The resting rate: configured; the median of the last 7 nights (oldest first, NAN = missing) if 3 of
 * them are there; device; 60 (heuristic). Only 25...110 is believed. */
struct profile_value profile_hr_rest(
	double configured_bpm, const double *nights_bpm, size_t nights_n, double device_bpm);

/* The threshold: configured; device if rest + 10 <= it <= maximum; rest + 0.85 of the reserve
 * (heuristic). */
struct profile_value profile_threshold_hr(
	double configured_bpm, double device_bpm, double rest_bpm, double max_bpm);

/* What was known before an activity. Days reach back from the instant it started. */
#define HISTORY_PEAK_DAYS 365
#define HISTORY_EFFORT_DAYS 90
#define HISTORY_NIGHTS 7
struct profile_history {
	const double
		*peaks_bpm; /* observed in the last 365 days; those that are doubtful left out */
	size_t peaks_n;
	const double *nights_bpm; /* resting, of the last 7 nights, oldest first; NAN: missing */
	size_t nights_n;
	struct effort efforts[EFFORT_DISTANCES]; /* the best of the last 90 days */
	double *run_speeds_mps; /* median graded speeds of their runs of at least 20 min; gets sorted */
	size_t run_speeds_n;
};

/* Follows the chains for an activity on a local day: configured (the latest entry that has begun), then
 * what the file carries, then what the history shows, then age, then the defaults. history may be NULL. A day
 * of INT32_MAX means "not known": the latest entries hold. A value that no step gives is NAN with
 * VALUE_UNKNOWN. Values are rounded to 4 decimals, as they are stored: what is computed from a stored one is
 * the same. */
void profile_resolve(const struct runner_profile *runner, const struct file_profile *file,
	int32_t day, const struct profile_history *history, struct profile *ret);
