/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/samples.h"

#include "metrics/numbers.h"

#include <math.h>
#include <stdbool.h>

static bool is_real(float value)
{
	return !isnan(value) && value != 0.0F;
}

static uint32_t series_of(const struct activity_record *record)
{
	bool position = record->latitude_semicircles != POSITION_UNKNOWN &&
			record->longitude_semicircles != POSITION_UNKNOWN &&
			(record->latitude_semicircles != 0 || record->longitude_semicircles != 0);
	bool dynamics =
		is_real(record->contact_time_ms) || is_real(record->vertical_oscillation_mm);
	const bool has[SERIES_COUNT] = {
		[SERIES_HR] = is_real(record->hr_bpm),
		[SERIES_POSITION] = position,
		[SERIES_ALTITUDE] = is_real(record->altitude_m),
		[SERIES_CADENCE] = is_real(record->cadence_rpm),
		[SERIES_SPEED] = is_real(record->speed_mps),
		[SERIES_POWER] = is_real(record->power_w),
		[SERIES_RUNNING_DYNAMICS] = dynamics,
		[SERIES_DISTANCE] = !isnan(record->distance_m) && record->distance_m != 0.0,
	};
	uint32_t bits = 0;
	for (unsigned int i = 0; i < SERIES_COUNT; i++)
		bits |= has[i] ? 1u << i : 0;
	return bits;
}

static double distance_of(const struct activity *activity)
{
	double first = (double)NAN, last = (double)NAN;
	for (size_t i = 0; i < activity->records_n; i++) {
		double at = activity->records[i].distance_m;
		if (at < last)
			return (double)NAN;
		first = isnan(first) ? at : first;
		last = isnan(at) ? last : at;
	}
	return last - first;
}

void samples_read(const struct activity *activity, struct samples *ret)
{
	const double unknown = (double)NAN;
	struct samples samples = { 0, unknown, unknown, unknown, distance_of(activity) };
	int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
	double beats = 0.0;
	size_t beats_n = 0;
	for (size_t i = 0; i < activity->records_n; i++) {
		const struct activity_record *record = &activity->records[i];
		samples.has_series |= series_of(record);
		if (record->hr_bpm > 0.0F) {
			beats += (double)record->hr_bpm;
			beats_n++;
			samples.hr_max_bpm = fmax(samples.hr_max_bpm, (double)record->hr_bpm);
		}
		if (record->time_ms == TIME_UNKNOWN_MS)
			continue;
		first_ms = record->time_ms < first_ms ? record->time_ms : first_ms;
		last_ms = record->time_ms > last_ms ? record->time_ms : last_ms;
	}
	if (beats_n > 0)
		samples.hr_avg_bpm = beats / (double)beats_n;
	if (last_ms >= first_ms)
		samples.elapsed_s = ((double)last_ms - (double)first_ms) / 1000.0;
	*ret = samples;
}
