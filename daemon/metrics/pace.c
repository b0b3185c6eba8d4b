/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/pace.h"

#include "metrics/elevation.h"
#include "metrics/stats.h"

#include <math.h>

#define LEVEL_COST 3.6
#define FACTOR_MIN 0.875
#define SMOOTHING_S 30u
#define SPEED_MIN_COVERAGE 0.5
#define POWER_MIN_COVERAGE 0.70

double pace_cost(double grade)
{
	double i = clamp(grade, -GRADE_MAX, GRADE_MAX);
	return ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + LEVEL_COST;
}

double pace_factor(double grade)
{
	return fmax(FACTOR_MIN, pace_cost(grade) / LEVEL_COST);
}

void pace_graded(const double *speed_mps, const double *grade, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = speed_mps[i] * pace_factor(grade ? grade[i] : 0.0);
}

double pace_normalized(const double *values, size_t n)
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++) {
		size_t from = i + 1 > SMOOTHING_S ? i + 1 - SMOOTHING_S : 0;
		double window = 0.0;
		for (size_t k = from; k <= i; k++)
			window += isnan(values[k]) ? 0.0 : values[k];
		double mean = window / (double)(i + 1 - from);
		sum += mean * mean * mean * mean;
	}
	return n > 0 ? pow(sum / (double)n, 0.25) : (double)NAN;
}

static double coverage(const double *values, size_t n)
{
	size_t valid = 0;
	for (size_t i = 0; i < n; i++)
		valid += isnan(values[i]) ? 0 : 1;
	return n > 0 ? (double)valid / (double)n : 0.0;
}

static double load_of(double intensity, double seconds)
{
	return 100.0 * seconds / 3600.0 * intensity * intensity;
}

void pace_load(const double *graded_mps, size_t n, double threshold_mps, struct pace_load *ret)
{
	*ret = (struct pace_load) { (double)NAN, (double)NAN, (double)NAN };
	if (!(threshold_mps > 0.0) || coverage(graded_mps, n) < SPEED_MIN_COVERAGE)
		return;
	ret->normalized_mps = pace_normalized(graded_mps, n);
	ret->intensity = ret->normalized_mps / threshold_mps;
	ret->rtss = load_of(ret->intensity, (double)n);
}

double pace_load_of_average(double speed_mps, double timer_s, double threshold_mps)
{
	if (!(threshold_mps > 0.0 && speed_mps >= 0.0 && timer_s > 0.0))
		return (double)NAN;
	return load_of(speed_mps / threshold_mps, timer_s);
}

double pace_power(const double *power_w, size_t n)
{
	return coverage(power_w, n) < POWER_MIN_COVERAGE ? (double)NAN
							 : pace_normalized(power_w, n);
}

double pace_power_load(const double *power_w, size_t n, double critical_power_w)
{
	return pace_load_of_average(pace_power(power_w, n), (double)n, critical_power_w);
}
