/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/heart.h"

#include "metrics/stats.h"

#include <math.h>

#define WINDOW_HALF_S 5u
#define WINDOW_S (2 * WINDOW_HALF_S + 1)
#define WINDOW_MIN 5u
#define SPIKE_BPM 8.0
#define PEAK_S 5u
#define DECOUPLING_MIN_ROWS 1200u

static bool is_believable(double hr)
{
	return hr >= HEART_MIN_BPM && hr <= HEART_MAX_BPM;
}

/* Insertion keeps the window sorted: eleven values need no qsort. */
static double window_median(const double *hr, size_t from, size_t to, size_t *ret_n)
{
	double sorted[WINDOW_S];
	size_t n = 0;
	for (size_t i = from; i < to; i++) {
		if (!is_believable(hr[i]))
			continue;
		size_t at = n++;
		for (; at > 0 && sorted[at - 1] > hr[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = hr[i];
	}
	*ret_n = n;
	if (n == 0)
		return (double)NAN;
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0;
}

void heart_clean(const double *hr, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++) {
		ret[i] = (double)NAN;
		if (!is_believable(hr[i]))
			continue;
		size_t from = i > WINDOW_HALF_S ? i - WINDOW_HALF_S : 0;
		size_t to = i + WINDOW_HALF_S + 1 < n ? i + WINDOW_HALF_S + 1 : n;
		size_t valid;
		double median = window_median(hr, from, to, &valid);
		if (valid < WINDOW_MIN || fabs(hr[i] - median) <= SPIKE_BPM)
			ret[i] = hr[i];
	}
}

double heart_peak(const double *clean, size_t n)
{
	double peak = (double)NAN;
	for (size_t i = 0; i + PEAK_S <= n; i++) {
		double lowest = INFINITY;
		for (size_t k = i; k < i + PEAK_S; k++)
			lowest = isnan(clean[k]) ? -INFINITY : fmin(lowest, clean[k]);
		if (isfinite(lowest) && !(lowest <= peak))
			peak = lowest;
	}
	return peak;
}

static double reserve_fraction(double hr, const struct heart_limits *limits)
{
	return clamp((hr - limits->rest_bpm) / (limits->max_bpm - limits->rest_bpm), 0.0, 1.0);
}

/* Banister's weight times the fraction: what one minute at x is worth. */
static double banister_rate(double x, enum sex sex)
{
	if (sex == SEX_MALE)
		return x * 0.64 * exp(1.92 * x);
	if (sex == SEX_FEMALE)
		return x * 0.86 * exp(1.67 * x);
	return x * 0.5 * (0.64 * exp(1.92 * x) + 0.86 * exp(1.67 * x));
}

/* Zones by tenths of the maximum from 50 % on; multiplied out, so that nothing is rounded. */
static double edwards_zone(double hr, double max_bpm)
{
	double zone = 0.0;
	for (int tenth = 5; tenth <= 9; tenth++)
		zone += 10.0 * hr >= tenth * max_bpm;
	return zone;
}

static double lucia_zone(double hr, const struct heart_limits *limits)
{
	return 1.0 + (hr >= limits->vt1_bpm) + (hr >= limits->vt2_bpm);
}

static struct heart_limits complete(const struct heart_limits *limits)
{
	struct heart_limits full = *limits;
	double reserve = full.max_bpm - full.rest_bpm;
	if (isnan(full.threshold_bpm))
		full.threshold_bpm = full.rest_bpm + HEART_THRESHOLD_SHARE * reserve;
	if (isnan(full.vt1_bpm))
		full.vt1_bpm = full.rest_bpm + 0.65 * reserve;
	if (isnan(full.vt2_bpm))
		full.vt2_bpm = full.threshold_bpm;
	return full;
}

/* Sums over seconds; all rates are per second. */
struct heart_sums {
	double banister, edwards, lucia, bpm, valid_s;
};

static void add_seconds(
	struct heart_sums *sums, double hr, double seconds, const struct heart_limits *limits)
{
	sums->valid_s += seconds;
	sums->bpm += seconds * hr;
	sums->banister += seconds * banister_rate(reserve_fraction(hr, limits), limits->sex);
	sums->edwards += seconds * edwards_zone(hr, limits->max_bpm);
	sums->lucia += seconds * lucia_zone(hr, limits);
}

static bool make_sense(const struct heart_limits *limits)
{
	return limits->max_bpm - limits->rest_bpm >= HEART_MIN_RESERVE_BPM;
}

/* What the sums over some of the seconds say of all of them. */
static void close_sums(const struct heart_sums *sums, double all_s,
	const struct heart_limits *limits, struct heart_loads *ret)
{
	*ret = (struct heart_loads) { (double)NAN, (double)NAN, (double)NAN, (double)NAN, 0.0,
		(double)NAN };
	if (!(sums->valid_s > 0.0))
		return;
	ret->coverage = sums->valid_s / all_s;
	ret->avg_bpm = sums->bpm / sums->valid_s;
	if (ret->coverage < HEART_MIN_COVERAGE)
		return;
	double minutes = all_s / sums->valid_s / 60.0; /* of timer time for one valid second */
	ret->banister = sums->banister * minutes;
	ret->edwards = sums->edwards * minutes;
	ret->lucia = sums->lucia * minutes;
	double threshold = reserve_fraction(limits->threshold_bpm, limits);
	double hour = 60.0 * banister_rate(threshold, limits->sex);
	if (hour > 0.0)
		ret->hrtss = 100.0 * ret->banister / hour;
}

void heart_loads(
	const double *clean, size_t n, const struct heart_limits *limits, struct heart_loads *ret)
{
	struct heart_sums sums = { 0 };
	struct heart_limits full = complete(limits);
	for (size_t i = 0; make_sense(limits) && i < n; i++)
		if (!isnan(clean[i]))
			add_seconds(&sums, clean[i], 1.0, &full);
	close_sums(&sums, (double)n, &full, ret);
}

void heart_loads_of_counts(const struct heart_counts *counts, const struct heart_limits *limits,
	struct heart_loads *ret)
{
	struct heart_sums sums = { 0 };
	struct heart_limits full = complete(limits);
	for (size_t i = 0; make_sense(limits) && i < HEART_RATES; i++)
		if (counts->at[i])
			add_seconds(&sums, HEART_MIN_BPM + (double)i, counts->at[i], &full);
	close_sums(&sums, counts->seconds, &full, ret);
}

static bool counts(double graded_speed_mps, double hr)
{
	return graded_speed_mps >= 1.0 && !isnan(hr);
}

double heart_decoupling(const double *graded_speed_mps, const double *clean, size_t n)
{
	size_t rows = 0;
	for (size_t i = 0; i < n; i++)
		rows += counts(graded_speed_mps[i], clean[i]);
	if (rows < DECOUPLING_MIN_ROWS)
		return (double)NAN;
	double speed[2] = { 0.0 }, hr[2] = { 0.0 };
	size_t seen = 0;
	for (size_t i = 0; i < n; i++) {
		if (!counts(graded_speed_mps[i], clean[i]))
			continue;
		size_t half = seen++ >= rows / 2;
		speed[half] += graded_speed_mps[i];
		hr[half] += clean[i];
	}
	/* The rows of a half stand in both of its means and cancel. */
	double first = speed[0] / hr[0], second = speed[1] / hr[1];
	return 100.0 * (first - second) / first;
}

bool heart_is_cadence_lock(const double *hr, const double *steps_per_min, size_t n)
{
	double x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
	size_t both = 0, close = 0;
	for (size_t i = 0; i < n; i++) {
		if (isnan(hr[i]) || !(steps_per_min[i] > 0.0))
			continue;
		both++;
		close += fabs(hr[i] - steps_per_min[i]) <= 2.0;
		x += hr[i];
		y += steps_per_min[i];
	}
	if ((double)close <= 0.6 * (double)n)
		return false;
	x /= (double)both;
	y /= (double)both;
	for (size_t i = 0; i < n; i++) {
		if (isnan(hr[i]) || !(steps_per_min[i] > 0.0))
			continue;
		xx += (hr[i] - x) * (hr[i] - x);
		yy += (steps_per_min[i] - y) * (steps_per_min[i] - y);
		xy += (hr[i] - x) * (steps_per_min[i] - y);
	}
	return xx > 0.0 && yy > 0.0 && xy / sqrt(xx * yy) > 0.8;
}
