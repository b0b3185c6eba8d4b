/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A made-up season of runs, for the demonstration, the tests and the benchmarks: same seed, same bytes.
 *
 * The runs are plausible, not real: pace, heart rate, cadence and hills follow simple rules with noise. The
 * writers below share nothing with parsers/, or one misreading would pass twice. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct season_sample {
	double distance_m, altitude_m, speed_mps;
	int hr_bpm;
	int cadence_rpm; /* strides of one leg a minute */
	int contact_tenths_ms;
};

struct season_run {
	int64_t start_s; /* UTC */
	int32_t utc_offset_s;
	bool trail;
	uint32_t serial;
	struct season_sample *samples; /* one a second, owned */
	size_t n;
	double ascent_m, descent_m;
	int rpe; /* 0-10; 0: none */
};

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
uint64_t season_random(uint64_t *state);
double season_uniform(uint64_t *state, double from, double to);

struct season_plan {
	int64_t start_s;
	double distance_m;
	double pace_mps;    /* on level ground */
	double hills_m;     /* height of the hills; 0: flat */
	double climb_share; /* of the distance that goes up before it goes down; 0: rolling */
	bool intervals, trail;
	int rpe;
};

/* Makes the samples of one planned run. Returns false when memory is short. */
bool season_make(const struct season_plan *plan, uint64_t *random, struct season_run *ret);

/* A day of a watch that is worn day and night, from midnight to midnight, and the night that ends on it. */
struct season_day {
	int64_t midnight_s; /* UTC */
	int32_t utc_offset_s;
	uint32_t serial;
	uint64_t seed; /* of what varies within the day */
	double stress, resting_hr_bpm, hrv_rmssd_ms, sleep_h;
};

/* Day number `day` (since 1970, local) of a runner: usual values with noise, or those of a week that is
 * too much: stress up, HRV down, an hour less of sleep. The same day of the same seed is always the same. */
struct season_day season_day_of(uint64_t seed, int32_t day, int32_t utc_offset_s, bool strained);

/* The files of a day as a watch lays them down. What they look like inside is taken from the public FIT
 * profile, not from a recording: nobody gave us one of HRV status or of a sleep score. Monitoring is cut
 * where the watch was plugged in, so that a day is in two files.
 *
 * which  0 to SEASON_DAY_FILES - 1; name gets "Monitor/M2026-05-03-A.fit" */
#define SEASON_DAY_FILES 4
#define SEASON_NAME_BYTES 64
uint8_t *season_day_file(
	const struct season_day *day, int which, char name[SEASON_NAME_BYTES], size_t *ret_size);

/* The whole file as bytes, owned by the caller; NULL when memory is short. */
uint8_t *season_fit(const struct season_run *run, size_t *ret_size);
char *season_tcx(const struct season_run *run, size_t *ret_size);
