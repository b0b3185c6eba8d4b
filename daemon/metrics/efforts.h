/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Best efforts over distances, and the threshold speed that they show. docs/metrics.md, "threshold". */

#include <stddef.h>

/* A time over a distance; seconds NAN = none. */
struct effort {
	double distance_m, seconds;
};

/* The distances that critical speed is read from. */
#define EFFORT_DISTANCES 6u
extern const double effort_distances_m[EFFORT_DISTANCES]; /* 400 ... 5000 */

/* The shortest time for a distance in a series of distances, one a second: begins on a sample, ends
 * between two. NAN when the distance is not covered, or when the time beats the men's world record,
 * which is a fault of the GPS. `distance_m` must not fall; NAN is skipped. */
double effort_best(const double *distance_m, size_t n, double target_m);

struct critical_speed {
	double speed_mps, reserve_m, r2; /* D = speed * t + reserve */
};

/* Least squares through the efforts. NAN unless there are 3 distances, the longest at least 3000 m, R2
 * at least 0.99 and a reserve of 0...500 m. Source: Smyth & Muniz-Pumares 2020, MSSE. */
void effort_critical_speed(const struct effort *efforts, size_t n, struct critical_speed *ret);

enum threshold_source {
	THRESHOLD_NONE,
	THRESHOLD_CONFIGURED,
	THRESHOLD_CRITICAL_SPEED,
	THRESHOLD_RIEGEL,
	THRESHOLD_TRAINING_PACE,
	THRESHOLD_SOURCE_COUNT,
};
extern const char *const threshold_source_names[THRESHOLD_SOURCE_COUNT];

/* 1.15 of the median graded speed of runs; NAN for none. Sorts `run_speeds_mps`. */
double effort_training_speed(double *run_speeds_mps, size_t n);

/* About the speed for one hour: configured (1...7 m/s); 0.96 of the critical speed (heuristic); the best
 * of D * (3600 / T)^(1 / 1.06) / 3600 over the efforts of at least 1500 m (Riegel 1981); 1.15 of the
 * median graded speed of runs of at least 20 min (heuristic); NAN. Sorts `run_speeds_mps`. */
double effort_threshold_speed(double configured_mps, const struct effort *efforts, size_t efforts_n,
	double *run_speeds_mps, size_t runs_n, enum threshold_source *ret_source);
