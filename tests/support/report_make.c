/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/report_make.h"

#include <stdio.h>
#include <string.h>

uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static uint32_t below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(random_next(state) >> 32) % n;
}

static bool coin(uint64_t *state)
{
	return below(state, 2);
}

/* A number that every rule lets through, or the unknown. */
static double number(uint64_t *state, double max)
{
	return below(state, 5) == 0 ? (double)NAN : 1 + below(state, 100000) / 100001.0 * (max - 1);
}

static void text(uint64_t *state, char *ret, size_t capacity)
{
	static const char *const pieces[] = { "a", "Z", " ", "\xC3\xA4", "\xE2\x82\xAC",
		"\xF0\x9F\x8F\x83", "0", "-", "\xEF\xBF\xBD" };
	size_t length = 0;
	for (uint32_t n = below(state, (uint32_t)capacity); n > 0; n--) {
		const char *piece = pieces[below(state, sizeof pieces / sizeof *pieces)];
		size_t size = strlen(piece);
		if (length + size >= capacity)
			continue;
		memcpy(ret + length, piece, size);
		length += size;
	}
	ret[length] = '\0';
}

static void make_summary(uint64_t *state, struct activity_summary *s)
{
	s->has_sport = coin(state);
	s->sport = s->has_sport ? (uint8_t)below(state, 255) : 0;
	s->has_sub_sport = coin(state);
	s->sub_sport = s->has_sub_sport ? (uint8_t)below(state, 255) : 0;
	s->start_ms = coin(state) ? TIME_UNKNOWN_MS : (int64_t)below(state, UINT32_MAX) * 900;
	s->has_utc_offset = coin(state);
	s->utc_offset_s = s->has_utc_offset ? (int32_t)below(state, 100000) - 50000 : 0;
	s->laps = below(state, FILE_MAX_RECORDS);
	s->records = below(state, FILE_MAX_RECORDS);
	double *const stated[] = { &s->stated.elapsed_s, &s->stated.timer_s, &s->stated.moving_s,
		&s->stated.distance_m, &s->stated.ascent_m, &s->stated.descent_m,
		&s->stated.hr_avg_bpm, &s->stated.hr_max_bpm, &s->stated.cadence_avg_spm,
		&s->stated.energy_kcal, &s->stated.total_strides, &s->stated.rpe, &s->stated.feel };
	for (size_t i = 0; i < sizeof stated / sizeof *stated; i++)
		*stated[i] = number(state, 10);
}

static void make_numbers(uint64_t *state, struct activity_numbers *n)
{
	double *const all[] = { &n->elapsed_s, &n->timer_s, &n->moving_s, &n->distance_m,
		&n->ascent_m, &n->descent_m, &n->hr_avg_bpm, &n->hr_max_bpm, &n->cadence_avg_spm,
		&n->steps, &n->hr_peak_bpm, &n->hr_coverage, &n->load, &n->hrtss, &n->rtss,
		&n->power_load, &n->srpe, &n->trimp_banister, &n->trimp_edwards, &n->trimp_lucia,
		&n->soreness_dose, &n->soreness_down };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		*all[i] = number(state, 1e9);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		n->damage_steps[i] = number(state, 1e9);
	for (size_t i = 0; i < REGION_COUNT; i++)
		n->region_steps[i] = number(state, 1e9);
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++) {
		n->profile.values[i].value = number(state, 300);
		n->profile.values[i].source = (enum value_source)below(state, VALUE_SOURCE_COUNT);
	}
	n->profile.sex = (enum sex)below(state, SEX_COUNT);
	n->load_source = (enum load_source)below(state, LOAD_SOURCE_COUNT);
	n->has_series = below(state, 1u << SERIES_COUNT);
	n->doubts = below(state, 1u << DOUBT_COUNT);
}

static void make_head(uint64_t *state, struct report *r)
{
	r->format = (enum file_format)below(state, FILE_FORMAT_COUNT);
	r->kind = (enum file_kind)below(state, FILE_KIND_COUNT);
	r->valid = coin(state);
	r->no_landlock = coin(state);
	r->device.has_manufacturer = coin(state);
	r->device.manufacturer = r->device.has_manufacturer ? (uint16_t)below(state, 65536) : 0;
	r->device.has_product = coin(state);
	r->device.product = r->device.has_product ? (uint16_t)below(state, 65536) : 0;
	r->device.has_serial = coin(state);
	r->device.serial = r->device.has_serial ? (uint32_t)random_next(state) : 0;
	text(state, r->device.product_name, sizeof r->device.product_name);
	text(state, r->manufacturer_name, sizeof r->manufacturer_name);
}

static void make_lists(uint64_t *state, struct report *r)
{
	for (uint32_t n = below(state, 200); n > 0; n--) {
		struct report_count *count = report_add_count(r);
		if (!count)
			return;
		count->number = (uint16_t)below(state, 65536);
		count->count = below(state, UINT32_MAX);
		text(state, count->name, sizeof count->name);
	}
	for (uint32_t n = below(state, FILE_MAX_PROBLEMS + 2); n > 0; n--) {
		char what[REPORT_TEXT_BYTES];
		text(state, what, sizeof what);
		report_add_problem(r, random_next(state), what);
	}
}

/* A value a minute or so, on days that follow one another. */
static void make_wellness(uint64_t *state, struct report *ret)
{
	int32_t day = (int32_t)below(state, 20000);
	for (uint32_t n = below(state, 20); n > 0; n--) {
		uint8_t bytes[2005] = { 0x80, 0x80, 0x80, 0x80, 0x04, 0 }; /* 2^30 s after 1970 */
		struct wellness_part part = { .day = day++, .bytes = bytes };
		part.kind = coin(state) ? WELLNESS_STRESS : WELLNESS_SLEEP_SCORE;
		for (part.size = 6; part.size < below(state, 2000); part.size += 2) {
			bytes[part.size] = (uint8_t)(1 + below(state, 120));
			bytes[part.size + 1] = (uint8_t)below(state, 101);
		}
		if (report_add_wellness(ret, &part) < 0)
			return;
	}
}

void report_make(uint64_t *state, struct report *ret)
{
	make_head(state, ret);
	make_lists(state, ret);
	if (below(state, 4) == 0) {
		(void)snprintf(ret->why, sizeof ret->why, "refused for reason %u", below(state, 9));
		return;
	}
	for (uint32_t n = below(state, 8); n > 0; n--) {
		struct report_activity *activity = report_add_activity(ret);
		if (!activity)
			return;
		make_summary(state, &activity->summary);
		make_numbers(state, &activity->numbers);
	}
	make_wellness(state, ret);
}
