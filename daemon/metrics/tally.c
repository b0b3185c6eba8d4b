/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/tally.h"

#include "metrics/steps.h"

#include <math.h>

#define BINS_PER_MPS 10.0
#define AMOUNT_MAX 1e12 /* what no real activity comes near, and a float can hold */

void tally_init(struct tally *tally)
{
	const double unknown = (double)NAN;
	*tally = (struct tally) {
		.seconds = unknown,
		.paced_mps = unknown,
		.power_w = unknown,
		.down = unknown,
		.graded_mps = unknown,
		.file = { unknown, unknown, unknown, unknown, unknown, false, false },
	};
	for (size_t i = 0; i < REGION_COUNT; i++)
		tally->region_steps[i] = unknown;
	for (size_t i = 0; i < EFFORT_DISTANCES; i++)
		tally->effort_s[i] = unknown;
}

void tally_add(struct tally_sums *sums, double amount, double speed_mps, int power)
{
	if (!(speed_mps >= 0.0))
		return;
	double last = TALLY_SPEED_BINS - 1;
	size_t bin = (size_t)fmin(floor(speed_mps * BINS_PER_MPS), last);
	sums->amount[bin] += amount;
	sums->moment[bin] += amount * (power == 3 ? speed_mps * speed_mps * speed_mps : speed_mps);
}

void tally_close(const struct tally_sums *sums, struct tally_speeds *ret)
{
	for (size_t i = 0; i < TALLY_SPEED_BINS; i++) {
		ret->amount[i] = (float)fmin(sums->amount[i], AMOUNT_MAX);
		ret->moment[i] = (float)fmin(sums->moment[i], AMOUNT_MAX);
	}
}

static void scale_speeds(struct tally_speeds *speeds, double factor)
{
	for (size_t i = 0; i < TALLY_SPEED_BINS; i++) {
		speeds->amount[i] = (float)(speeds->amount[i] * factor);
		speeds->moment[i] = (float)(speeds->moment[i] * factor);
	}
}

void tally_scale(struct tally *tally, double factor)
{
	tally->down *= factor;
	tally->level_m *= factor;
	scale_speeds(&tally->level, factor);
	scale_speeds(&tally->steps, factor);
	for (size_t i = 0; i < REGION_COUNT; i++)
		tally->region_steps[i] *= factor;
}

void tally_heart(
	const struct tally *tally, const struct heart_limits *limits, struct heart_loads *ret)
{
	struct heart_counts counts = { .seconds = tally->seconds };
	for (size_t i = 0; i < TALLY_HR_BINS; i++)
		counts.at[i] = tally->hr_s[i];
	heart_loads_of_counts(&counts, limits, ret);
}

double tally_dose(const struct tally *tally, double threshold_mps)
{
	double level = tally->level_m * steps_level_weight((double)NAN);
	for (size_t i = 0; i < TALLY_SPEED_BINS; i++) {
		double metres = (double)tally->level.amount[i];
		if (!(metres > 0.0))
			continue;
		double mean_mps = cbrt((double)tally->level.moment[i] / metres);
		double intensity = threshold_mps > 0.0 ? mean_mps / threshold_mps : (double)NAN;
		level += metres * steps_level_weight(intensity);
	}
	return tally->down + level;
}

void tally_regions(const struct tally *tally, double threshold_mps, double ret[REGION_COUNT])
{
	double fast_steps = 0.0;
	for (size_t i = 0; threshold_mps > 0.0 && i < TALLY_SPEED_BINS; i++) {
		double steps = (double)tally->steps.amount[i];
		if (steps > 0.0)
			fast_steps += steps * steps_fast_share((double)tally->steps.moment[i] /
							       steps / threshold_mps);
	}
	for (size_t r = 0; r < REGION_COUNT; r++)
		ret[r] = tally->region_steps[r] + steps_fast_weights[r] * fast_steps;
}
