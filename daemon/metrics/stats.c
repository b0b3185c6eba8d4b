/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/stats.h"

#include <stdlib.h>

double stats_sum(const double *values, size_t n)
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum;
}

double stats_mean(const double *values, size_t n)
{
	return n > 0 ? stats_sum(values, n) / (double)n : (double)NAN;
}

double stats_sd(const double *values, size_t n)
{
	if (n < 2)
		return (double)NAN;
	double mean = stats_mean(values, n);
	double sum = 0.0;
	for (size_t i = 0; i < n; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return sqrt(sum / (double)(n - 1));
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double stats_percentile(double *values, size_t n, double q)
{
	if (n == 0)
		return (double)NAN;
	qsort(values, n, sizeof *values, compare);
	double position = (double)(n - 1) * clamp(q, 0.0, 1.0);
	size_t below = (size_t)position;
	if (below + 1 >= n)
		return values[n - 1];
	return values[below] + (values[below + 1] - values[below]) * (position - (double)below);
}

double stats_median(double *values, size_t n)
{
	return stats_percentile(values, n, 0.5);
}

size_t stats_pick(const double *values, size_t n, double lo, double hi, double *ret)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (values[i] >= lo && values[i] <= hi)
			ret[kept++] = values[i];
	}
	return kept;
}
