/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/metrics_adapters.h"

#include "base/cleanup.h"
#include "metrics/heart.h"
#include "metrics/load.h"
#include "metrics/resample.h"

#include <errno.h>
#include <math.h>
#include <string.h>

int run_activity_load(const json_t *input, json_t **ret)
{
	struct load_parts parts = {
		.rtss = number_get(input, "rtss_v", (double)NAN),
		.hrtss = number_get(input, "hrtss_v", (double)NAN),
		.power = number_get(input, "power_v", (double)NAN),
		.srpe = number_get(input, "srpe_v", (double)NAN),
		.timer_s = number_get(input, "timer_s", (double)NAN),
	};
	enum load_source source;
	double load = load_choose(&parts, &source);
	json_t *result = json_object();
	number_set(result, "load", load);
	json_object_set_new(result, "source", json_string(load_source_names[source]));
	*ret = result;
	return 0;
}

int run_srpe(const json_t *input, json_t **ret)
{
	/* files hold ten times the rating */
	double rpe = number_get(input, "rpe_raw", (double)NAN) / 10.0;
	json_t *result = json_object();
	number_set(result, "load", load_srpe(rpe, number_get(input, "timer_s", (double)NAN)));
	*ret = result;
	return 0;
}

/* input["hr"], cleaned. */
static int clean_series(const json_t *input, struct number_list *ret)
{
	CLEANUP(list_done) struct number_list raw = { 0 };
	int r = list_get(input, "hr", &raw);
	if (r < 0)
		return r;
	struct number_list clean = { calloc(raw.n + 1, sizeof(double)), raw.n };
	if (!clean.values)
		return -ENOMEM;
	heart_clean(raw.values, raw.n, clean.values);
	*ret = clean;
	return 0;
}

static enum sex sex_of(const char *name)
{
	if (strcmp(name, "male") == 0)
		return SEX_MALE;
	return strcmp(name, "female") == 0 ? SEX_FEMALE : SEX_UNKNOWN;
}

int run_hr_loads(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list hr = { 0 };
	int r = clean_series(input, &hr);
	if (r < 0)
		return r;
	struct heart_limits limits = {
		.sex = sex_of(string_get(input, "sex", "")),
		.rest_bpm = number_get(input, "rest", 60.0),
		.max_bpm = number_get(input, "mx", 180.0),
		.threshold_bpm = number_get(input, "lt", (double)NAN),
		.vt1_bpm = number_get(input, "vt1", (double)NAN),
		.vt2_bpm = number_get(input, "vt2", (double)NAN),
	};
	struct heart_loads loads;
	heart_loads(hr.values, hr.n, &limits, &loads);
	json_t *result = json_object();
	number_set(result, "banister", loads.banister);
	number_set(result, "edwards", loads.edwards);
	number_set(result, "lucia", loads.lucia);
	number_set(result, "hrtss", loads.hrtss);
	number_set(result, "coverage", loads.coverage);
	number_set(result, "avg_hr", loads.avg_bpm);
	*ret = result;
	return 0;
}

int run_hr_peak(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list hr = { 0 };
	int r = clean_series(input, &hr);
	if (r < 0)
		return r;
	json_t *result = json_object();
	number_set(result, "peak", heart_peak(hr.values, hr.n));
	*ret = result;
	return 0;
}

static json_t *value_json(struct profile_value value)
{
	/* the vectors name the formula where the daemon names what it needs */
	const char *source =
		value.source == VALUE_AGE ? "tanaka" : value_source_names[value.source];
	json_t *result = json_object();
	number_set(result, "value", value.value);
	json_object_set_new(result, "source", json_string(source));
	return result;
}

int run_hr_max(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list peaks = { 0 };
	int r = list_get(input, "peaks", &peaks);
	if (r < 0)
		return r;
	*ret = value_json(profile_hr_max(number_get(input, "configured", (double)NAN),
		number_get(input, "device", (double)NAN), peaks.values, peaks.n,
		number_get(input, "age", (double)NAN)));
	return 0;
}

int run_hr_rest(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list nights = { 0 };
	int r = list_get(input, "nightly", &nights);
	if (r < 0)
		return r;
	*ret = value_json(profile_hr_rest(number_get(input, "configured", (double)NAN),
		nights.values, nights.n, number_get(input, "device", (double)NAN)));
	return 0;
}

static int64_t milliseconds(double seconds)
{
	return (int64_t)llround(seconds * 1000.0);
}

static int fill_activity(const json_t *input, struct activity *activity)
{
	const json_t *records = json_object_get(input, "records");
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *item = json_array_get(records, i);
		struct activity_record record;
		activity_record_init(&record);
		record.time_ms = milliseconds(number_get(item, "t", (double)NAN));
		record.hr_bpm = (float)number_get(item, "hr", (double)NAN);
		record.cadence_rpm = (float)number_get(item, "cadence", (double)NAN);
		record.speed_mps = (float)number_get(item, "speed", (double)NAN);
		record.power_w = (float)number_get(item, "power", (double)NAN);
		record.contact_time_ms = (float)number_get(item, "gct", (double)NAN);
		record.distance_m = number_get(item, "distance", (double)NAN);
		record.altitude_m = (float)number_get(item, "altitude", (double)NAN);
		int r = activity_add_record(activity, &record);
		if (r < 0)
			return r;
	}
	const json_t *pauses = json_object_get(input, "pauses");
	for (size_t i = 0; i < json_array_size(pauses); i++) {
		const json_t *pause = json_array_get(pauses, i);
		int r = activity_add_pause(activity,
			milliseconds(json_number_value(json_array_get(pause, 0))),
			milliseconds(json_number_value(json_array_get(pause, 1))));
		if (r < 0)
			return r;
	}
	return 0;
}

static json_t *timeline_json(const struct timeline *timeline, int64_t *seconds, double *values)
{
	static const struct {
		const char *name;
		enum channel channel;
	} series[] = {
		{ "hr", CHANNEL_HR },
		{ "speed", CHANNEL_SPEED },
		{ "cadence", CHANNEL_CADENCE },
		{ "power", CHANNEL_POWER },
		{ "gct", CHANNEL_CONTACT_TIME },
		{ "distance", CHANNEL_DISTANCE },
		{ "altitude", CHANNEL_ALTITUDE },
	};
	json_t *result = json_object(), *t = json_array();
	timeline_seconds(timeline, seconds);
	for (size_t i = 0; i < timeline->rows_n; i++)
		json_array_append_new(t, json_real((double)seconds[i]));
	json_object_set_new(result, "t", t);
	for (size_t i = 0; i < ARRAY_SIZE(series); i++) {
		timeline_channel(timeline, series[i].channel, values);
		json_object_set_new(result, series[i].name, list_json(values, timeline->rows_n));
	}
	return result;
}

int run_resample_1hz(const json_t *input, json_t **ret)
{
	CLEANUP(activity_done) struct activity activity;
	activity_init(&activity);
	int r = fill_activity(input, &activity);
	if (r < 0)
		return r;
	CLEANUP(timeline_done) struct timeline timeline = { 0 };
	r = timeline_init(&activity, NULL, &timeline);
	if (r < 0)
		return r;
	AUTO_FREE int64_t *seconds = calloc(timeline.rows_n + 1, sizeof *seconds);
	AUTO_FREE double *values = calloc(timeline.rows_n + 1, sizeof *values);
	if (!seconds || !values)
		return -ENOMEM;
	*ret = timeline_json(&timeline, seconds, values);
	return 0;
}
