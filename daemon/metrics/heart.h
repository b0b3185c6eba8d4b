/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a series of heart rates (bpm, one value per timer second, NAN = missing) says: how much of it is
 * believable, and the classic load sums. Formulas and sources: docs/metrics.md, "heart rate". */

#include "metrics/profile.h"

#include <stddef.h>
#include <stdint.h>

#define HEART_MIN_BPM 30.0
#define HEART_MAX_BPM 230.0
#define HEART_MIN_COVERAGE 0.70    /* below it there are no loads (heuristic) */
#define HEART_MIN_RESERVE_BPM 30.0 /* maximum minus rest; below it there are no loads */
#define HEART_THRESHOLD_SHARE 0.85 /* of the reserve, when no threshold is known (heuristic) */

/* Writes the believable values to `ret` (n values, not `hr`) and NAN for the rest: values outside
 * 30...230, and values more than 8 bpm away from the median of the values in the centred window of 11 s
 * if it holds at least 5. A heart moves by about 3 bpm in a second, so a ramp survives and a spike
 * does not (heuristic). */
void heart_clean(const double *hr, size_t n, double *ret);

/* The highest value that five consecutive clean seconds all reach; NAN when there are no five. */
double heart_peak(const double *clean, size_t n);

struct heart_limits {
	enum sex sex; /* SEX_UNKNOWN: the mean of both weights */
	double rest_bpm, max_bpm;
	double threshold_bpm;    /* NAN: rest + 0.85 of the reserve */
	double vt1_bpm, vt2_bpm; /* NAN: rest + 0.65 of the reserve; the threshold */
};

struct heart_loads {
	double banister, edwards, lucia; /* TRIMP */
	double hrtss;                    /* 100 = an hour at threshold */
	double coverage;                 /* valid seconds / seconds; 0 when limits make no sense */
	double avg_bpm;                  /* of the valid seconds */
};

/* The load sums of a cleaned series. From HEART_MIN_COVERAGE on they are scaled to all seconds; below,
 * they are NAN. With a reserve below HEART_MIN_RESERVE_BPM everything is NAN and the coverage 0.
 * Sources: Banister 1991 and Morton 1990 (J Appl Physiol), Edwards 1993, Lucia 2003 (MSSE). */
void heart_loads(
	const double *clean, size_t n, const struct heart_limits *limits, struct heart_loads *ret);

/* Seconds at each whole heart rate, of `seconds` in all. */
#define HEART_RATES 201u /* HEART_MIN_BPM ... HEART_MAX_BPM */
struct heart_counts {
	double seconds;
	uint32_t at[HEART_RATES];
};

/* The same from counts: the order of the seconds does not matter to any of them. */
void heart_loads_of_counts(const struct heart_counts *counts, const struct heart_limits *limits,
	struct heart_loads *ret);

/* Aerobic decoupling in percent: the rows with a graded speed of at least 1 m/s and a clean heart rate,
 * at least 1200 of them, cut in halves; how much the ratio of mean speed to mean heart rate falls from
 * the first to the second. NAN when there are too few. Source: Friel; coaching convention. */
double heart_decoupling(const double *graded_speed_mps, const double *clean, size_t n);

/* Whether an optical sensor seems to have counted steps: |hr - spm| <= 2 for more than 60 % of the rows
 * and a correlation above 0.8 (heuristic). */
bool heart_is_cadence_lock(const double *hr, const double *steps_per_min, size_t n);
