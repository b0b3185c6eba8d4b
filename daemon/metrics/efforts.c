/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/efforts.h"

#include "metrics/profile.h"
#include "metrics/stats.h"

#include <math.h>
#include <stdbool.h>

#define LONGEST_MIN_M 3000.0
#define DISTANCES_MIN 3u
#define R2_MIN 0.99
#define RESERVE_MAX_M 500.0
#define THRESHOLD_OF_CRITICAL 0.96
#define RIEGEL_MIN_M 1500.0
#define RIEGEL_EXPONENT 1.06
#define THRESHOLD_OF_TRAINING 1.15

const double effort_distances_m[EFFORT_DISTANCES] = { 400, 800, 1000, 1500, 3000, 5000 };

/* Men's world records over those distances, seconds. */
static const double record_s[EFFORT_DISTANCES] = { 43.03, 100.91, 131.96, 206.00, 437.55, 755.36 };

const char *const threshold_source_names[THRESHOLD_SOURCE_COUNT] = {
	[THRESHOLD_NONE] = "none",
	[THRESHOLD_CONFIGURED] = "configured",
	[THRESHOLD_CRITICAL_SPEED] = "critical_speed",
	[THRESHOLD_RIEGEL] = "riegel",
	[THRESHOLD_TRAINING_PACE] = "training_pace",
};

static bool beats_record(double target_m, double seconds)
{
	for (size_t i = 0; i < EFFORT_DISTANCES; i++) {
		if (effort_distances_m[i] == target_m)
			return seconds < record_s[i];
	}
	return false;
}

double effort_best(const double *distance_m, size_t n, double target_m)
{
	double best = (double)NAN;
	size_t end = 0, before = 0; /* `before` is the last known sample ahead of `end` */
	for (size_t i = 0; i < n; i++) {
		if (isnan(distance_m[i]))
			continue;
		if (end < i)
			end = before = i;
		while (end < n && !(distance_m[end] - distance_m[i] >= target_m)) {
			if (!isnan(distance_m[end]))
				before = end;
			end++;
		}
		if (end == n)
			break;
		double step_m = distance_m[end] - distance_m[before];
		double share = 1.0;
		if (step_m > 0.0)
			share = (target_m - (distance_m[before] - distance_m[i])) / step_m;
		double seconds = (double)(before - i) + share * (double)(end - before);
		if (!(seconds >= best))
			best = seconds;
	}
	return beats_record(target_m, best) ? (double)NAN : best;
}

/* How many different distances there are, and the longest. */
static size_t count_distances(const struct effort *efforts, size_t n, double *ret_longest_m)
{
	size_t count = 0;
	double longest_m = 0.0;
	for (size_t i = 0; i < n; i++) {
		bool fresh = !isnan(efforts[i].seconds);
		for (size_t k = 0; k < i && fresh; k++) {
			fresh = isnan(efforts[k].seconds) ||
				efforts[k].distance_m != efforts[i].distance_m;
		}
		count += fresh;
		if (fresh)
			longest_m = fmax(longest_m, efforts[i].distance_m);
	}
	*ret_longest_m = longest_m;
	return count;
}

static struct critical_speed fit_line(const struct effort *efforts, size_t n)
{
	double t = 0.0, d = 0.0, tt = 0.0, td = 0.0, dd = 0.0;
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		if (isnan(efforts[i].seconds))
			continue;
		used++;
		t += efforts[i].seconds;
		d += efforts[i].distance_m;
	}
	t /= (double)used;
	d /= (double)used;
	for (size_t i = 0; i < n; i++) {
		if (isnan(efforts[i].seconds))
			continue;
		double x = efforts[i].seconds - t, y = efforts[i].distance_m - d;
		tt += x * x;
		td += x * y;
		dd += y * y;
	}
	struct critical_speed line = { .speed_mps = td / tt };
	line.reserve_m = d - line.speed_mps * t;
	line.r2 = td * td / (tt * dd);
	return line;
}

void effort_critical_speed(const struct effort *efforts, size_t n, struct critical_speed *ret)
{
	*ret = (struct critical_speed) { (double)NAN, (double)NAN, (double)NAN };
	double longest_m;
	if (count_distances(efforts, n, &longest_m) < DISTANCES_MIN || longest_m < LONGEST_MIN_M)
		return;
	struct critical_speed line = fit_line(efforts, n);
	/* all comparisons are false for the NAN of equal times */
	if (line.r2 >= R2_MIN && line.reserve_m >= 0.0 && line.reserve_m <= RESERVE_MAX_M)
		*ret = line;
}

static double riegel_speed(const struct effort *efforts, size_t n)
{
	double best = (double)NAN;
	for (size_t i = 0; i < n; i++) {
		if (!(efforts[i].distance_m >= RIEGEL_MIN_M && efforts[i].seconds > 0.0))
			continue;
		double hour_m = efforts[i].distance_m *
				pow(3600.0 / efforts[i].seconds, 1.0 / RIEGEL_EXPONENT);
		best = fmax(best, hour_m / 3600.0);
	}
	return best;
}

double effort_training_speed(double *run_speeds_mps, size_t n)
{
	return THRESHOLD_OF_TRAINING * stats_median(run_speeds_mps, n);
}

double effort_threshold_speed(double configured_mps, const struct effort *efforts, size_t efforts_n,
	double *run_speeds_mps, size_t runs_n, enum threshold_source *ret_source)
{
	if (configured_mps >= THRESHOLD_MIN_MPS && configured_mps <= THRESHOLD_MAX_MPS) {
		*ret_source = THRESHOLD_CONFIGURED;
		return configured_mps;
	}
	struct critical_speed critical;
	effort_critical_speed(efforts, efforts_n, &critical);
	const double found[THRESHOLD_SOURCE_COUNT] = {
		[THRESHOLD_CRITICAL_SPEED] = THRESHOLD_OF_CRITICAL * critical.speed_mps,
		[THRESHOLD_RIEGEL] = riegel_speed(efforts, efforts_n),
		[THRESHOLD_TRAINING_PACE] = effort_training_speed(run_speeds_mps, runs_n),
	};
	for (int i = THRESHOLD_CRITICAL_SPEED; i < THRESHOLD_SOURCE_COUNT; i++) {
		if (!isnan(found[i])) {
			*ret_source = (enum threshold_source)i;
			return found[i];
		}
	}
	*ret_source = THRESHOLD_NONE;
	return (double)NAN;
}
