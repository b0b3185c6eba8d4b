/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/numbers.h"

#include <math.h>

const char *const series_names[SERIES_COUNT] = {
	[SERIES_HR] = "hr",
	[SERIES_POSITION] = "position",
	[SERIES_ALTITUDE] = "altitude",
	[SERIES_CADENCE] = "cadence",
	[SERIES_SPEED] = "speed",
	[SERIES_POWER] = "power",
	[SERIES_RUNNING_DYNAMICS] = "running_dynamics",
	[SERIES_DISTANCE] = "distance",
};

const char *const doubt_names[DOUBT_COUNT] = {
	[DOUBT_NO_HR] = "no_hr",
	[DOUBT_DEFAULT_HR_MAX] = "default_hr_max",
	[DOUBT_DEFAULT_HR_REST] = "default_hr_rest",
	[DOUBT_NO_ALTITUDE] = "no_altitude",
	[DOUBT_GPS_ALTITUDE] = "gps_altitude",
	[DOUBT_NO_MECHANICS] = "no_mechanics",
	[DOUBT_NO_DOSE] = "no_dose",
	[DOUBT_NO_DISTANCE] = "no_distance",
	[DOUBT_NO_LOAD] = "no_load",
	[DOUBT_HR_CADENCE_LOCK] = "hr_cadence_lock",
	[DOUBT_TRAINING_PACE] = "training_pace",
	[DOUBT_PARTIAL] = "partial",
	[DOUBT_EASY_EFFORTS] = "easy_efforts",
};

void numbers_init(struct activity_numbers *numbers)
{
	const double unknown = (double)NAN;
	*numbers = (struct activity_numbers) {
		.elapsed_s = unknown,
		.timer_s = unknown,
		.moving_s = unknown,
		.distance_m = unknown,
		.ascent_m = unknown,
		.descent_m = unknown,
		.hr_avg_bpm = unknown,
		.hr_max_bpm = unknown,
		.cadence_avg_spm = unknown,
		.steps = unknown,
		.hr_peak_bpm = unknown,
		.hr_coverage = unknown,
		.decoupling = unknown,
		.load = unknown,
		.hrtss = unknown,
		.rtss = unknown,
		.power_load = unknown,
		.srpe = unknown,
		.trimp_banister = unknown,
		.trimp_edwards = unknown,
		.trimp_lucia = unknown,
		.soreness_dose = unknown,
		.soreness_down = unknown,
		.peak_force_bw = unknown,
		.form_drift = unknown,
	};
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		numbers->damage_steps[i] = unknown;
	for (size_t i = 0; i < REGION_COUNT; i++)
		numbers->region_steps[i] = unknown;
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		numbers->profile.values[i].value = unknown;
}
