/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Daily loads and the windows over them. A daily series is one value per local day, oldest first, 0 for
 * a day without activity, and ends today. docs/metrics.md, "days and windows". */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What days_totals() needs of an activity. */
struct day_activity {
	int64_t start_utc_s;
	bool has_offset;
	int32_t offset_s; /* local time minus UTC */
	double load;      /* NAN counts as 0, but the day counts */
};

struct day_totals {
	int32_t first_day; /* days since 1970-01-01; of no meaning when days_n is 0 */
	double *loads;     /* owned by the caller */
	size_t days_n;
};

/* The local day on which an instant falls, with days that begin at `day_start_hour`. */
int32_t days_local_day(int64_t utc_s, int32_t offset_s, int32_t day_start_hour);

/* The sum of each day from the first activity to `as_of_day`; activities of later days do not count.
 * Returns 0; -ENOMEM; -ERANGE when that would be more than 200 years. */
int days_totals(const struct day_activity *activities, size_t n, int32_t as_of_day,
	int32_t default_offset_s, int32_t day_start_hour, struct day_totals *ret);

/* Ratios of short and long means. NAN: too few days, or a denominator below 1. */
struct days_acwr {
	double acute, chronic;     /* 7 and 28 days, including today */
	double chronic_uncoupled;  /* days 8 to 28 */
	double coupled, uncoupled; /* acute / chronic, acute / chronic_uncoupled */
};
void days_rolling_acwr(const double *daily, size_t n, struct days_acwr *ret);

/* The same with exponential weights 2 / (N + 1), seeded with the first day; the ratio from 28 days on.
 * Only acute, chronic and coupled are set. Source: Williams 2017, Br J Sports Med. */
void days_ewma_acwr(const double *daily, size_t n, struct days_acwr *ret);

/* The last 7 days: sum, mean / sample SD (10 at most), their product; NAN with fewer days.
 * Source: Foster 1998, Med Sci Sports Exerc. */
struct days_foster {
	double weekly, monotony, strain;
};
void days_foster(const double *daily, size_t n, struct days_foster *ret);

/* Impulse response at the end of the last day. Source: Banister 1975; Morton 1990. */
struct days_response_constants {
	double p0, k1, k2, tau1_days, tau2_days;
};
extern const struct days_response_constants days_response_defaults;
struct days_response {
	double fitness, fatigue, performance;
};
void days_banister(const double *daily, size_t n, const struct days_response_constants *constants,
	struct days_response *ret);

/* CTL and ATL at the end of a day, X += (load - X) * (1 - exp(-1 / T)) with T = 42 and 7; TSB is CTL
 * minus ATL of the day before. `seed` is the value of both before the first day. Writes n days.
 * Source: Coggan 2003. */
struct days_pmc {
	double ctl, atl, tsb;
};
void days_pmc(const double *daily, size_t n, double seed, struct days_pmc *ret);

/* CTL of the last day minus CTL seven days earlier; NAN with fewer than 8 days. */
double days_pmc_ramp(const struct days_pmc *pmc, size_t n);

/* Days in a row that end today. A day is hard when its load reaches max(50, P75 of the non-zero loads
 * of the 42 days before it; 80 when these are fewer than 10), less 0.5 (heuristic). */
size_t days_hard_streak(const double *daily, size_t n);
size_t days_run_streak(const double *daily, size_t n);

/* One run among others, for the comparison with the longest of the 30 x 24 h before it. */
struct spike_session {
	double start_s;    /* on any axis of seconds */
	double distance_m; /* NAN: unknown, no part in it */
};

enum spike_class {
	SPIKE_NO_REFERENCE,
	SPIKE_REFERENCE, /* <= 1.10 */
	SPIKE_SMALL,     /* <= 1.30 */
	SPIKE_MODERATE,  /* <= 2.0 */
	SPIKE_LARGE,
	SPIKE_CLASS_COUNT,
};
extern const char *const spike_class_names[SPIKE_CLASS_COUNT];

struct days_spike {
	double ratio;     /* distance / longest before; NAN when one of them is not there */
	double longest_m; /* NAN: none */
	enum spike_class class;
	size_t prior_runs; /* runs with a distance in the window */
};

/* Sessions in any order. Source: Schuster Brandt Frandsen 2025, Br J Sports Med. */
void days_session_spike(
	const struct spike_session *sessions, size_t n, size_t index, struct days_spike *ret);
