/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fields.h"

#include "activity/activity_check.h"
#include "base/cleanup.h"

#include <math.h>
#include <stdlib.h>

#define DAY_LIMIT 100000 /* days from 1970 either way: the years 1696 to 2243 */

static void refuse_unless(struct codec *codec, bool holds)
{
	if (!codec->encoding && !holds)
		codec->bad = true;
}

/* A number that is unknown, or between 0 and the limit. */
static bool is_amount(double x)
{
	return isnan(x) || (x >= 0 && x <= NUMBERS_MAX);
}

static void amount(struct codec *codec, double *value)
{
	codec_f64(codec, value);
	refuse_unless(codec, is_amount(*value));
}

static bool is_signed_amount(double x)
{
	return isnan(x) || fabs(x) <= NUMBERS_MAX;
}

static bool is_day(int32_t day)
{
	return day > -DAY_LIMIT && day < DAY_LIMIT;
}

static void entry_fields(struct codec *codec, struct profile_entry *entry)
{
	entry->key = (enum profile_key)codec_enum(codec, entry->key, PROFILE_KEY_COUNT);
	codec_i32(codec, &entry->from_day);
	refuse_unless(codec, entry->from_day == PROFILE_ALWAYS || is_day(entry->from_day));
	amount(codec, &entry->value);
}

/* Offsets that can be some, at instants that rise. */
static void zone_fields(struct codec *codec, struct zone_rules *zone)
{
	uint16_t n = (uint16_t)zone->n;
	codec_u16(codec, &n);
	if (n > ZONE_RULES_MAX || (codec->encoding && zone->n > ZONE_RULES_MAX)) {
		codec->bad = true;
		return;
	}
	for (uint16_t i = 0; i < n && !codec->bad; i++) {
		struct zone_rule *rule = &zone->at[i];
		codec_i64(codec, &rule->from_s);
		codec_i32(codec, &rule->offset_s);
		refuse_unless(codec, rule->offset_s >= -ACTIVITY_UTC_OFFSET_MAX_S &&
					     rule->offset_s <= ACTIVITY_UTC_OFFSET_MAX_S);
		refuse_unless(codec, i == 0 || rule->from_s > zone->at[i - 1].from_s);
	}
	zone->n = n;
}

void fields_request(struct codec *codec, struct parse_request *request)
{
	struct runner_profile *runner = &request->runner;
	runner->sex = (enum sex)codec_enum(codec, runner->sex, SEX_COUNT);
	codec_i32(codec, &runner->birth_year);
	uint8_t n = (uint8_t)runner->entries_n;
	codec_u8(codec, &n);
	if (n > PROFILE_MAX_ENTRIES ||
		(codec->encoding && runner->entries_n > PROFILE_MAX_ENTRIES)) {
		codec->bad = true;
		return;
	}
	for (uint8_t i = 0; i < n && !codec->bad; i++)
		entry_fields(codec, &runner->entries[i]);
	runner->entries_n = n;
	zone_fields(codec, &request->zone);
	codec_i32(codec, &request->day_start_h);
	refuse_unless(codec, request->day_start_h >= 0 && request->day_start_h < 24);
}

void fields_file(struct codec *codec, struct report *report)
{
	struct file_device *device = &report->device;
	report->format = (enum file_format)codec_enum(codec, report->format, FILE_FORMAT_COUNT);
	report->kind = (enum file_kind)codec_enum(codec, report->kind, FILE_KIND_COUNT);
	codec_bool(codec, &report->valid);
	codec_bool(codec, &report->no_landlock);
	codec_bool(codec, &device->has_manufacturer);
	codec_bool(codec, &device->has_product);
	codec_bool(codec, &device->has_serial);
	codec_u16(codec, &device->manufacturer);
	codec_u16(codec, &device->product);
	codec_u32(codec, &device->serial);
	codec_text(codec, device->product_name, sizeof device->product_name);
	codec_text(codec, report->manufacturer_name, sizeof report->manufacturer_name);
	refuse_unless(codec, activity_check_device(device) == 0);
}

static void stated_fields(struct codec *codec, struct activity_stated *stated)
{
	double *const all[] = { &stated->elapsed_s, &stated->timer_s, &stated->moving_s,
		&stated->distance_m, &stated->ascent_m, &stated->descent_m, &stated->hr_avg_bpm,
		&stated->hr_max_bpm, &stated->cadence_avg_spm, &stated->energy_kcal,
		&stated->total_strides, &stated->rpe, &stated->feel };
	_Static_assert(ARRAY_SIZE(all) * sizeof(double) == sizeof *stated, "a field is missing");
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		amount(codec, all[i]);
}

static void summary_fields(struct codec *codec, struct activity_summary *summary)
{
	codec_bool(codec, &summary->has_sport);
	codec_bool(codec, &summary->has_sub_sport);
	codec_u8(codec, &summary->sport);
	codec_u8(codec, &summary->sub_sport);
	codec_i64(codec, &summary->start_ms);
	codec_bool(codec, &summary->has_utc_offset);
	codec_i32(codec, &summary->utc_offset_s);
	codec_u32(codec, &summary->laps);
	codec_u32(codec, &summary->records);
	stated_fields(codec, &summary->stated);
	refuse_unless(codec, activity_check_summary(summary) == 0);
}

/* Calls back for every plain amount among the numbers. */
static void each_number(struct activity_numbers *n, void (*visit)(double *, void *), void *userdata)
{
	double *const all[] = { &n->elapsed_s, &n->timer_s, &n->moving_s, &n->distance_m,
		&n->ascent_m, &n->descent_m, &n->hr_avg_bpm, &n->hr_max_bpm, &n->cadence_avg_spm,
		&n->steps, &n->hr_peak_bpm, &n->hr_coverage, &n->load, &n->hrtss, &n->rtss,
		&n->power_load, &n->srpe, &n->trimp_banister, &n->trimp_edwards, &n->trimp_lucia,
		&n->soreness_dose, &n->soreness_down, &n->peak_force_bw };
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		visit(all[i], userdata);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		visit(&n->damage_steps[i], userdata);
	for (size_t i = 0; i < REGION_COUNT; i++)
		visit(&n->region_steps[i], userdata);
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		visit(&n->profile.values[i].value, userdata);
}

static void visit_codec(double *value, void *codec)
{
	amount(codec, value);
}

static void visit_settle(double *value, void *count)
{
	if (is_amount(*value))
		return;
	*value = NAN;
	++*(int *)count;
}

void fields_activity(struct codec *codec, struct report_activity *activity)
{
	struct activity_numbers *n = &activity->numbers;
	summary_fields(codec, &activity->summary);
	each_number(n, visit_codec, codec);
	codec_f64(codec, &n->decoupling);
	refuse_unless(codec, is_signed_amount(n->decoupling));
	n->altitude_source =
		(enum altitude_source)codec_enum(codec, n->altitude_source, ALTITUDE_SOURCE_COUNT);
	codec_u32(codec, &n->has_series);
	refuse_unless(codec, n->has_series >> SERIES_COUNT == 0);
	n->load_source = (enum load_source)codec_enum(codec, n->load_source, LOAD_SOURCE_COUNT);
	n->profile.sex = (enum sex)codec_enum(codec, n->profile.sex, SEX_COUNT);
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++) {
		struct profile_value *value = &n->profile.values[i];
		value->source =
			(enum value_source)codec_enum(codec, value->source, VALUE_SOURCE_COUNT);
	}
	codec_u32(codec, &n->doubts);
	refuse_unless(codec, n->doubts >> DOUBT_COUNT == 0);
	fields_tally(codec, &activity->tally);
}

void fields_wellness(struct codec *codec, struct wellness_part *part)
{
	codec_i32(codec, &part->day);
	refuse_unless(codec, is_day(part->day));
	part->kind = (enum wellness_kind)codec_enum(codec, part->kind, WELLNESS_KIND_COUNT);
	codec_bytes(codec, part->bytes, &part->size, WELLNESS_PART_MAX_BYTES);
	refuse_unless(codec, !codec->bad && wellness_part_holds(part));
}

void fields_count(struct codec *codec, struct report_count *count)
{
	codec_u16(codec, &count->number);
	codec_text(codec, count->name, sizeof count->name);
	codec_u32(codec, &count->count);
}

void fields_problem(struct codec *codec, struct report_problem *problem)
{
	codec_u64(codec, &problem->offset);
	codec_text(codec, problem->what, sizeof problem->what);
}

int report_settle(struct report *report)
{
	int changed = activity_check_device(&report->device);
	for (size_t i = 0; i < report->activities_n; i++) {
		changed += activity_check_summary(&report->activities[i].summary);
		changed += fields_settle_tally(&report->activities[i].tally);
		each_number(&report->activities[i].numbers, visit_settle, &changed);
		if (!is_signed_amount(report->activities[i].numbers.decoupling)) {
			report->activities[i].numbers.decoupling = (double)NAN;
			changed++;
		}
	}
	struct wellness_parts *parts = &report->wellness;
	size_t kept = 0;
	for (size_t i = 0; i < parts->n; i++) {
		if (is_day(parts->list[i].day) && wellness_part_holds(&parts->list[i]))
			parts->list[kept++] = parts->list[i];
		else
			free(parts->list[i].bytes);
	}
	changed += (int)(parts->n - kept);
	parts->n = kept;
	return changed;
}
