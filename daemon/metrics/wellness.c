/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/wellness.h"

#include "metrics/stats.h"

#include <math.h>
#include <stdbool.h>

#define RECENT_DAYS 7u
#define BASE_DAYS 60u
#define RECENT_MIN 3u
#define BASE_MIN 21u
#define STRESS_MAX 100.0
#define STRESS_HIGH 76.0
#define STRESS_MIN_VALID 120u
#define SLEEP_GAP_S (4.0 * 3600)

const char *const wellness_state_names[WELLNESS_STATE_COUNT] = {
	[WELLNESS_UNKNOWN] = "unknown",
	[WELLNESS_LOW] = "low",
	[WELLNESS_NORMAL] = "normal",
	[WELLNESS_HIGH] = "high",
};

struct measure {
	double lo, hi; /* what is believed */
	double sd_floor;
	bool logarithmic;
};

static size_t pick(const double *days, size_t n, const struct measure *measure, double *ret)
{
	size_t kept = stats_pick(days, n, measure->lo, measure->hi, ret);
	for (size_t i = 0; measure->logarithmic && i < kept; i++)
		ret[i] = log(ret[i]);
	return kept;
}

static void compute_shift(
	const double *days, size_t n, const struct measure *measure, struct wellness_shift *ret)
{
	double recent[RECENT_DAYS], base[BASE_DAYS];
	size_t recent_days = n < RECENT_DAYS ? n : RECENT_DAYS;
	size_t before = n - recent_days;
	size_t base_days = before < BASE_DAYS ? before : BASE_DAYS;
	size_t recent_n = 0, base_n = 0;
	if (recent_days > 0)
		recent_n = pick(days + before, recent_days, measure, recent);
	if (base_days > 0)
		base_n = pick(days + before - base_days, base_days, measure, base);
	struct wellness_shift shift = {
		.recent = stats_mean(recent, recent_n),
		.base = stats_mean(base, base_n),
		.sd = (double)NAN,
		.z = (double)NAN,
	};
	if (recent_n >= RECENT_MIN && base_n >= BASE_MIN) {
		shift.sd = fmax(stats_sd(base, base_n), measure->sd_floor);
		shift.z = (shift.recent - shift.base) / shift.sd;
	}
	*ret = shift;
}

void wellness_hrv_shift(const double *rmssd_ms, size_t n, struct wellness_shift *ret)
{
	static const struct measure hrv = { 5.0, 250.0, 0.03, true };
	compute_shift(rmssd_ms, n, &hrv, ret);
}

void wellness_rhr_shift(const double *bpm, size_t n, struct wellness_shift *ret)
{
	static const struct measure rhr = { 25.0, 110.0, 1.0, false };
	compute_shift(bpm, n, &rhr, ret);
}

enum wellness_state wellness_state_of(const struct wellness_shift *shift)
{
	if (isnan(shift->z))
		return WELLNESS_UNKNOWN;
	if (shift->z < -0.5)
		return WELLNESS_LOW;
	return shift->z > 0.5 ? WELLNESS_HIGH : WELLNESS_NORMAL;
}

void wellness_stress_day(const double *samples, size_t n, struct wellness_stress *ret)
{
	double sum = 0.0;
	size_t valid = 0, high = 0;
	for (size_t i = 0; i < n; i++) {
		if (!(samples[i] >= 0.0 && samples[i] <= STRESS_MAX))
			continue;
		valid++;
		sum += samples[i];
		high += samples[i] >= STRESS_HIGH;
	}
	bool enough = valid >= STRESS_MIN_VALID;
	*ret = (struct wellness_stress) {
		.mean = enough ? sum / (double)valid : (double)NAN,
		.high_share = enough ? (double)high / (double)valid : (double)NAN,
		.valid = valid,
	};
}

double wellness_sleep_hours(const struct sleep_level *levels, size_t n, double end_s)
{
	double asleep_s = 0.0;
	bool measured = false;
	for (size_t i = 0; i < n; i++) {
		double length_s = (i + 1 < n ? levels[i + 1].t_s : end_s) - levels[i].t_s;
		if (levels[i].level < 1 || levels[i].level > 4)
			continue;
		if (!(length_s > 0.0 && length_s <= SLEEP_GAP_S))
			continue;
		measured = true;
		if (levels[i].level >= 2)
			asleep_s += length_s;
	}
	return measured ? asleep_s / 3600.0 : (double)NAN;
}
