/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/days.h"

#include "metrics/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define ACUTE_DAYS 7u
#define CHRONIC_DAYS 28u
#define DENOMINATOR_MIN 1.0
#define MONOTONY_MAX 10.0
#define MAX_DAYS 73200 /* 200 years */

#define HARD_WINDOW_DAYS 42u
#define HARD_MIN_LOADS 10u
#define HARD_FLOOR 50.0
#define HARD_WITHOUT_HISTORY 80.0
#define HARD_SLACK 0.5

const struct days_response_constants days_response_defaults = {
	.p0 = 0.0, .k1 = 1.0, .k2 = 2.0, .tau1_days = 42.0, .tau2_days = 7.0
};

int32_t days_local_day(int64_t utc_s, int32_t offset_s, int32_t day_start_hour)
{
	double local_s = (double)utc_s + offset_s - 3600.0 * day_start_hour;
	return (int32_t)clamp(floor(local_s / 86400.0), INT32_MIN, INT32_MAX);
}

static int32_t day_of(
	const struct day_activity *activity, int32_t default_offset_s, int32_t day_start_hour)
{
	int32_t offset_s = activity->has_offset ? activity->offset_s : default_offset_s;
	return days_local_day(activity->start_utc_s, offset_s, day_start_hour);
}

int days_totals(const struct day_activity *activities, size_t n, int32_t as_of_day,
	int32_t default_offset_s, int32_t day_start_hour, struct day_totals *ret)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		int32_t day = day_of(&activities[i], default_offset_s, day_start_hour);
		if (day <= as_of_day && day < first)
			first = day;
	}
	if (first == INT64_MAX) {
		*ret = (struct day_totals) { 0 };
		return 0;
	}
	if (as_of_day - first >= MAX_DAYS)
		return -ERANGE;
	size_t days_n = (size_t)(as_of_day - first) + 1;
	double *loads = calloc(days_n, sizeof *loads);
	if (!loads)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int32_t day = day_of(&activities[i], default_offset_s, day_start_hour);
		if (day <= as_of_day && !isnan(activities[i].load))
			loads[day - first] += activities[i].load;
	}
	*ret = (struct day_totals) { (int32_t)first, loads, days_n };
	return 0;
}

static double ratio_of(double numerator, double denominator)
{
	return denominator >= DENOMINATOR_MIN ? numerator / denominator : (double)NAN;
}

void days_rolling_acwr(const double *daily, size_t n, struct days_acwr *ret)
{
	struct days_acwr acwr = { (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN };
	if (n >= ACUTE_DAYS)
		acwr.acute = stats_mean(daily + n - ACUTE_DAYS, ACUTE_DAYS);
	if (n >= CHRONIC_DAYS) {
		const double *month = daily + n - CHRONIC_DAYS;
		acwr.chronic = stats_mean(month, CHRONIC_DAYS);
		acwr.chronic_uncoupled = stats_mean(month, CHRONIC_DAYS - ACUTE_DAYS);
		acwr.coupled = ratio_of(acwr.acute, acwr.chronic);
		acwr.uncoupled = ratio_of(acwr.acute, acwr.chronic_uncoupled);
	}
	*ret = acwr;
}

static double ewma(const double *daily, size_t n, unsigned int days)
{
	if (n == 0)
		return (double)NAN;
	double lambda = 2.0 / (days + 1.0);
	double mean = daily[0];
	for (size_t i = 1; i < n; i++)
		mean = daily[i] * lambda + (1.0 - lambda) * mean;
	return mean;
}

void days_ewma_acwr(const double *daily, size_t n, struct days_acwr *ret)
{
	struct days_acwr acwr = {
		.acute = ewma(daily, n, ACUTE_DAYS),
		.chronic = ewma(daily, n, CHRONIC_DAYS),
		.chronic_uncoupled = (double)NAN,
		.coupled = (double)NAN,
		.uncoupled = (double)NAN,
	};
	if (n >= CHRONIC_DAYS)
		acwr.coupled = ratio_of(acwr.acute, acwr.chronic);
	*ret = acwr;
}

void days_foster(const double *daily, size_t n, struct days_foster *ret)
{
	if (n < ACUTE_DAYS) {
		*ret = (struct days_foster) { (double)NAN, (double)NAN, (double)NAN };
		return;
	}
	const double *week = daily + n - ACUTE_DAYS;
	struct days_foster foster = { .weekly = stats_sum(week, ACUTE_DAYS) };
	double sd = stats_sd(week, ACUTE_DAYS);
	if (foster.weekly > 0.0) {
		foster.monotony = MONOTONY_MAX;
		if (sd > 0.0)
			foster.monotony = fmin(foster.weekly / ACUTE_DAYS / sd, MONOTONY_MAX);
	}
	foster.strain = foster.weekly * foster.monotony;
	*ret = foster;
}

void days_banister(const double *daily, size_t n, const struct days_response_constants *constants,
	struct days_response *ret)
{
	double keep1 = exp(-1.0 / constants->tau1_days), keep2 = exp(-1.0 / constants->tau2_days);
	struct days_response response = { 0 };
	for (size_t i = 0; i < n; i++) {
		response.fitness = response.fitness * keep1 + daily[i];
		response.fatigue = response.fatigue * keep2 + daily[i];
	}
	response.performance =
		constants->p0 + constants->k1 * response.fitness - constants->k2 * response.fatigue;
	*ret = response;
}

void days_pmc(const double *daily, size_t n, double seed, struct days_pmc *ret)
{
	double long_step = 1.0 - exp(-1.0 / 42.0), short_step = 1.0 - exp(-1.0 / 7.0);
	double ctl = seed, atl = seed;
	for (size_t i = 0; i < n; i++) {
		ret[i].tsb = ctl - atl;
		ctl += (daily[i] - ctl) * long_step;
		atl += (daily[i] - atl) * short_step;
		ret[i].ctl = ctl;
		ret[i].atl = atl;
	}
}

double days_pmc_ramp(const struct days_pmc *pmc, size_t n)
{
	return n > 7 ? pmc[n - 1].ctl - pmc[n - 8].ctl : (double)NAN;
}

/* Whether daily[day] is hard, by what was usual before it. */
static bool is_hard(const double *daily, size_t day)
{
	double loads[HARD_WINDOW_DAYS];
	size_t n = 0;
	for (size_t i = day > HARD_WINDOW_DAYS ? day - HARD_WINDOW_DAYS : 0; i < day; i++) {
		if (daily[i] > 0.0)
			loads[n++] = daily[i];
	}
	double usual = HARD_WITHOUT_HISTORY;
	if (n >= HARD_MIN_LOADS)
		usual = stats_percentile(loads, n, 0.75);
	return daily[day] >= fmax(HARD_FLOOR, usual) - HARD_SLACK;
}

size_t days_hard_streak(const double *daily, size_t n)
{
	size_t streak = 0;
	while (streak < n && is_hard(daily, n - 1 - streak))
		streak++;
	return streak;
}

size_t days_run_streak(const double *daily, size_t n)
{
	size_t streak = 0;
	while (streak < n && daily[n - 1 - streak] > 0.0)
		streak++;
	return streak;
}
