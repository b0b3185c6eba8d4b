/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the watch records between the activities. FIT profile, messages monitoring, monitoring_info,
 * monitoring_hr_data, stress_level, sleep_level, sleep_assessment, hrv_status_summary, hrv_value. */

#include "fit/fit_wellness.h"
#include <errno.h>
#include <math.h>

/* FIT profile, type event_type */
#define EVENT_TYPE_START 0
#define EVENT_TYPE_STOP 1

/* What can be at all; the metrics believe less. */
#define HR_MIN_BPM 20
#define HR_MAX_BPM 130
#define SCORE_MAX 100
#define LEVEL_MAX 4 /* REM */

static int add(struct fit_decoder *d, const uint8_t *data, const struct wellness_sample *sample)
{
	int r = decoded_file_add_wellness(d->file, sample);
	if (r != -EFBIG)
		return r;
	if (!d->wellness.dropped)
		decoded_file_add_problem(
			d->file, fit_offset(d, data), "more wellness values than can be kept");
	d->wellness.dropped = true;
	return 0;
}

/* Hands a value on, if it can be true and it is known when. A message without a time is of the time
 * that the file has come to. */
static int take(struct fit_decoder *d, const uint8_t *data, int64_t time_ms,
	enum wellness_kind kind, double value, double min, double max)
{
	if (time_ms == TIME_UNKNOWN_MS && d->has_time)
		time_ms = fit_time_ms(d->time);
	if (time_ms < FIT_RELATIVE_BELOW_MS || !(value >= min && value <= max))
		return 0;
	struct wellness_sample sample = { .time_ms = time_ms,
		.utc_offset_s = d->wellness.utc_offset_s,
		.kind = kind,
		.value = value };
	return add(d, data, &sample);
}

/* Most monitoring messages have the low half of their time only: the file's time moves on to the next
 * instant that ends in it. Of their values (steps, activity, heart rate) none is used. */
int fit_on_monitoring(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	uint32_t low = 0;
	if (time_ms == TIME_UNKNOWN_MS && d->has_time &&
		fit_take_number(def->values[MONITORING_TIME_16], UINT16_MAX, &low))
		d->time += (low - d->time) & UINT16_MAX;
	return 0;
}

/* monitoring_info, sleep_data_info and timestamp_correlation have the local time in the same slots or
 * in their own; it holds until the next one, since the watch may travel. */
int fit_on_local_time(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	double local_s = def->message == FIT_TIMESTAMP_CORRELATION ? def->values[CORRELATION_LOCAL]
								   : def->values[INFO_LOCAL];
	(void)fit_utc_offset(local_s, time_ms, &d->wellness.utc_offset_s);
	return 0;
}

int fit_on_monitoring_hr(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	const double *v = def->values;
	int r = take(d, data, time_ms, WELLNESS_RESTING_HR, v[MONITORING_HR_RESTING_TODAY],
		HR_MIN_BPM, HR_MAX_BPM);
	if (r == 0)
		r = take(d, data, time_ms, WELLNESS_RESTING_HR_MEAN, v[MONITORING_HR_RESTING],
			HR_MIN_BPM, HR_MAX_BPM);
	return r;
}

/* Below zero the watch says why it could not measure: too little data, too much motion. */
int fit_on_stress(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	int64_t own_ms = fit_time_ms(def->values[STRESS_TIME]);
	return take(d, data, own_ms == TIME_UNKNOWN_MS ? time_ms : own_ms, WELLNESS_STRESS,
		def->values[STRESS_VALUE], 0, SCORE_MAX);
}

int fit_on_sleep_level(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	return take(d, data, time_ms, WELLNESS_SLEEP_LEVEL, def->values[SLEEP_LEVEL], 0, LEVEL_MAX);
}

/* It has no time of its own and stands anywhere in the file. */
int fit_on_sleep_assessment(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	(void)data;
	(void)time_ms;
	d->wellness.sleep_score = def->values[SLEEP_SCORE];
	return 0;
}

int fit_on_hrv_status(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	return take(d, data, time_ms, WELLNESS_HRV_NIGHT, def->values[HRV_STATUS_LAST_NIGHT], 1,
		UINT16_MAX);
}

int fit_on_hrv_value(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	return take(
		d, data, time_ms, WELLNESS_HRV_FIVE_MINUTES, def->values[HRV_VALUE], 1, UINT16_MAX);
}

void fit_note_sleep(struct fit_decoder *d, double event_type, int64_t time_ms)
{
	struct fit_wellness *w = &d->wellness;
	if (time_ms < FIT_RELATIVE_BELOW_MS)
		return;
	if (event_type == EVENT_TYPE_START) {
		w->sleep_starts++;
		w->sleep_start_ms = time_ms;
	} else if (event_type == EVENT_TYPE_STOP) {
		w->sleep_stops++;
		w->sleep_stop_ms = time_ms;
	}
}

struct levels {
	size_t n;
	int64_t first_ms, last_ms;
};

static struct levels levels_of(const struct decoded_file *file)
{
	struct levels levels = { .first_ms = INT64_MAX, .last_ms = INT64_MIN };
	for (size_t i = 0; i < file->wellness_n; i++) {
		const struct wellness_sample *sample = &file->wellness[i];
		if (sample->kind != WELLNESS_SLEEP_LEVEL)
			continue;
		levels.n++;
		if (sample->time_ms < levels.first_ms)
			levels.first_ms = sample->time_ms;
		if (sample->time_ms > levels.last_ms)
			levels.last_ms = sample->time_ms;
	}
	return levels;
}

/* Gives each level the time of the one before it, which is where it began. */
static void shift_levels(struct decoded_file *file, int64_t start_ms)
{
	int64_t began_ms = start_ms;
	for (size_t i = 0; i < file->wellness_n; i++) {
		struct wellness_sample *sample = &file->wellness[i];
		if (sample->kind != WELLNESS_SLEEP_LEVEL)
			continue;
		int64_t ended_ms = sample->time_ms;
		sample->time_ms = began_ms;
		began_ms = ended_ms;
	}
}

/* A level holds from its time on. Some watches write it when it is over instead: then the first level
 * stands behind the beginning of the night and the last one at its end, where no sleep can begin. */
static int settle_night(struct fit_decoder *d, struct levels *levels)
{
	const struct fit_wellness *w = &d->wellness;
	if (levels->n == 0 || w->sleep_stops != 1 || w->sleep_stop_ms < levels->last_ms)
		return 0;
	if (w->sleep_starts == 1 && w->sleep_start_ms < levels->first_ms &&
		levels->last_ms == w->sleep_stop_ms)
		shift_levels(d->file, w->sleep_start_ms);
	levels->last_ms = w->sleep_stop_ms;
	return take(d, d->data, w->sleep_stop_ms, WELLNESS_SLEEP_LEVEL, 0, 0, LEVEL_MAX);
}

/* What comes before the first local time of the file is of the same place. */
static void settle_offsets(const struct fit_decoder *d)
{
	struct wellness_sample *samples = d->file->wellness;
	size_t n = d->file->wellness_n, first = 0;
	while (first < n && samples[first].utc_offset_s == UTC_OFFSET_UNKNOWN)
		first++;
	int32_t offset_s = first < n ? samples[first].utc_offset_s
			   : d->wellness.utc_offset_s != UTC_OFFSET_UNKNOWN
				   ? d->wellness.utc_offset_s
			   : d->has_utc_offset ? d->utc_offset_s
					       : UTC_OFFSET_UNKNOWN;
	for (size_t i = 0; i < first; i++)
		samples[i].utc_offset_s = offset_s;
}

int fit_settle_wellness(struct fit_decoder *d)
{
	struct levels levels = levels_of(d->file);
	int r = settle_night(d, &levels);
	if (r == 0)
		r = take(d, d->data, levels.n ? levels.last_ms : TIME_UNKNOWN_MS,
			WELLNESS_SLEEP_SCORE, d->wellness.sleep_score, 0, SCORE_MAX);
	settle_offsets(d);
	return r;
}
