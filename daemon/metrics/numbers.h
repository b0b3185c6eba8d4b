/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The numbers of one activity: what its samples say, what it cost, and how sure that is. */

#include "activity/activity.h"
#include "metrics/profile.h"

#define REGION_COUNT 5u /* calves_achilles quads hamstrings_glutes hips_itb feet */
#define TISSUE_COUNT 3u /* tibia, Achilles, patella */
extern const char *const region_names[REGION_COUNT];

/* Series that hold at least one real value; all zero is none. */
enum series {
	SERIES_HR,
	SERIES_POSITION,
	SERIES_ALTITUDE,
	SERIES_CADENCE,
	SERIES_SPEED,
	SERIES_POWER,
	SERIES_RUNNING_DYNAMICS,
	SERIES_DISTANCE,
	SERIES_COUNT,
};
extern const char *const series_names[SERIES_COUNT]; /* "hr", "position", ... */

enum load_source {
	LOAD_NONE,
	LOAD_RTSS_HRTSS, /* "rtss+hrtss" */
	LOAD_DISAGREE,
	LOAD_RTSS,
	LOAD_HRTSS,
	LOAD_POWER,
	LOAD_SRPE,
	LOAD_DURATION,
	LOAD_SOURCE_COUNT,
};
extern const char *const load_source_names[LOAD_SOURCE_COUNT];

/* What makes the numbers less sure than they look; shown, never silent. */
enum doubt {
	DOUBT_NO_HR,
	DOUBT_DEFAULT_HR_MAX,
	DOUBT_DEFAULT_HR_REST,
	DOUBT_NO_ALTITUDE,
	DOUBT_GPS_ALTITUDE,
	DOUBT_NO_MECHANICS,
	DOUBT_NO_DOSE,
	DOUBT_NO_DISTANCE,
	DOUBT_NO_LOAD,
	DOUBT_HR_CADENCE_LOCK,
	DOUBT_TRAINING_PACE,
	DOUBT_PARTIAL,
	DOUBT_EASY_EFFORTS,
	DOUBT_COUNT,
};
extern const char *const doubt_names[DOUBT_COUNT]; /* "no_hr", "default_hr_max", ... */

/* NAN wherever the value cannot be had. Units are in the names; loads: 100 = one hour at threshold. */
struct activity_numbers {
	double elapsed_s, timer_s, moving_s, distance_m, ascent_m, descent_m;
	double hr_avg_bpm, hr_max_bpm, cadence_avg_spm, steps;
	double hr_peak_bpm; /* held for five clean seconds */
	double hr_coverage; /* valid seconds / timer seconds */
	double decoupling; /* percent: heart rate against pace, the second half against the first */
	enum altitude_source altitude_source;
	uint32_t has_series; /* bit 1u << enum series */

	double load;
	enum load_source load_source;
	double hrtss, rtss, power_load, srpe;
	double trimp_banister, trimp_edwards, trimp_lucia;

	double damage_steps[TISSUE_COUNT];   /* damage-equivalent steps */
	double soreness_dose, soreness_down; /* weighted metres */
	double region_steps[REGION_COUNT];   /* weighted steps */
	double peak_force_bw;                /* mean over the steps, in body weights */
	/* Ground contact at the usual easy speed against the weeks before, as a fraction of it; of no single
	 * file, so the store sets it (metrics/drift.h). */
	double form_drift;

	struct profile profile; /* the values that were used, and where each came from */
	uint32_t doubts;        /* bit 1u << enum doubt */
};

/* Whether a series is there. */
static inline bool numbers_have(const struct activity_numbers *numbers, enum series series)
{
	return (numbers->has_series & (1u << series)) != 0;
}

/* Everything unknown. */
void numbers_init(struct activity_numbers *numbers);

/* What counts as the activity's distance, timer time and time from start to end: what the samples say, else what the
 * file states; the latter first when a part of the samples is lost (DOUBT_PARTIAL). NAN unknown. */
double numbers_distance_m(
	const struct activity_summary *summary, const struct activity_numbers *numbers);
double numbers_timer_s(
	const struct activity_summary *summary, const struct activity_numbers *numbers);
double numbers_duration_s(
	const struct activity_summary *summary, const struct activity_numbers *numbers);
