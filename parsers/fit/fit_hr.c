/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heart rate in messages of its own (132), as straps write that kept it under water: each beat with
 * its time in 1/1024 s of the strap's clock, first a full one next to a timestamp, then the low
 * twelve bits of eight beats in twelve bytes (FIT SDK, "Plugin framework", heart rate). */

#include "fit/fit_hr.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_PER_S 1024
#define EVENT_12_MASK 0xFFFu
#define BEATS_MAX_SECONDS (FILE_MAX_RECORDS + FILE_MAX_RECORDS / 2)

static uint32_t event_at(const uint8_t *at, bool big_endian)
{
	return big_endian ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
				    at[3]
			  : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 |
				    at[0];
}

/* The i-th of the twelve-bit values: two stand in three bytes, low bits first. */
static uint32_t event_12_at(const uint8_t *at, size_t i)
{
	at += i / 2 * 3;
	return i % 2 == 0 ? (at[0] | (uint32_t)at[1] << 8) & EVENT_12_MASK
			  : (uint32_t)at[1] >> 4 | (uint32_t)at[2] << 4;
}

static int add_beat(struct fit_decoder *d, uint32_t event, uint8_t bpm)
{
	struct fit_hr *hr = &d->hr;
	hr->last_event = event;
	if (!hr->anchored || bpm == 0 || bpm == UINT8_MAX)
		return 0;
	/* the strap's clock turns over after 48 days: the difference is what counts */
	int64_t since = (int32_t)(event - hr->anchor_event);
	int64_t time_ms = hr->anchor_ms + since * 1000 / EVENTS_PER_S;
	if (time_ms < 0)
		return 0;
	int64_t second = time_ms / 1000;
	struct fit_beats *last = hr->beats_n ? &hr->beats[hr->beats_n - 1] : NULL;
	if (last && last->second == second) {
		last->sum += bpm;
		last->n++;
		return 0;
	}
	if (hr->beats_n >= BEATS_MAX_SECONDS) {
		if (!hr->overflowed)
			decoded_file_add_problem(d->file, 0, "more heart beats than can be kept");
		hr->overflowed = true;
		return 0;
	}
	int r = fit_grow((void **)&hr->beats, hr->beats_n, &hr->beats_capacity, sizeof *hr->beats);
	if (r < 0)
		return r;
	hr->beats[hr->beats_n++] = (struct fit_beats) { .second = second, .sum = bpm, .n = 1 };
	return 0;
}

int fit_hr_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	const struct fit_raw *bpm = &def->raws[HR_RAW_BPM], *full = &def->raws[HR_RAW_EVENT],
			     *low = &def->raws[HR_RAW_EVENT_12];
	size_t full_n = full->size / sizeof(uint32_t), low_n = (size_t)low->size * 2 / 3, beats = 0;
	if (full_n > 0 && time_ms != TIME_UNKNOWN_MS) {
		double fraction = def->values[HR_FRACTION];
		d->hr.anchored = time_ms >= FIT_RELATIVE_BELOW_MS;
		d->hr.anchor_ms = time_ms + (isnan(fraction) ? 0 : (int64_t)(fraction * 1000));
		d->hr.anchor_event = event_at(data + full->at, def->big_endian);
	}
	for (size_t i = 0; i < full_n && beats < bpm->size; i++) {
		uint32_t event = event_at(data + full->at + i * sizeof(uint32_t), def->big_endian);
		int r = add_beat(d, event, data[bpm->at + beats++]);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < low_n && beats < bpm->size; i++) {
		uint32_t last = d->hr.last_event, value = event_12_at(data + low->at, i);
		uint32_t event = last + ((value - last) & EVENT_12_MASK);
		int r = add_beat(d, event, data[bpm->at + beats++]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int by_second(const void *a, const void *b)
{
	int64_t x = ((const struct fit_beats *)a)->second,
		y = ((const struct fit_beats *)b)->second;
	return (x > y) - (x < y);
}

/* Sorts, and makes one of entries for the same second. */
static void sort_beats(struct fit_hr *hr)
{
	size_t kept = 0;
	qsort(hr->beats, hr->beats_n, sizeof *hr->beats, by_second);
	for (size_t i = 1; i < hr->beats_n; i++) {
		if (hr->beats[i].second == hr->beats[kept].second) {
			hr->beats[kept].sum += hr->beats[i].sum;
			hr->beats[kept].n += hr->beats[i].n;
		} else {
			hr->beats[++kept] = hr->beats[i];
		}
	}
	hr->beats_n = kept + 1;
}

void fit_hr_merge(struct fit_decoder *d)
{
	struct fit_hr *hr = &d->hr;
	if (hr->beats_n == 0)
		return;
	sort_beats(hr);
	for (size_t a = 0; a < d->file->activities_n; a++) {
		struct activity *activity = &d->file->activities[a];
		for (size_t i = 0; i < activity->records_n; i++) {
			struct activity_record *record = &activity->records[i];
			struct fit_beats key = { .second = record->time_ms / 1000 };
			const struct fit_beats *beats =
				record->time_ms == TIME_UNKNOWN_MS
					? NULL
					: bsearch(&key, hr->beats, hr->beats_n, sizeof key,
						  by_second);
			if (beats)
				record->hr_bpm = (float)beats->sum / (float)beats->n;
		}
	}
}
