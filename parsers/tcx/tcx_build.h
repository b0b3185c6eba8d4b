/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* From elements in document order to activities. Knows nothing of libxml2: the SAX side says what
 * opens, what value an element held, and what closes. */

#include "activity/activity.h"
#include "tcx/tcx_fields.h"
#include "tcx/tcx_pause.h"
#include "tcx/tcx_time.h"

/* Weighted mean over laps; the plain one is for laps that all have no time. */
struct tcx_mean {
	double weighted, weight_s, plain, n;
};

struct tcx_build {
	struct decoded_file *file; /* borrowed */
	double values[TCX_NUMBER_COUNT];
	int64_t point_time_ms;
	bool in_activity, in_lap, in_point;
	struct tcx_pauses pauses;
	double lap_timer_s; /* of the lap that is open for `pauses` */
	bool has_start_time;
	struct tcx_time start_time; /* Id, else the first lap's, else the first point's */
	bool has_id;
	struct tcx_mean hr, cadence, run_cadence;
	double hr_max_bpm, steps;
	size_t file_records;
	uint32_t counts[TCX_ELEMENT_COUNT];
	unsigned reported;                  /* oddities already in file->problems, one bit each */
	uint64_t (*offset)(void *userdata); /* where the reader stands, for those; may be NULL */
	void *userdata;
	const char *limit; /* names what -EFBIG was about */
};

void tcx_build_init(struct tcx_build *build, struct decoded_file *file);

/* An element opens. `attribute` is Sport of an Activity or StartTime of a Lap, NULL without.
 * Returns 0; -EFBIG beyond a limit of activity.h (build->limit names it); -ENOMEM. */
int tcx_build_open(
	struct tcx_build *build, enum tcx_element element, const char *attribute, size_t size);

/* The text of an element that tcx_field_of() knows. One that means nothing leaves its value unknown
 * and, unless it is empty, a problem entry. */
void tcx_build_value(struct tcx_build *build, enum tcx_field field, const char *text, size_t size);

/* An element closes. Returns as tcx_build_open(). */
int tcx_build_close(struct tcx_build *build, enum tcx_element element);

/* The end of the file, also of one that broke off: closes what is open and fills in file->kind and
 * file->counts. Returns as tcx_build_open(). */
int tcx_build_finish(struct tcx_build *build);

/* tcx_phone.c: whether a Creator of that name is a program on a phone. */
bool tcx_is_phone(const char *creator);
