/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Steps and what they do to the legs: peak force, damage-equivalent steps, soreness dose, and which
 * regions carried it. One value a second, NAN = missing. Only ever to be held against the same runner's
 * own past: the exponents come from dead tissue in machines. docs/metrics.md, "mechanical load". */

#include "metrics/numbers.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether a cadence series already holds steps a minute: the median of its non-zero values is at least
 * 120 (no runner has 120 strides a minute; heuristic). Copies to `scratch` (n values). */
bool steps_are_counted(const double *cadence, size_t n, double *scratch);

/* Steps a minute from a cadence in either unit; from speed where there is no cadence at all (NULL, or
 * nothing but NAN and 0): 138 + 9 v within 150...200 when running, 110 when walking (heuristic).
 * `speed_mps` may be NULL. `ret` may not alias. Returns whether the cadence was there. */
bool steps_per_minute(const double *cadence, const double *speed_mps, size_t n, double *ret);

/* The series that the sums below are made from; NULL where a series is not there, except spm. */
struct steps_input {
	size_t n;
	const double *spm; /* steps a minute of both feet; NAN: no step */
	const double *speed_mps;
	const double *contact_time_ms;
	const double *grade;
	double threshold_mps; /* NAN: unknown */
};

struct steps_mechanics {
	double steps;
	double run_s, walk_s;
	double peak_force_bw;        /* mean over the steps with a force, in body weights */
	double damage[TISSUE_COUNT]; /* damage-equivalent steps */
};

/* Peak vertical force by Morin 2005 (J Appl Biomech) from cadence and contact time: recorded if
 * 120...400 ms and |grade| <= 0.05, else estimated from speed; walking 1.2 body weights. Steps count by
 * clamp(F * s / 2.3, 0.5, 1.6)^b with F the mean of the last 30 s. Source of the idea: Edwards 2018. */
void steps_mechanics(const struct steps_input *input, struct steps_mechanics *ret);

/* Whether a second is run: at least 140 steps a minute and 1.5 m/s (heuristic). */
bool steps_is_running(const struct steps_input *input, size_t i);

/* Steps weighted for each region; of use only to name one. */
void steps_regions(const struct steps_input *input, double ret[REGION_COUNT]);

/* How much of a step counts as fast at a share of the threshold speed, and what that adds for each region. */
double steps_fast_share(double intensity);
extern const double steps_fast_weights[REGION_COUNT];

struct steps_dose_input {
	size_t n;
	const double *distance_m;
	const double *height_m;   /* smoothed; NULL: none */
	const double *grade;      /* NULL: level */
	const double *graded_mps; /* NULL: unknown */
	double threshold_mps;     /* NAN: unknown */
	double stated_descent_m;  /* what counts without heights; NAN: unknown */
};

/* Weighted metres downhill for each metre of descent, where only its sum is known (heuristic). */
#define STEPS_STATED_DESCENT 1.8

struct steps_dose {
	double down, level, dose; /* weighted metres */
};

/* The soreness dose: metres of descent weighted by slope, plus metres of way weighted by intensity
 * (heuristic). */
void steps_dose(const struct steps_dose_input *input, struct steps_dose *ret);

/* What a metre counts for at a share of the threshold speed; NAN: unknown, then an easy one is taken. */
double steps_level_weight(double intensity);
