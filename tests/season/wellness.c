/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes days and nights as FIT monitoring, sleep and HRV status files. There is no recording of an HRV
 * status or of a sleep score to look at: these follow the public profile and nothing else. */
#include "season/fit_bytes.h"
#include "season/season.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define DAY_S INT64_C(86400)
#define PLUGGED_IN_S INT64_C(48600) /* where the watch begins a new file */
#define WAKING_S INT64_C(23400)

static void put_file_id(struct out *out, const struct season_day *day, uint8_t type, int64_t at_s)
{
	fit_begin(out);
	out_define(out, 0, 0, /* file_id: type, manufacturer, product, serial, time created */
		(const struct field[]) { { 0, 1, ENUM }, { 1, 2, UINT16 }, { 2, 2, UINT16 },
			{ 3, 4, UINT32Z }, { 4, 4, UINT32 }, { 0, 0, 0 } });
	out_put(out, 0, 1);
	out_put(out, type, 1);
	out_put(out, 1, 2);
	out_put(out, 4315, 2);
	out_put(out, day->serial, 4);
	out_put(out, fit_time(at_s), 4);
}

static void define_monitoring(struct out *out)
{
	out_define(out, 1, 103, /* monitoring_info: timestamp, local timestamp */
		(const struct field[]) { { 253, 4, UINT32 }, { 0, 4, UINT32 }, { 0, 0, 0 } });
	out_define(out, 2, 55, /* monitoring: timestamp_16, heart rate */
		(const struct field[]) { { 26, 2, UINT16 }, { 27, 1, UINT8 }, { 0, 0, 0 } });
	out_define(out, 3, 227, /* stress_level: time, value */
		(const struct field[]) { { 1, 4, UINT32 }, { 0, 2, SINT16 }, { 0, 0, 0 } });
	out_define(out, 4, 211, /* monitoring_hr_data: timestamp, resting, of the day */
		(const struct field[]) {
			{ 253, 4, UINT32 }, { 0, 1, UINT8 }, { 1, 1, UINT8 }, { 0, 0, 0 } });
}

/* Calm at night, more so by day; where the runner moves the watch says that it cannot tell. */
static int stress_at(const struct season_day *day, int64_t second, uint64_t *random)
{
	bool night = second < WAKING_S || second > 82800;
	double level = day->stress * (night ? 0.45 : 1.25) + season_uniform(random, -9, 9);
	if (!night && season_uniform(random, 0, 1) < 0.12)
		return season_uniform(random, 0, 1) < 0.5 ? -1 : -2;
	return level < 1 ? 1 : level > 99 ? 99 : (int)lround(level);
}

static void put_monitoring(struct out *out, const struct season_day *day, int64_t from, int64_t to)
{
	uint64_t random = day->seed + (uint64_t)from;
	int64_t begin_s = day->midnight_s + from;
	put_file_id(out, day, 32, begin_s);
	define_monitoring(out);
	out_put(out, 1, 1);
	out_put(out, fit_time(begin_s), 4);
	out_put(out, fit_time(begin_s + day->utc_offset_s), 4);
	for (int64_t second = from; second < to; second += 180) {
		int64_t at_s = day->midnight_s + second;
		int stress = stress_at(day, second, &random);
		out_put(out, 2, 1);
		out_put(out, fit_time(at_s) & 0xFFFF, 2);
		out_put(out, (uint64_t)lround(day->resting_hr_bpm + 2 + fabs(stress / 4.0)), 1);
		out_put(out, 3, 1);
		out_put(out, fit_time(at_s), 4);
		out_put(out, (uint64_t)stress, 2);
	}
	out_put(out, 4, 1); /* at midnight this is of the day that ends */
	out_put(out, fit_time(day->midnight_s + to), 4);
	out_put(out, (uint64_t)lround(day->resting_hr_bpm + 1), 1);
	out_put(out, (uint64_t)lround(day->resting_hr_bpm), 1);
}

static void put_sleep_event(struct out *out, int64_t at_s, uint8_t type)
{
	out_put(out, 1, 1);
	out_put(out, fit_time(at_s), 4);
	out_put(out, 74, 1);
	out_put(out, type, 1);
}

/* Light, deep, light, REM in turns, awake for five minutes twice; what is slept is day->sleep_h. */
static void put_sleep(struct out *out, const struct season_day *day)
{
	static const uint8_t turns[] = { 2, 3, 2, 4, 2, 1, 2, 3, 2, 4, 2, 1, 2, 4, 2 };
	const int64_t n = sizeof turns, awake = 2, awake_s = 300;
	int64_t slept_s = llround(day->sleep_h * 60) * 60;
	int64_t turn_s = slept_s / (n - awake) / 60 * 60;
	int64_t stop_s = day->midnight_s + WAKING_S, at_s = stop_s - slept_s - awake * awake_s;
	put_file_id(out, day, 49, stop_s);
	out_define(out, 1, 21, /* event: timestamp, event, type */
		(const struct field[]) {
			{ 253, 4, UINT32 }, { 0, 1, ENUM }, { 1, 1, ENUM }, { 0, 0, 0 } });
	out_define(out, 2, 275, /* sleep_level: timestamp, level from then on */
		(const struct field[]) { { 253, 4, UINT32 }, { 0, 1, ENUM }, { 0, 0, 0 } });
	out_define(out, 3, 346, /* sleep_assessment: overall score */
		(const struct field[]) { { 6, 1, UINT8 }, { 0, 0, 0 } });
	out_define(out, 4, 273, /* sleep_data_info: timestamp, local timestamp */
		(const struct field[]) { { 253, 4, UINT32 }, { 2, 4, UINT32 }, { 0, 0, 0 } });
	out_put(out, 4, 1);
	out_put(out, fit_time(at_s), 4);
	out_put(out, fit_time(at_s + day->utc_offset_s), 4);
	put_sleep_event(out, at_s, 0);
	for (int64_t i = 0; i < n; i++) {
		out_put(out, 2, 1);
		out_put(out, fit_time(at_s), 4);
		out_put(out, turns[i], 1);
		at_s += turns[i] == 1 ? awake_s : turn_s;
	}
	put_sleep_event(out, stop_s, 1);
	out_put(out, 3, 1);
	out_put(out, (uint64_t)lround(10 * day->sleep_h), 1);
}

static void put_hrv(struct out *out, const struct season_day *day)
{
	uint64_t random = day->seed + 1;
	int64_t waking_s = day->midnight_s + WAKING_S, at_s = waking_s - 21600;
	put_file_id(out, day, 68, at_s);
	out_define(out, 1, 371, /* hrv_value: timestamp, mean of five minutes */
		(const struct field[]) { { 253, 4, UINT32 }, { 0, 2, UINT16 }, { 0, 0, 0 } });
	out_define(out, 2, 370, /* hrv_status_summary: timestamp, last night */
		(const struct field[]) { { 253, 4, UINT32 }, { 1, 2, UINT16 }, { 0, 0, 0 } });
	for (; at_s <= waking_s; at_s += 300) {
		double value = day->hrv_rmssd_ms + season_uniform(&random, -12, 12);
		out_put(out, 1, 1);
		out_put(out, fit_time(at_s), 4);
		out_put(out, (uint64_t)llround(value * 128), 2);
	}
	out_put(out, 2, 1);
	out_put(out, fit_time(waking_s + 600), 4);
	out_put(out, (uint64_t)llround(day->hrv_rmssd_ms * 128), 2);
}

uint8_t *season_day_file(
	const struct season_day *day, int which, char name[SEASON_NAME_BYTES], size_t *ret_size)
{
	static const char *const names[SEASON_DAY_FILES] = { "Monitor/M%Y-%m-%d-A.fit",
		"Monitor/M%Y-%m-%d-B.fit", "Sleep/S%Y-%m-%d.fit", "HRVStatus/H%Y-%m-%d.fit" };
	time_t local = (time_t)(day->midnight_s + day->utc_offset_s);
	struct out out = { 0 };
	struct tm civil;
	(void)gmtime_r(&local, &civil);
	(void)strftime(name, SEASON_NAME_BYTES, names[which], &civil);
	if (which == 0)
		put_monitoring(&out, day, 0, PLUGGED_IN_S);
	else if (which == 1)
		put_monitoring(&out, day, PLUGGED_IN_S, DAY_S);
	else if (which == 2)
		put_sleep(&out, day);
	else
		put_hrv(&out, day);
	return fit_end(&out, ret_size);
}
