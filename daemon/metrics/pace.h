/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Pace on slopes and what it costs; power on the same terms. One value a second, NAN = missing.
 * docs/metrics.md, "graded pace". */

#include <stddef.h>

/* Energy cost of running at a slope in J per kg and metre, |grade| limited to 0.45.
 * Source: Minetti 2002, J Appl Physiol. */
double pace_cost(double grade);

/* What a speed at this slope is worth on the level: max(0.875, cost / level cost). Downhill the cost
 * curve does not describe what runners do; the floor is the cheapest slope by heart rate (Robb 2017). */
double pace_factor(double grade);

/* Graded speed; `grade` may be NULL (level). `ret` may be `speed_mps`. */
void pace_graded(const double *speed_mps, const double *grade, size_t n, double *ret);

/* The fourth root of the mean fourth power of the trailing 30 s mean, in which NAN counts as 0 and the
 * window grows over the first 29 s. NAN when n is 0. */
double pace_normalized(const double *values, size_t n);

struct pace_load {
	double normalized_mps;
	double intensity; /* normalized / threshold */
	double rtss;      /* 100 = an hour at threshold */
};

/* The load of a series of graded speeds. All NAN without a threshold, or when fewer than half of the
 * rows have a speed. */
void pace_load(const double *graded_mps, size_t n, double threshold_mps, struct pace_load *ret);

/* 100 * hours * (mean / threshold)^2: of a normalized speed or power, or of the average of an activity without
 * samples. NAN when one is missing. */
double pace_load_of_average(double speed_mps, double timer_s, double threshold_mps);

/* P4, the normalized power; NAN when fewer than 70 % of the rows have one. */
double pace_power(const double *power_w, size_t n);

/* 100 * hours * (P4 / critical power)^2; NAN without a critical power or when fewer than 70 % of the
 * rows have a power. Makers differ by 10-30 %: only comparable within one device. */
double pace_power_load(const double *power_w, size_t n, double critical_power_w);
