/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch records between the activities. A file holds hours or a night of it, seldom a whole day: a
 * reader hands on the samples as they stand in the file, and days are made of them where the samples of
 * all files come together (docs/formats.md, "wellness"). */

#include <stdint.h>

/* More of them in one file are dropped. A day with a stress value each minute has 1,500. */
#define FILE_MAX_WELLNESS 300000u

/* Local time of a sample minus UTC where the file does not say it. */
#define UTC_OFFSET_UNKNOWN INT32_MIN

/* These are stored by number: a new one goes to the end. */
enum wellness_kind {
	WELLNESS_RESTING_HR,       /* bpm, of the day so far */
	WELLNESS_RESTING_HR_MEAN,  /* bpm, mean of a week */
	WELLNESS_STRESS,           /* 0-100 */
	WELLNESS_HRV_NIGHT,        /* rMSSD in ms, mean of last night */
	WELLNESS_HRV_FIVE_MINUTES, /* rMSSD in ms */
	WELLNESS_SLEEP_LEVEL, /* from then on: 0 not measured, 1 awake, 2 light, 3 deep, 4 REM */
	WELLNESS_SLEEP_SCORE, /* 0-100, of last night */
	WELLNESS_KIND_COUNT,
};

struct wellness_sample {
	int64_t time_ms; /* UTC, milliseconds since the epoch */
	int32_t utc_offset_s;
	enum wellness_kind kind;
	double value;
};

/* One night or day of wellness, dated by the local day of waking; NAN where unknown. */
struct wellness_day {
	int32_t day; /* days since 1970-01-01, local */
	double resting_hr_bpm, stress_avg, hrv_rmssd_ms, sleep_h;
};
