/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/report_json.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "ipc/json_text.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DECIMALS_SECONDS 3
#define DECIMALS_METRES 2
#define DECIMALS_RATE 2
#define DECIMALS_LOAD 4

/* One number of an object. */
struct number {
	const char *key;
	double value;
	int decimals;
};

/* A member; also returns an error when `value` could not be made. */
static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

static json_t *numbers_object(const struct number *numbers, size_t n)
{
	json_auto_t *object = json_object();
	int r = 0;
	for (size_t i = 0; i < n; i++)
		r |= put(object, numbers[i].key,
			json_from_number(numbers[i].value, numbers[i].decimals));
	return r ? NULL : TAKE_PTR(object);
}

static json_t *stated_object(const struct activity_stated *s)
{
	const struct number numbers[] = {
		{ "elapsed_s", s->elapsed_s, DECIMALS_SECONDS },
		{ "timer_s", s->timer_s, DECIMALS_SECONDS },
		{ "moving_s", s->moving_s, DECIMALS_SECONDS },
		{ "distance_m", s->distance_m, DECIMALS_METRES },
		{ "ascent_m", s->ascent_m, DECIMALS_METRES },
		{ "descent_m", s->descent_m, DECIMALS_METRES },
		{ "hr_avg_bpm", s->hr_avg_bpm, DECIMALS_RATE },
		{ "hr_max_bpm", s->hr_max_bpm, DECIMALS_RATE },
		{ "cadence_avg_spm", s->cadence_avg_spm, DECIMALS_RATE },
		{ "energy_kcal", s->energy_kcal, DECIMALS_RATE },
		{ "rpe", s->rpe, DECIMALS_RATE },
		{ "feel", s->feel, DECIMALS_RATE },
	};
	return numbers_object(numbers, ARRAY_SIZE(numbers));
}

static json_t *computed_object(const struct activity_numbers *n)
{
	const struct number numbers[] = {
		{ "elapsed_s", n->elapsed_s, DECIMALS_SECONDS },
		{ "timer_s", n->timer_s, DECIMALS_SECONDS },
		{ "moving_s", n->moving_s, DECIMALS_SECONDS },
		{ "distance_m", n->distance_m, DECIMALS_METRES },
		{ "ascent_m", n->ascent_m, DECIMALS_METRES },
		{ "descent_m", n->descent_m, DECIMALS_METRES },
		{ "hr_avg_bpm", n->hr_avg_bpm, DECIMALS_RATE },
		{ "hr_max_bpm", n->hr_max_bpm, DECIMALS_RATE },
		{ "cadence_avg_spm", n->cadence_avg_spm, DECIMALS_RATE },
		{ "steps", n->steps, 0 },
	};
	return numbers_object(numbers, ARRAY_SIZE(numbers));
}

static json_t *load_object(const struct activity_numbers *n)
{
	const struct number numbers[] = {
		{ "value", n->load, DECIMALS_LOAD },
		{ "hrtss", n->hrtss, DECIMALS_LOAD },
		{ "rtss", n->rtss, DECIMALS_LOAD },
		{ "power_load", n->power_load, DECIMALS_LOAD },
		{ "srpe", n->srpe, DECIMALS_LOAD },
		{ "trimp_banister", n->trimp_banister, DECIMALS_LOAD },
		{ "trimp_edwards", n->trimp_edwards, DECIMALS_LOAD },
		{ "trimp_lucia", n->trimp_lucia, DECIMALS_LOAD },
	};
	json_auto_t *object = numbers_object(numbers, ARRAY_SIZE(numbers));
	json_t *source = n->load_source == LOAD_NONE
				 ? json_null()
				 : json_string(load_source_names[n->load_source]);
	return put(object, "source", source) ? NULL : TAKE_PTR(object);
}

/* A name of the profile; the bare number where the profile has none. */
static json_t *name_or_number(bool has, const char *name, uint32_t number)
{
	if (!has)
		return json_null();
	return name && name[0] ? json_string(name) : json_integer(number);
}

static json_t *has_array(uint32_t has_series)
{
	json_auto_t *array = json_array();
	for (unsigned i = 0; i < SERIES_COUNT; i++)
		if ((has_series >> i & 1u) &&
			json_array_append_new(array, json_string(series_names[i])))
			return NULL;
	return TAKE_PTR(array);
}

json_t *report_activity_to_json(const struct report_activity *activity)
{
	const struct activity_summary *s = &activity->summary;
	char start[CLOCK_TEXT_BYTES];
	json_auto_t *object = json_object();
	int r = put(object, "sport", name_or_number(s->has_sport, sport_name(s->sport), s->sport));
	r |= put(object, "sub_sport",
		name_or_number(s->has_sub_sport, sub_sport_name(s->sub_sport), s->sub_sport));
	r |= put(object, "start_utc",
		s->start_ms == TIME_UNKNOWN_MS ? json_null()
					       : json_string(clock_format(s->start_ms, start)));
	r |= put(object, "utc_offset_s",
		s->has_utc_offset ? json_integer(s->utc_offset_s) : json_null());
	r |= put(object, "stated", stated_object(&s->stated));
	r |= put(object, "computed", computed_object(&activity->numbers));
	r |= put(object, "laps", json_integer(s->laps));
	r |= put(object, "records", json_integer(s->records));
	r |= put(object, "has", has_array(activity->numbers.has_series));
	r |= put(object, "load", load_object(&activity->numbers));
	return r ? NULL : TAKE_PTR(object);
}

static json_t *activities_array(const struct report *report)
{
	json_auto_t *array = json_array();
	for (size_t i = 0; i < report->activities_n; i++)
		if (json_array_append_new(array, report_activity_to_json(&report->activities[i])))
			return NULL;
	return TAKE_PTR(array);
}

static json_t *device_object(const struct report *report)
{
	const struct file_device *d = &report->device;
	bool named = d->product_name[0] != '\0';
	bool made = d->has_manufacturer || report->manufacturer_name[0];
	if (!made && !d->has_product && !d->has_serial && !named)
		return json_null();
	json_auto_t *object = json_object();
	int r = put(object, "manufacturer",
		name_or_number(made, report->manufacturer_name, d->manufacturer));
	r |= put(object, "product", d->has_product ? json_integer(d->product) : json_null());
	r |= put(object, "product_name", named ? json_string(d->product_name) : json_null());
	r |= put(object, "serial", d->has_serial ? json_integer(d->serial) : json_null());
	return r ? NULL : TAKE_PTR(object);
}

static json_t *day_object(const struct wellness_day *day, double sleep_score)
{
	const struct number numbers[] = {
		{ "resting_hr_bpm", day->resting_hr_bpm, DECIMALS_RATE },
		{ "stress_avg", day->stress_avg, DECIMALS_RATE },
		{ "hrv_rmssd_ms", day->hrv_rmssd_ms, DECIMALS_RATE },
		{ "sleep_h", day->sleep_h, DECIMALS_SECONDS },
	};
	int32_t year;
	uint32_t month, dom;
	clock_civil_from_days(day->day, &year, &month, &dom);
	json_auto_t *object = numbers_object(numbers, ARRAY_SIZE(numbers));
	int r = put(object, "date", json_sprintf("%04d-%02u-%02u", year, month, dom));
	if (!isnan(sleep_score))
		r |= put(object, "sleep_score", json_integer((json_int_t)sleep_score));
	return r ? NULL : TAKE_PTR(object);
}

static int add_day(const struct wellness_day *day, double sleep_score, void *userdata)
{
	return json_array_append_new(userdata, day_object(day, sleep_score)) ? -ENOMEM : 0;
}

static json_t *wellness_object(const struct report *report)
{
	json_auto_t *days = json_array();
	if (!days || report_each_day(report, add_day, days) < 0)
		return NULL;
	return json_array_size(days) ? json_pack("{s:O}", "days", days) : json_null();
}

static json_t *messages_object(const struct report *report)
{
	json_auto_t *object = json_object();
	int r = 0;
	for (size_t i = 0; i < report->counts_n; i++) {
		const struct report_count *count = &report->counts[i];
		char number[8];
		(void)snprintf(number, sizeof number, "%u", count->number);
		r |= put(object, count->name[0] ? count->name : number, json_integer(count->count));
	}
	return r ? NULL : TAKE_PTR(object);
}

static int add_problem(json_t *array, uint64_t offset, const char *what)
{
	json_auto_t *object = json_object();
	int r = 0;
	if (offset != REPORT_NO_OFFSET)
		r |= put(object, "offset", json_integer((json_int_t)offset));
	r |= put(object, "what", json_string(what));
	return r ? r : json_array_append(array, object);
}

bool report_assumption(
	const struct activity_numbers *numbers, size_t i, char ret[REPORT_TEXT_BYTES])
{
	static const struct {
		enum profile_key key;
		const char *name;
	} shown[] = {
		{ PROFILE_HR_MAX_BPM, "maximum heart rate" },
		{ PROFILE_HR_REST_BPM, "resting heart rate" },
	};
	if (numbers->doubts & 1u << DOUBT_PARTIAL && i-- == 0) {
		(void)snprintf(ret, REPORT_TEXT_BYTES,
			"a part of the recording is lost: the loads are those of the stated time");
		return true;
	}
	/* without heart rate the guess changes nothing */
	bool used = isfinite(numbers->hrtss) || isfinite(numbers->trimp_banister);
	for (size_t k = 0; used && k < ARRAY_SIZE(shown); k++) {
		const struct profile_value *value = &numbers->profile.values[shown[k].key];
		bool guessed = value->source == VALUE_DEFAULT || value->source == VALUE_AGE;
		if (!guessed || i-- > 0)
			continue;
		(void)snprintf(ret, REPORT_TEXT_BYTES, "%s not known, %.0f bpm assumed from %s",
			shown[k].name, value->value,
			value->source == VALUE_AGE ? "the age" : "the average runner");
		return true;
	}
	return false;
}

/* What the file's problems do not say: on which guesses the loads rest; each sentence once. */
static int add_assumptions(json_t *array, const struct report *report)
{
	char seen[REPORT_TEXT_BYTES] = "", text[REPORT_TEXT_BYTES];
	int r = 0;
	for (size_t i = 0; i < 3; i++, seen[0] = '\0')
		for (size_t k = 0; k < report->activities_n; k++) {
			if (!report_assumption(&report->activities[k].numbers, i, text) ||
				strcmp(text, seen) == 0)
				continue;
			r |= add_problem(array, REPORT_NO_OFFSET, text);
			memcpy(seen, text, sizeof seen);
		}
	return r;
}

static json_t *problems_array(const struct report *report)
{
	json_auto_t *array = json_array();
	int r = 0;
	bool listed = report->why[0] == '\0';
	for (size_t i = 0; i < report->problems_n; i++)
		listed |= strcmp(report->problems[i].what, report->why) == 0;
	if (!listed)
		r |= add_problem(array, REPORT_NO_OFFSET, report->why);
	for (size_t i = 0; i < report->problems_n; i++)
		r |= add_problem(array, report->problems[i].offset, report->problems[i].what);
	r |= add_assumptions(array, report);
	return r ? NULL : TAKE_PTR(array);
}

json_t *report_to_json(const struct report *report, const char *file)
{
	bool known = report->format != FILE_FORMAT_UNKNOWN;
	bool read = known && !report->why[0];
	json_auto_t *object = json_object();
	int r = put(object, "file", json_from_bytes(file));
	r |= put(object, "format",
		known ? json_string(file_format_names[report->format]) : json_null());
	r |= put(object, "valid", json_boolean(report->valid && read));
	r |= put(object, "kind", read ? json_string(file_kind_names[report->kind]) : json_null());
	r |= put(object, "device", device_object(report));
	r |= put(object, "activities", activities_array(report));
	r |= put(object, "wellness", wellness_object(report));
	r |= put(object, "messages", messages_object(report));
	r |= put(object, "problems", problems_array(report));
	return r ? NULL : TAKE_PTR(object);
}
