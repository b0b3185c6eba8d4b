/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/load.h"

#include <math.h>

#define SRPE_HOUR_AT_THRESHOLD 420.0 /* RPE 7 for 60 minutes */
#define LOAD_PER_HOUR 60.0

const char *const load_source_names[LOAD_SOURCE_COUNT] = {
	[LOAD_NONE] = "none",
	[LOAD_RTSS_HRTSS] = "rtss+hrtss",
	[LOAD_DISAGREE] = "disagree",
	[LOAD_RTSS] = "rtss",
	[LOAD_HRTSS] = "hrtss",
	[LOAD_POWER] = "power",
	[LOAD_SRPE] = "srpe",
	[LOAD_DURATION] = "duration",
};

double load_srpe(double rpe, double timer_s)
{
	if (!(rpe > 0.0 && rpe <= 10.0 && timer_s > 0.0))
		return (double)NAN;
	return rpe * timer_s / 60.0;
}

static double choose_of_two(double a, double b, enum load_source *ret_source)
{
	double smaller = fmin(a, b), larger = fmax(a, b);
	if (larger <= 2.0 * smaller) {
		*ret_source = LOAD_RTSS_HRTSS;
		return (a + b) / 2.0;
	}
	*ret_source = LOAD_DISAGREE;
	return smaller;
}

double load_choose(const struct load_parts *parts, enum load_source *ret_source)
{
	if (!isnan(parts->rtss) && !isnan(parts->hrtss))
		return choose_of_two(parts->rtss, parts->hrtss, ret_source);
	double hour = parts->timer_s > 0.0 ? LOAD_PER_HOUR * parts->timer_s / 3600.0 : (double)NAN;
	const struct {
		double load;
		enum load_source source;
	} chain[] = {
		{ parts->rtss, LOAD_RTSS },
		{ parts->hrtss, LOAD_HRTSS },
		{ parts->power, LOAD_POWER },
		{ parts->srpe * 100.0 / SRPE_HOUR_AT_THRESHOLD, LOAD_SRPE },
		{ hour, LOAD_DURATION },
	};
	for (size_t i = 0; i < sizeof chain / sizeof chain[0]; i++) {
		if (!isnan(chain[i].load)) {
			*ret_source = chain[i].source;
			return chain[i].load;
		}
	}
	*ret_source = LOAD_NONE;
	return (double)NAN;
}
