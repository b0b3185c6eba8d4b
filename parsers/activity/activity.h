/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The one model of what a watch recorded, into which every reader decodes: SI units, UTC, and an
 * explicit "unknown" for what a file does not give (NAN for doubles and floats, a `has_` member or a
 * named constant for the rest; never 0).
 *
 * A reader fills a `struct decoded_file`: its activities with their samples, and what else the file
 * says of itself. Nothing in here is printed before it went through base/utf8.h. */

#include "activity/wellness.h"
#include "base/perr.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Beyond these limits a file is refused by name (docs/formats.md, "limits"). */
#define FILE_MAX_BYTES (32u << 20)
#define FILE_MAX_RECORDS 300000u
#define FILE_MAX_TIMER_S (100.0 * 3600)
#define FILE_MAX_ACTIVITIES 1000u
#define FILE_MAX_PROBLEMS 32u

#define TIME_UNKNOWN_MS INT64_MIN
#define POSITION_UNKNOWN INT32_MAX

/* One sample. Steps a minute are counted in metrics/ only; here cadence is the file's own
 * number per minute with the fraction added (strides of one leg for running in FIT and TCX). */
struct activity_record {
	int64_t time_ms;   /* UTC, milliseconds since the epoch; TIME_UNKNOWN_MS */
	double distance_m; /* since the start of the activity, as the file counts */
	int32_t latitude_semicircles,
		longitude_semicircles; /* 180 / 2^31 degrees; POSITION_UNKNOWN */
	float altitude_m;
	float speed_mps;
	float hr_bpm;
	float cadence_rpm;
	float power_w;
	float contact_time_ms;
	float vertical_oscillation_mm;
};

/* The timer stood still for start_ms <= t < end_ms. */
struct activity_pause {
	int64_t start_ms, end_ms;
};

/* What the file's own summary says; NAN where it says nothing. */
struct activity_stated {
	double elapsed_s, timer_s, moving_s;
	double distance_m, ascent_m, descent_m;
	double hr_avg_bpm, hr_max_bpm;
	double cadence_avg_spm; /* steps a minute for running, walking, hiking; else revolutions */
	double energy_kcal;
	double total_strides;
	double rpe;  /* 0-10 */
	double feel; /* 0-100 */
};

/* What is left of an activity when its samples are gone. */
struct activity_summary {
	bool has_sport, has_sub_sport;
	uint8_t sport, sub_sport; /* numbers of the FIT profile, see activity/names.h */
	int64_t start_ms;         /* UTC; TIME_UNKNOWN_MS */
	bool has_utc_offset;
	int32_t utc_offset_s; /* local time minus UTC where and when it started */
	uint32_t laps, records;
	struct activity_stated stated;
};

/* What measured the heights. A barometer wavers by a metre, satellites by ten. */
enum altitude_source { ALTITUDE_UNKNOWN, ALTITUDE_BAROMETER, ALTITUDE_GPS, ALTITUDE_SOURCE_COUNT };
extern const char
	*const altitude_source_names[ALTITUDE_SOURCE_COUNT]; /* "unknown", "barometer", "gps" */

struct activity {
	struct activity_summary summary;
	enum altitude_source altitude_source;
	struct activity_record
		*records; /* owned; in file order, times may repeat or run backwards */
	size_t records_n, records_capacity;
	struct activity_pause *pauses; /* owned; sorted, disjoint */
	size_t pauses_n;
};

enum file_format { FILE_FORMAT_UNKNOWN, FILE_FORMAT_FIT, FILE_FORMAT_TCX, FILE_FORMAT_COUNT };

enum file_kind {
	FILE_KIND_ACTIVITY,
	FILE_KIND_COURSE,
	FILE_KIND_WORKOUT,
	FILE_KIND_MONITORING,
	FILE_KIND_SLEEP,
	FILE_KIND_HRV_STATUS,
	FILE_KIND_METRICS,
	FILE_KIND_WEIGHT,
	FILE_KIND_BLOOD_PRESSURE,
	FILE_KIND_LOCATIONS,
	FILE_KIND_SETTINGS,
	FILE_KIND_SPORT,
	FILE_KIND_TOTALS,
	FILE_KIND_OTHER,
	FILE_KIND_COUNT,
};

/* The maker of a file. A FIT gives numbers, a TCX a name. */
struct file_device {
	bool has_manufacturer, has_product, has_serial;
	uint16_t manufacturer; /* FIT profile; name by fit_manufacturer_name() */
	uint16_t product;
	uint32_t serial;
	char product_name[64]; /* clean UTF-8, "" when the file gives none */
};

/* Values of the runner that the file itself carries; NAN where it does not. */
struct file_profile {
	double hr_max_bpm, hr_rest_bpm, threshold_hr_bpm;
	double age_years, weight_kg;
	bool has_sex, male;
};

/* How often a message (FIT) or an element (TCX) stands in the file. */
struct message_count {
	uint16_t number;  /* FIT global message number; 0 for TCX */
	const char *name; /* TCX element, a literal; NULL for FIT */
	uint32_t count;
};

struct decoded_file {
	enum file_format format;
	enum file_kind kind;
	bool valid;
	struct file_device device;
	struct file_profile profile;
	enum altitude_source altitude_source; /* of all its activities */
	struct activity *activities;          /* owned */
	size_t activities_n;
	struct wellness_sample *wellness; /* owned; in file order */
	size_t wellness_n, wellness_capacity;
	struct message_count *counts; /* owned */
	size_t counts_n;
	struct parse_error problems[FILE_MAX_PROBLEMS];
	size_t problems_n;
};

/* A file of which nothing is known yet: everything NAN, unknown or empty. */
void decoded_file_init(struct decoded_file *file);

/* Frees what the file owns; takes a file that is half built. */
void decoded_file_done(struct decoded_file *file);

/* Adds an empty activity at the end. NULL when memory or FILE_MAX_ACTIVITIES ends (errno). The
 * pointer is valid until the next call. */
struct activity *decoded_file_add_activity(struct decoded_file *file);

/* Appends a copy. Returns 0; -EFBIG from FILE_MAX_WELLNESS on; -ENOMEM. */
int decoded_file_add_wellness(struct decoded_file *file, const struct wellness_sample *sample);

/* Remembers an oddity; from FILE_MAX_PROBLEMS on it is dropped. */
void decoded_file_add_problem(struct decoded_file *file, uint64_t offset, const char *what);

/* Everything unknown; summary, stated and sample alike. */
void activity_init(struct activity *activity);
void activity_done(struct activity *activity);
void activity_stated_init(struct activity_stated *stated);
void activity_record_init(struct activity_record *record);

/* Appends a copy. Returns 0; -ENOMEM. The caller counts against FILE_MAX_RECORDS. */
int activity_add_record(struct activity *activity, const struct activity_record *record);

/* Appends a pause [start_ms, end_ms); an empty or reversed one is dropped. Returns 0; -ENOMEM. */
int activity_add_pause(struct activity *activity, int64_t start_ms, int64_t end_ms);

extern const char *const file_kind_names[FILE_KIND_COUNT];     /* "activity", "course", ... */
extern const char *const file_format_names[FILE_FORMAT_COUNT]; /* "unknown", "fit", "tcx" */
