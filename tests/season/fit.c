/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a run as a FIT activity file, by the public profile. */
#include "season/fit_bytes.h"
#include "season/season.h"

#include <math.h>
#include <stdlib.h>

static void put_head(struct out *out, const struct season_run *run)
{
	out_define(out, 0, 0, /* file_id: type, manufacturer, product, serial, time created */
		(const struct field[]) { { 0, 1, ENUM }, { 1, 2, UINT16 }, { 2, 2, UINT16 },
			{ 3, 4, UINT32Z }, { 4, 4, UINT32 }, { 0, 0, 0 } });
	out_put(out, 0, 1);
	out_put(out, 4, 1);
	out_put(out, 1, 2);
	out_put(out, 4315, 2);
	out_put(out, run->serial, 4);
	out_put(out, fit_time(run->start_s), 4);
	out_define(out, 1, 21, /* event: timestamp, event, type */
		(const struct field[]) {
			{ 253, 4, UINT32 }, { 0, 1, ENUM }, { 1, 1, ENUM }, { 0, 0, 0 } });
	out_put(out, 1, 1);
	out_put(out, fit_time(run->start_s), 4);
	out_put(out, 0, 1);
	out_put(out, 0, 1);
}

static void put_records(struct out *out, const struct season_run *run)
{
	out_define(out, 2,
		20, /* time, distance, enhanced altitude and speed, heart rate, cadence, stance */
		(const struct field[]) { { 253, 4, UINT32 }, { 5, 4, UINT32 }, { 78, 4, UINT32 },
			{ 73, 4, UINT32 }, { 3, 1, UINT8 }, { 4, 1, UINT8 }, { 41, 2, UINT16 },
			{ 0, 0, 0 } });
	for (size_t i = 0; i < run->n; i++) {
		const struct season_sample *s = &run->samples[i];
		out_put(out, 2, 1);
		out_put(out, fit_time(run->start_s + (int64_t)i), 4);
		out_put(out, (uint64_t)llround(s->distance_m * 100), 4);
		out_put(out, (uint64_t)llround((s->altitude_m + 500) * 5), 4);
		out_put(out, (uint64_t)llround(s->speed_mps * 1000), 4);
		out_put(out, (uint64_t)s->hr_bpm, 1);
		out_put(out, (uint64_t)s->cadence_rpm, 1);
		out_put(out, (uint64_t)s->contact_tenths_ms, 2);
	}
}

/* The same totals for the lap (19) and the session (18). */
static void put_totals(struct out *out, const struct season_run *run)
{
	int64_t end_s = run->start_s + (int64_t)run->n;
	uint64_t metres_100 = (uint64_t)llround(run->samples[run->n - 1].distance_m * 100);
	out_define(out, 3, 19, /* timestamp, start, elapsed, timer, distance */
		(const struct field[]) { { 253, 4, UINT32 }, { 2, 4, UINT32 }, { 7, 4, UINT32 },
			{ 8, 4, UINT32 }, { 9, 4, UINT32 }, { 0, 0, 0 } });
	out_put(out, 3, 1);
	out_put(out, fit_time(end_s), 4);
	out_put(out, fit_time(run->start_s), 4);
	out_put(out, run->n * 1000, 4);
	out_put(out, run->n * 1000, 4);
	out_put(out, metres_100, 4);
	out_define(out, 4, 18, /* and sport, sub-sport, ascent, descent, RPE */
		(const struct field[]) { { 253, 4, UINT32 }, { 2, 4, UINT32 }, { 5, 1, ENUM },
			{ 6, 1, ENUM }, { 7, 4, UINT32 }, { 8, 4, UINT32 }, { 9, 4, UINT32 },
			{ 22, 2, UINT16 }, { 23, 2, UINT16 }, { 193, 1, UINT8 }, { 0, 0, 0 } });
	out_put(out, 4, 1);
	out_put(out, fit_time(end_s), 4);
	out_put(out, fit_time(run->start_s), 4);
	out_put(out, 1, 1);
	out_put(out, run->trail ? 3 : 0, 1);
	out_put(out, run->n * 1000, 4);
	out_put(out, run->n * 1000, 4);
	out_put(out, metres_100, 4);
	out_put(out, (uint64_t)llround(run->ascent_m), 2);
	out_put(out, (uint64_t)llround(run->descent_m), 2);
	out_put(out, run->rpe ? (uint64_t)run->rpe * 10 : 0xFF, 1);
	out_define(out, 5, 34, /* activity: timestamp, timer, sessions, local time */
		(const struct field[]) { { 253, 4, UINT32 }, { 0, 4, UINT32 }, { 1, 2, UINT16 },
			{ 5, 4, UINT32 }, { 0, 0, 0 } });
	out_put(out, 5, 1);
	out_put(out, fit_time(end_s), 4);
	out_put(out, run->n * 1000, 4);
	out_put(out, 1, 2);
	out_put(out, fit_time(end_s + run->utc_offset_s), 4);
}

uint8_t *season_fit(const struct season_run *run, size_t *ret_size)
{
	struct out out = { 0 };
	fit_begin(&out);
	put_head(&out, run);
	put_records(&out, run);
	out_put(&out, 1, 1); /* timer stops */
	out_put(&out, fit_time(run->start_s + (int64_t)run->n), 4);
	out_put(&out, 0, 1);
	out_put(&out, 4, 1);
	put_totals(&out, run);
	return fit_end(&out, ret_size);
}
