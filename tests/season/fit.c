/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a run as a FIT activity file, by the public profile. */
#include "season/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIT_EPOCH_S 631065600

struct out {
	uint8_t *data;
	size_t size, capacity;
	bool failed;
};

static void put(struct out *out, uint64_t value, size_t bytes)
{
	if (out->size + bytes > out->capacity) {
		size_t capacity = out->capacity ? out->capacity * 2 : 65536;
		uint8_t *grown = realloc(out->data, capacity);
		if (!grown) {
			out->failed = true;
			return;
		}
		out->data = grown;
		out->capacity = capacity;
	}
	for (size_t i = 0; i < bytes; i++)
		out->data[out->size++] = (uint8_t)(value >> (8 * i));
}

/* Field numbers with their size in bytes and base type, ended by a size of 0. */
struct field {
	uint8_t number, size, type;
};
enum { ENUM = 0x00, UINT8 = 0x02, UINT16 = 0x84, UINT32 = 0x86, UINT32Z = 0x8C };

static void define(struct out *out, uint8_t local, uint16_t global, const struct field *fields)
{
	uint8_t n = 0;
	while (fields[n].size)
		n++;
	put(out, 0x40u | local, 1);
	put(out, 0, 2); /* reserved, little-endian */
	put(out, global, 2);
	put(out, n, 1);
	for (uint8_t i = 0; i < n; i++) {
		put(out, fields[i].number, 1);
		put(out, fields[i].size, 1);
		put(out, fields[i].type, 1);
	}
}

static uint16_t crc(const uint8_t *data, size_t n)
{
	uint16_t value = 0;
	for (size_t i = 0; i < n; i++) {
		value ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			value = (uint16_t)(value & 1 ? value >> 1 ^ 0xA001 : value >> 1);
	}
	return value;
}

static uint32_t fit_time(int64_t utc_s)
{
	return (uint32_t)(utc_s - FIT_EPOCH_S);
}

static void put_head(struct out *out, const struct season_run *run)
{
	define(out, 0, 0, /* file_id: type, manufacturer, product, serial, time created */
		(const struct field[]) { { 0, 1, ENUM }, { 1, 2, UINT16 }, { 2, 2, UINT16 },
			{ 3, 4, UINT32Z }, { 4, 4, UINT32 }, { 0, 0, 0 } });
	put(out, 0, 1);
	put(out, 4, 1);
	put(out, 1, 2);
	put(out, 4315, 2);
	put(out, run->serial, 4);
	put(out, fit_time(run->start_s), 4);
	define(out, 1, 21, /* event: timestamp, event, type */
		(const struct field[]) {
			{ 253, 4, UINT32 }, { 0, 1, ENUM }, { 1, 1, ENUM }, { 0, 0, 0 } });
	put(out, 1, 1);
	put(out, fit_time(run->start_s), 4);
	put(out, 0, 1);
	put(out, 0, 1);
}

static void put_records(struct out *out, const struct season_run *run)
{
	define(out, 2,
		20, /* time, distance, enhanced altitude and speed, heart rate, cadence, stance */
		(const struct field[]) { { 253, 4, UINT32 }, { 5, 4, UINT32 }, { 78, 4, UINT32 },
			{ 73, 4, UINT32 }, { 3, 1, UINT8 }, { 4, 1, UINT8 }, { 41, 2, UINT16 },
			{ 0, 0, 0 } });
	for (size_t i = 0; i < run->n; i++) {
		const struct season_sample *s = &run->samples[i];
		put(out, 2, 1);
		put(out, fit_time(run->start_s + (int64_t)i), 4);
		put(out, (uint64_t)llround(s->distance_m * 100), 4);
		put(out, (uint64_t)llround((s->altitude_m + 500) * 5), 4);
		put(out, (uint64_t)llround(s->speed_mps * 1000), 4);
		put(out, (uint64_t)s->hr_bpm, 1);
		put(out, (uint64_t)s->cadence_rpm, 1);
		put(out, (uint64_t)s->contact_tenths_ms, 2);
	}
}

/* The same totals for the lap (19) and the session (18). */
static void put_totals(struct out *out, const struct season_run *run)
{
	int64_t end_s = run->start_s + (int64_t)run->n;
	uint64_t metres_100 = (uint64_t)llround(run->samples[run->n - 1].distance_m * 100);
	define(out, 3, 19, /* timestamp, start, elapsed, timer, distance */
		(const struct field[]) { { 253, 4, UINT32 }, { 2, 4, UINT32 }, { 7, 4, UINT32 },
			{ 8, 4, UINT32 }, { 9, 4, UINT32 }, { 0, 0, 0 } });
	put(out, 3, 1);
	put(out, fit_time(end_s), 4);
	put(out, fit_time(run->start_s), 4);
	put(out, run->n * 1000, 4);
	put(out, run->n * 1000, 4);
	put(out, metres_100, 4);
	define(out, 4, 18, /* and sport, sub-sport, ascent, descent, RPE */
		(const struct field[]) { { 253, 4, UINT32 }, { 2, 4, UINT32 }, { 5, 1, ENUM },
			{ 6, 1, ENUM }, { 7, 4, UINT32 }, { 8, 4, UINT32 }, { 9, 4, UINT32 },
			{ 22, 2, UINT16 }, { 23, 2, UINT16 }, { 193, 1, UINT8 }, { 0, 0, 0 } });
	put(out, 4, 1);
	put(out, fit_time(end_s), 4);
	put(out, fit_time(run->start_s), 4);
	put(out, 1, 1);
	put(out, run->trail ? 3 : 0, 1);
	put(out, run->n * 1000, 4);
	put(out, run->n * 1000, 4);
	put(out, metres_100, 4);
	put(out, (uint64_t)llround(run->ascent_m), 2);
	put(out, (uint64_t)llround(run->descent_m), 2);
	put(out, run->rpe ? (uint64_t)run->rpe * 10 : 0xFF, 1);
	define(out, 5, 34, /* activity: timestamp, timer, sessions, local time */
		(const struct field[]) { { 253, 4, UINT32 }, { 0, 4, UINT32 }, { 1, 2, UINT16 },
			{ 5, 4, UINT32 }, { 0, 0, 0 } });
	put(out, 5, 1);
	put(out, fit_time(end_s), 4);
	put(out, run->n * 1000, 4);
	put(out, 1, 2);
	put(out, fit_time(end_s + run->utc_offset_s), 4);
}

uint8_t *season_fit(const struct season_run *run, size_t *ret_size)
{
	struct out out = { 0 };
	put(&out, 14, 1);
	put(&out, 0x20, 1);
	put(&out, 2132, 2);
	put(&out, 0, 4); /* data size, below */
	put(&out, 0x5449462E, 4);
	put(&out, 0, 2);
	put_head(&out, run);
	put_records(&out, run);
	put(&out, 1, 1); /* timer stops */
	put(&out, fit_time(run->start_s + (int64_t)run->n), 4);
	put(&out, 0, 1);
	put(&out, 4, 1);
	put_totals(&out, run);
	if (out.failed) {
		free(out.data);
		return NULL;
	}
	uint32_t size = (uint32_t)out.size - 14;
	for (size_t i = 0; i < 4; i++)
		out.data[4 + i] = (uint8_t)(size >> (8 * i));
	uint16_t head = crc(out.data, 12);
	out.data[12] = (uint8_t)head;
	out.data[13] = (uint8_t)(head >> 8);
	put(&out, crc(out.data, out.size), 2);
	*ret_size = out.size;
	return out.data;
}
