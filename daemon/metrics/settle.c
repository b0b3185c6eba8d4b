/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/settle.h"

#include "activity/names.h"
#include "metrics/days.h"
#include "metrics/load.h"
#include "metrics/pace.h"

#include <math.h>

/* What these doubts say does not follow from the profile and the tally. */
#define MEASURED_DOUBTS \
	(1u << DOUBT_HR_CADENCE_LOCK | 1u << DOUBT_GPS_ALTITUDE | 1u << DOUBT_PARTIAL)

static void settle_heart(
	const struct tally *tally, const struct profile *profile, struct activity_numbers *numbers)
{
	struct heart_limits limits = {
		.sex = profile->sex,
		.rest_bpm = profile->values[PROFILE_HR_REST_BPM].value,
		.max_bpm = profile->values[PROFILE_HR_MAX_BPM].value,
		.threshold_bpm = profile->values[PROFILE_THRESHOLD_HR_BPM].value,
		.vt1_bpm = (double)NAN,
		.vt2_bpm = (double)NAN,
	};
	const double unknown = (double)NAN;
	struct heart_loads loads = { unknown, unknown, unknown, unknown, unknown, unknown };
	if (numbers_have(numbers, SERIES_HR))
		tally_heart(tally, &limits, &loads);
	numbers->hr_coverage = loads.coverage;
	numbers->hrtss = loads.hrtss;
	numbers->trimp_banister = loads.banister;
	numbers->trimp_edwards = loads.edwards;
	numbers->trimp_lucia = loads.lucia;
}

/* A heart rate that follows the steps is no heart rate: then pace alone counts, if there is one. */
static void choose_load(
	const struct activity_summary *summary, double timer_s, struct activity_numbers *numbers)
{
	numbers->srpe = load_srpe(summary->stated.rpe, timer_s);
	struct load_parts parts = {
		.rtss = numbers->rtss,
		.hrtss = numbers->hrtss,
		.power = numbers->power_load,
		.srpe = numbers->srpe,
		.timer_s = timer_s,
	};
	if (numbers->doubts & (1u << DOUBT_HR_CADENCE_LOCK) && !isnan(parts.rtss))
		parts.hrtss = (double)NAN;
	numbers->load = load_choose(&parts, &numbers->load_source);
}

/* The doubts about legs and ways are of runs: nothing else has them. */
static uint32_t find_doubts(bool run, const struct activity_numbers *numbers)
{
	const struct profile_value *values = numbers->profile.values;
	bool hr = numbers_have(numbers, SERIES_HR);
	const bool doubts[DOUBT_COUNT] = {
		[DOUBT_NO_HR] = !hr,
		[DOUBT_DEFAULT_HR_MAX] = hr && values[PROFILE_HR_MAX_BPM].source == VALUE_DEFAULT,
		[DOUBT_DEFAULT_HR_REST] = hr && values[PROFILE_HR_REST_BPM].source == VALUE_DEFAULT,
		[DOUBT_NO_ALTITUDE] = run && (!numbers_have(numbers, SERIES_ALTITUDE) ||
						     isnan(numbers->ascent_m)),
		[DOUBT_NO_MECHANICS] = run && isnan(numbers->damage_steps[0]),
		[DOUBT_NO_DOSE] = run && isnan(numbers->soreness_dose),
		[DOUBT_NO_DISTANCE] = run && isnan(numbers->distance_m),
		[DOUBT_NO_LOAD] = isnan(numbers->load),
		[DOUBT_TRAINING_PACE] =
			!isnan(numbers->rtss) &&
			values[PROFILE_THRESHOLD_SPEED_MPS].source == VALUE_TRAINING_PACE,
		[DOUBT_EASY_EFFORTS] = !isnan(numbers->rtss) && numbers->profile.easy_efforts,
	};
	uint32_t bits = 0;
	for (unsigned int i = 0; i < DOUBT_COUNT; i++)
		bits |= doubts[i] ? 1u << i : 0;
	return bits;
}

void numbers_settle(const struct activity_summary *summary, const struct tally *tally,
	const struct profile *profile, struct activity_numbers *numbers)
{
	bool run = summary_is_run(summary);
	double threshold_mps = profile->values[PROFILE_THRESHOLD_SPEED_MPS].value;
	numbers->profile = *profile;
	settle_heart(tally, profile, numbers);
	numbers->rtss = pace_load_of_average(tally->paced_mps, tally->seconds, threshold_mps);
	numbers->power_load = pace_load_of_average(
		tally->power_w, tally->seconds, profile->values[PROFILE_CRITICAL_POWER_W].value);
	numbers->soreness_dose = (double)NAN;
	numbers->soreness_down = tally->down;
	if (!isnan(tally->down))
		numbers->soreness_dose = tally_dose(tally, threshold_mps);
	for (size_t i = 0; i < REGION_COUNT; i++)
		numbers->region_steps[i] = (double)NAN;
	if (!isnan(tally->region_steps[0]))
		tally_regions(tally, threshold_mps, numbers->region_steps);
	choose_load(summary, tally->seconds, numbers);
	numbers->doubts &= MEASURED_DOUBTS;
	numbers->doubts |= find_doubts(run, numbers);
}

int32_t numbers_start_day(const struct activity_summary *summary)
{
	if (summary->start_ms == TIME_UNKNOWN_MS)
		return INT32_MAX;
	int64_t start_s = summary->start_ms / 1000 - (summary->start_ms % 1000 < 0);
	return days_local_day(start_s, summary->has_utc_offset ? summary->utc_offset_s : 0, 0);
}
