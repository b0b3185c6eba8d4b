/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/days.h"

#include <math.h>

#define SPIKE_WINDOW_S (30.0 * 24 * 3600)

const char *const spike_class_names[SPIKE_CLASS_COUNT] = {
	[SPIKE_NO_REFERENCE] = "no_reference",
	[SPIKE_REFERENCE] = "reference",
	[SPIKE_SMALL] = "small",
	[SPIKE_MODERATE] = "moderate",
	[SPIKE_LARGE] = "large",
};

static enum spike_class class_of(double ratio)
{
	if (isnan(ratio))
		return SPIKE_NO_REFERENCE;
	if (ratio <= 1.10)
		return SPIKE_REFERENCE;
	if (ratio <= 1.30)
		return SPIKE_SMALL;
	return ratio <= 2.0 ? SPIKE_MODERATE : SPIKE_LARGE;
}

void days_session_spike(
	const struct spike_session *sessions, size_t n, size_t index, struct days_spike *ret)
{
	struct days_spike spike = { .ratio = (double)NAN, .longest_m = (double)NAN };
	for (size_t i = 0; i < n; i++) {
		double ahead_s = sessions[index].start_s - sessions[i].start_s;
		if (!(ahead_s > 0.0 && ahead_s <= SPIKE_WINDOW_S) || isnan(sessions[i].distance_m))
			continue;
		spike.prior_runs++;
		spike.longest_m = fmax(spike.longest_m, sessions[i].distance_m);
	}
	if (spike.longest_m > 0.0)
		spike.ratio = sessions[index].distance_m / spike.longest_m;
	spike.class = class_of(spike.ratio);
	*ret = spike;
}
