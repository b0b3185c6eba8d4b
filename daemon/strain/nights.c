/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/nights.h"

#include "metrics/stats.h"
#include "metrics/wellness.h"
#include "strain/constants.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define WEEK 7u
#define BASE 60u
#define SERIES (WEEK + BASE)
#define BASE_MIN 21u /* values of the 60 days that a base needs */

size_t wellness_until(const struct strain_history *history, int32_t day)
{
	size_t lo = 0, hi = history->wellness_n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (history->wellness[middle].day <= day)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

/* The last SERIES days of one kind, index 0 is the day itself; NAN where there is none. */
static void read_series(const struct view *view, size_t member, double lo, double hi, double *ret)
{
	const struct strain_history *history = &view->model->history;
	for (size_t k = 0; k < SERIES; k++)
		ret[k] = (double)NAN;
	for (size_t i = wellness_until(history, view->nights_day); i-- > 0;) {
		int64_t back = (int64_t)view->nights_day - history->wellness[i].day;
		if (back >= (int64_t)SERIES)
			break;
		double value;
		memcpy(&value, (const char *)&history->wellness[i] + member, sizeof value);
		if (value >= lo && value <= hi)
			ret[back] = value;
	}
}

struct window {
	double mean, sd;
	size_t n;
};

static struct window window_of(const double *series, size_t first, size_t last)
{
	double values[SERIES];
	size_t n = stats_pick(series + first, last - first + 1, -INFINITY, INFINITY, values);
	return (struct window) { .mean = stats_mean(values, n), .sd = stats_sd(values, n), .n = n };
}

static void read_hrv(const struct view *view, struct nights *ret)
{
	double series[SERIES];
	read_series(view, offsetof(struct wellness_day, hrv_rmssd_ms), 5, 250, series);
	double oldest_first[SERIES];
	for (size_t k = 0; k < SERIES; k++)
		oldest_first[k] = series[SERIES - 1 - k];
	struct wellness_shift shift;
	wellness_hrv_shift(oldest_first, SERIES, &shift);
	ret->hrv_z = shift.z;
	ret->hrv_recent_ms = exp(shift.recent); /* the means are those of logarithms */
	ret->hrv_base_ms = exp(shift.base);
}

static void read_rhr(const struct view *view, struct nights *ret)
{
	double series[SERIES];
	read_series(view, offsetof(struct wellness_day, resting_hr_bpm), 25, 110, series);
	struct window base = window_of(series, WEEK, SERIES - 1);
	ret->rhr_recent_bpm = window_of(series, 0, 2).mean;
	ret->rhr_base_bpm = base.n >= BASE_MIN ? base.mean : (double)NAN;
	double limit = fmax(base.mean + strain_constants.red_min_bpm,
		base.mean + strain_constants.red_sds * fmax(base.sd, 1));
	limit = fmin(base.mean + strain_constants.red_bpm, limit);
	ret->red_flag = base.n >= BASE_MIN && series[0] >= limit && series[1] >= limit;
}

static void read_sleep(const struct view *view, struct nights *ret)
{
	double series[SERIES];
	read_series(view, offsetof(struct wellness_day, sleep_h), 0, 24, series);
	struct window own = window_of(series, 7, 34); /* nights 8...35 */
	double need = own.n >= 7 ? clamp(own.mean, 7, 9) : 7.5;
	double missing[3];
	for (size_t k = 0; k < 3; k++)
		missing[k] = need - series[k] < 0 ? 0 : need - series[k];
	ret->sleep_short_h = window_of(missing, 0, 2).mean;
	ret->sleep_h = window_of(series, 0, 2).mean;
	ret->sleep_need_h = need;
}

static void read_stress(const struct view *view, struct nights *ret)
{
	double series[SERIES];
	read_series(view, offsetof(struct wellness_day, stress_avg), 0, 100, series);
	struct window recent = window_of(series, 1, 3);
	struct window base = window_of(series, 4, 63);
	ret->stress_recent = recent.n >= 2 ? recent.mean : (double)NAN;
	ret->stress_base = base.mean;
	ret->stress_z = base.n >= 14 ? (ret->stress_recent - base.mean) /
					       fmax(base.sd, strain_constants.stress_sd_floor)
				     : (double)NAN;
}

void nights_read(const struct view *view, struct nights *ret)
{
	read_hrv(view, ret);
	read_rhr(view, ret);
	read_sleep(view, ret);
	read_stress(view, ret);
}
