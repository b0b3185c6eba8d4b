/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Nights and days between the activities: how the last week stands against the 60 days before it.
 * A single night means nothing. docs/metrics.md, "wellness". */

#include <stddef.h>

/* The last 7 days against the 60 before those 7. `recent` and `base` are means of what is there; `sd`
 * (with its floor) and `z` need at least 3 of 7 and 21 of 60. NAN = cannot be had. */
struct wellness_shift {
	double recent, base, sd, z;
};

/* Nightly rMSSD in ms, one a day, oldest first, NAN = missing, 5...250 valid; compared as natural
 * logarithms, SD floor 0.03. Sources: Plews 2013 (Sports Med), 2014 (IJSPP), Buchheit 2014. */
void wellness_hrv_shift(const double *rmssd_ms, size_t n, struct wellness_shift *ret);

/* Resting heart rate in bpm, 25...110 valid, SD floor 1. */
void wellness_rhr_shift(const double *bpm, size_t n, struct wellness_shift *ret);

enum wellness_state {
	WELLNESS_UNKNOWN,
	WELLNESS_LOW,
	WELLNESS_NORMAL,
	WELLNESS_HIGH,
	WELLNESS_STATE_COUNT,
};
extern const char *const wellness_state_names[WELLNESS_STATE_COUNT];

/* Beyond +-0.5 SD, the smallest worthwhile change, a shift is low or high. */
enum wellness_state wellness_state_of(const struct wellness_shift *shift);

/* A day of stress samples (0...100; negative = not measured). */
struct wellness_stress {
	double mean, high_share; /* NAN below 120 valid samples; high is 76 and above */
	size_t valid;
};
void wellness_stress_day(const double *samples, size_t n, struct wellness_stress *ret);

/* From t_s on the watch saw this level: 0 unmeasurable, 1 awake, 2 light, 3 deep, 4 REM. */
struct sleep_level {
	double t_s;
	int level;
};

/* Hours of light, deep and REM sleep up to end_s; a stretch of more than 4 h without a change is a gap.
 * NAN when nothing was measured. */
double wellness_sleep_hours(const struct sleep_level *levels, size_t n, double end_s);
