/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/profile.h"

#include "base/num.h"
#include "metrics/heart.h"
#include "metrics/stats.h"

#include <math.h>

#define REST_MIN_BPM 25.0
#define REST_MAX_BPM 110.0
#define MAX_MIN_BPM 100.0 /* lower maxima are typing errors (heuristic) */
#define DEFAULT_REST_BPM 60.0
#define DEFAULT_MAX_BPM 180.0
#define AGE_MIN_YEARS 5.0
#define AGE_MAX_YEARS 110.0
#define NIGHTS 7u
#define NIGHTS_MIN 3u
#define PEAK_SURPLUS_BPM 24.0 /* 2.4 times the spread of the maximum at one age */

const char *const value_source_names[VALUE_SOURCE_COUNT] = {
	[VALUE_UNKNOWN] = "unknown",
	[VALUE_CONFIGURED] = "configured",
	[VALUE_DEVICE] = "device",
	[VALUE_OBSERVED] = "observed",
	[VALUE_WELLNESS] = "wellness",
	[VALUE_AGE] = "age",
	[VALUE_DEFAULT] = "default",
	[VALUE_CRITICAL_SPEED] = "critical_speed",
	[VALUE_BEST_EFFORT] = "best_effort",
	[VALUE_TRAINING_PACE] = "training_pace",
};

const char *const profile_key_names[PROFILE_KEY_COUNT] = {
	[PROFILE_HR_MAX_BPM] = "hr_max_bpm",
	[PROFILE_HR_REST_BPM] = "hr_rest_bpm",
	[PROFILE_THRESHOLD_HR_BPM] = "threshold_hr_bpm",
	[PROFILE_THRESHOLD_SPEED_MPS] = "threshold_speed_mps",
	[PROFILE_CRITICAL_POWER_W] = "critical_power_w",
};

static bool is_between(double x, double lo, double hi)
{
	return x >= lo && x <= hi; /* false for NAN */
}

struct profile_value profile_hr_max(double configured_bpm, double device_bpm,
	const double *peaks_bpm, size_t peaks_n, double age_years)
{
	if (is_between(configured_bpm, MAX_MIN_BPM, HEART_MAX_BPM))
		return (struct profile_value) { configured_bpm, VALUE_CONFIGURED };
	if (is_between(device_bpm, MAX_MIN_BPM, HEART_MAX_BPM))
		return (struct profile_value) { device_bpm, VALUE_DEVICE };
	struct profile_value value = { DEFAULT_MAX_BPM, VALUE_DEFAULT };
	if (is_between(age_years, AGE_MIN_YEARS, AGE_MAX_YEARS))
		value = (struct profile_value) { 208.0 - 0.7 * age_years, VALUE_AGE };
	double bound = value.value + PEAK_SURPLUS_BPM;
	for (size_t i = 0; i < peaks_n; i++) {
		if (peaks_bpm[i] > value.value && peaks_bpm[i] <= bound)
			value = (struct profile_value) { peaks_bpm[i], VALUE_OBSERVED };
	}
	return value;
}

struct profile_value profile_hr_rest(
	double configured_bpm, const double *nights_bpm, size_t nights_n, double device_bpm)
{
	if (is_between(configured_bpm, REST_MIN_BPM, REST_MAX_BPM))
		return (struct profile_value) { configured_bpm, VALUE_CONFIGURED };
	double valid[NIGHTS];
	size_t last = nights_n < NIGHTS ? nights_n : NIGHTS;
	size_t n = 0;
	if (last > 0)
		n = stats_pick(
			nights_bpm + nights_n - last, last, REST_MIN_BPM, REST_MAX_BPM, valid);
	if (n >= NIGHTS_MIN)
		return (struct profile_value) { stats_median(valid, n), VALUE_WELLNESS };
	if (is_between(device_bpm, REST_MIN_BPM, REST_MAX_BPM))
		return (struct profile_value) { device_bpm, VALUE_DEVICE };
	return (struct profile_value) { DEFAULT_REST_BPM, VALUE_DEFAULT };
}

struct profile_value profile_threshold_hr(
	double configured_bpm, double device_bpm, double rest_bpm, double max_bpm)
{
	if (is_between(configured_bpm, HEART_MIN_BPM, HEART_MAX_BPM))
		return (struct profile_value) { configured_bpm, VALUE_CONFIGURED };
	if (is_between(device_bpm, rest_bpm + 10.0, max_bpm))
		return (struct profile_value) { device_bpm, VALUE_DEVICE };
	return (struct profile_value) { rest_bpm + HEART_THRESHOLD_SHARE * (max_bpm - rest_bpm),
		VALUE_DEFAULT };
}

/* The entry with the latest `from_day` that has begun; of two with the same day the later one. */
static double configured(const struct runner_profile *runner, enum profile_key key, int32_t day)
{
	const struct profile_entry *best = NULL;
	for (size_t i = 0; i < runner->entries_n; i++) {
		const struct profile_entry *entry = &runner->entries[i];
		if (entry->key != key || entry->from_day > day)
			continue;
		if (!best || entry->from_day >= best->from_day)
			best = entry;
	}
	return best ? best->value : (double)NAN;
}

/* The year of a day, by the mean Gregorian year: wrong by at most a day, which an age in years
 * does not notice. */
static double year_of(int32_t day)
{
	return floor(1970.0 + ((double)day + 0.5) / 365.2425);
}

static double age_at(
	const struct runner_profile *runner, const struct file_profile *file, int32_t day)
{
	if (runner->birth_year > 0 && day != PROFILE_ALWAYS && day != INT32_MAX)
		return year_of(day) - runner->birth_year;
	return file->age_years;
}

static struct profile_value known_within(double value, double lo, double hi)
{
	if (is_between(value, lo, hi))
		return (struct profile_value) { value, VALUE_CONFIGURED };
	return (struct profile_value) { (double)NAN, VALUE_UNKNOWN };
}

static struct profile_value threshold_speed(
	double configured_mps, const struct profile_history *history, bool *ret_easy)
{
	static const enum value_source sources[THRESHOLD_SOURCE_COUNT] = {
		[THRESHOLD_NONE] = VALUE_UNKNOWN,
		[THRESHOLD_CONFIGURED] = VALUE_CONFIGURED,
		[THRESHOLD_CRITICAL_SPEED] = VALUE_CRITICAL_SPEED,
		[THRESHOLD_RIEGEL] = VALUE_BEST_EFFORT,
		[THRESHOLD_TRAINING_PACE] = VALUE_TRAINING_PACE,
	};
	if (!history)
		return known_within(configured_mps, THRESHOLD_MIN_MPS, THRESHOLD_MAX_MPS);
	enum threshold_source source = THRESHOLD_NONE;
	double value = effort_threshold_speed(configured_mps, history->efforts, EFFORT_DISTANCES,
		history->run_speeds_mps, history->run_speeds_n, &source);
	bool timed = source == THRESHOLD_CRITICAL_SPEED || source == THRESHOLD_RIEGEL;
	*ret_easy = timed &&
		    value < effort_training_speed(history->run_speeds_mps, history->run_speeds_n);
	return (struct profile_value) { value, sources[source] };
}

void profile_resolve(const struct runner_profile *runner, const struct file_profile *file,
	int32_t day, const struct profile_history *history, struct profile *ret)
{
	struct profile profile = { .sex = runner->sex };
	if (profile.sex == SEX_UNKNOWN && file->has_sex)
		profile.sex = file->male ? SEX_MALE : SEX_FEMALE;
	struct profile_value *values = profile.values;
	values[PROFILE_HR_MAX_BPM] = profile_hr_max(configured(runner, PROFILE_HR_MAX_BPM, day),
		file->hr_max_bpm, history ? history->peaks_bpm : NULL,
		history ? history->peaks_n : 0, age_at(runner, file, day));
	values[PROFILE_HR_REST_BPM] = profile_hr_rest(configured(runner, PROFILE_HR_REST_BPM, day),
		history ? history->nights_bpm : NULL, history ? history->nights_n : 0,
		file->hr_rest_bpm);
	values[PROFILE_THRESHOLD_HR_BPM] = profile_threshold_hr(
		configured(runner, PROFILE_THRESHOLD_HR_BPM, day), file->threshold_hr_bpm,
		values[PROFILE_HR_REST_BPM].value, values[PROFILE_HR_MAX_BPM].value);
	values[PROFILE_THRESHOLD_SPEED_MPS] =
		threshold_speed(configured(runner, PROFILE_THRESHOLD_SPEED_MPS, day), history,
			&profile.easy_efforts);
	values[PROFILE_CRITICAL_POWER_W] =
		known_within(configured(runner, PROFILE_CRITICAL_POWER_W, day), 1.0, 2000.0);
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		values[i].value = num_round(values[i].value, 4);
	*ret = profile;
}
