/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Days of wellness samples, made up, for the tests of what becomes of them. */

#include "support/test.h"

#include "metrics/wellness_parts.h"

#include <stdlib.h>

#define WS_MAX 20000u

/* The samples of a file. */
struct ws {
	struct wellness_sample list[WS_MAX];
	size_t n;
	int32_t utc_offset_s;
};

static inline void ws_add(struct ws *ws, enum wellness_kind kind, int64_t time_s, double value)
{
	assert_true(ws->n < WS_MAX);
	ws->list[ws->n++] = (struct wellness_sample) { .time_ms = time_s * 1000,
		.utc_offset_s = ws->utc_offset_s,
		.kind = kind,
		.value = value };
}

/* One stress value every step_s for begin_s <= t < end_s. */
static inline void ws_add_stress(
	struct ws *ws, int64_t begin_s, int64_t end_s, int64_t step_s, double value)
{
	for (int64_t t = begin_s; t < end_s; t += step_s)
		ws_add(ws, WELLNESS_STRESS, t, value);
}

/* The parts of what was added; the samples are gone afterwards. */
static inline struct wellness_parts ws_parts(struct ws *ws, int32_t day_start_h)
{
	const struct zone_rules an_hour_east = zone_rules_fixed(3600);
	struct wellness_parts parts = { 0 };
	bool dropped = true;
	assert_int_equal(
		wellness_parts_make(ws->list, ws->n, &an_hour_east, day_start_h, &parts, &dropped),
		0);
	assert_false(dropped);
	ws->n = 0;
	return parts;
}

/* The values of a day from parts of any days. */
static inline struct wellness_day ws_day(const struct wellness_parts *parts, int32_t day)
{
	struct wellness_part *of_day = calloc(parts->n + 1, sizeof *of_day);
	struct wellness_day ret;
	size_t n = 0;
	assert_non_null(of_day);
	for (size_t i = 0; i < parts->n; i++)
		if (parts->list[i].day == day)
			of_day[n++] = parts->list[i];
	assert_int_equal(wellness_parts_day(of_day, n, day, &ret), 0);
	free(of_day);
	return ret;
}
