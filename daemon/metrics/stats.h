/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The few statistics that the metrics and the strain model share. A value that cannot be had is NAN. */

#include <math.h>
#include <stddef.h>

/* x limited to lo...hi; NAN stays NAN. */
static inline double clamp(double x, double lo, double hi)
{
	if (x < lo)
		return lo;
	return x > hi ? hi : x;
}

/* 0 at a and below, 1 at b and above, linear between; NAN stays NAN. */
static inline double ramp(double x, double a, double b)
{
	return clamp((x - a) / (b - a), 0.0, 1.0);
}

/* The sum of n values. */
double stats_sum(const double *values, size_t n);

/* The mean; NAN when n is 0. */
double stats_mean(const double *values, size_t n);

/* The sample standard deviation (n - 1); NAN when n < 2. */
double stats_sd(const double *values, size_t n);

/* The q-quantile (0...1): position (n - 1) * q of the sorted values, linear between neighbours; NAN
 * when n is 0. Sorts `values` in place; they must be finite. */
double stats_percentile(double *values, size_t n, double q);

/* The 0.5-quantile, on the same terms. */
double stats_median(double *values, size_t n);

/* Copies the values that are not NAN and lie in lo...hi to `ret` (room for n; may be `values`).
 * Returns how many. */
size_t stats_pick(const double *values, size_t n, double lo, double hi, double *ret);
