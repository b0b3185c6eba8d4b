/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "season/season.h"

#include <math.h>
#include <stdlib.h>

#define MAX_SECONDS 30000u

uint64_t season_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

double season_uniform(uint64_t *state, double from, double to)
{
	return from + (to - from) * (double)(season_random(state) >> 11) / 9007199254740992.0;
}

/* Height of the course at a distance: one mountain, or rolling hills. */
static double height(const struct season_plan *plan, double distance_m)
{
	if (plan->hills_m <= 0)
		return 120;
	double x = distance_m / plan->distance_m;
	if (plan->climb_share > 0) { /* two summits, the second the finish's valley side */
		double summit = plan->climb_share;
		double up = x < summit ? x / summit : (1 - x) / (1 - summit);
		return 420 + plan->hills_m * (1 - cos(up * 3.14159265358979)) / 2;
	}
	return 120 + plan->hills_m * (1 - cos(distance_m / 900 * 3.14159265358979)) / 2;
}

/* What a slope does to pace: slower up, a little faster down, careful where it is steep. */
static double slope_factor(double grade)
{
	if (grade > 0)
		return 1 / (1 + 5 * grade);
	return grade > -0.12 ? 1 - grade : 1.12 + (grade + 0.12) * 2;
}

static bool fast_part(const struct season_plan *plan, size_t second)
{
	return plan->intervals && second > 900 && (second - 900) % 300 < 180;
}

bool season_make(const struct season_plan *plan, uint64_t *random, struct season_run *ret)
{
	*ret = (struct season_run) { .start_s = plan->start_s,
		.utc_offset_s = 7200,
		.trail = plan->trail,
		.serial = 3990001234u,
		.rpe = plan->rpe };
	ret->samples = calloc(MAX_SECONDS, sizeof *ret->samples);
	if (!ret->samples)
		return false;
	double distance_m = 0, heart = 78, wobble = 0;
	double last_height = height(plan, 0);
	while (distance_m < plan->distance_m && ret->n < MAX_SECONDS) {
		double grade = (height(plan, distance_m + 10) - height(plan, distance_m)) / 10;
		wobble = 0.98 * wobble + season_uniform(random, -0.02, 0.02);
		double pace = plan->pace_mps * (fast_part(plan, ret->n) ? 1.28 : 1) * (1 + wobble);
		double speed = pace * slope_factor(grade);
		/* effort: what the same work would be on level ground, slower to fall than to rise */
		double effort = speed * (1 + 4.2 * (grade > 0 ? grade : grade / 3));
		double drift = 4.0 * (double)ret->n / 3600;
		double target = 64 + 26.5 * effort + drift;
		target = target > 184 ? 184 : target < 90 ? 90 : target;
		heart += (target - heart) / (target > heart ? 25 : 40) +
			 season_uniform(random, -0.4, 0.4);
		distance_m += speed;
		double h = height(plan, distance_m);
		if (h > last_height)
			ret->ascent_m += h - last_height;
		else
			ret->descent_m += last_height - h;
		last_height = h;
		ret->samples[ret->n++] = (struct season_sample) {
			.distance_m = distance_m,
			.altitude_m = h + season_uniform(random, -0.3, 0.3),
			.speed_mps = speed,
			.hr_bpm = (int)lround(heart),
			.cadence_rpm =
				(int)lround(76 + 3.4 * speed + season_uniform(random, -0.6, 0.6)),
			.contact_tenths_ms = (int)lround(
				10 * (330 - 28 * speed + season_uniform(random, -4, 4))),
		};
	}
	return true;
}
