/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Every sentence of the strain model that a runner reads. Rules (docs/metrics.md, "massage"): what was
 * measured, what it may mean, what a massage can and cannot do, when not to. No diagnosis, no promise,
 * and never a percent sign: a score is an order of concern, not a probability.
 *
 * All functions write at most `capacity` bytes (at least 1) with the NUL, in UTF-8, and return the length;
 * what does not fit is left out by whole pieces. */

#include "strain/policy.h"

#define TEXTS_TITLE_BYTES 100u /* a title is shorter than this, with its NUL */
#define TEXTS_BODY_BYTES 1001u /* and a body than this, whatever the record */

/* "longest run in 30 days 17.0 km, this one (Sun 3 May) 27.2 km": what was measured, without a full stop. */
size_t evidence_text(const struct evidence *evidence, const struct calendar *calendar, char *ret,
	size_t capacity);

/* What a massage can and cannot do for it: one or two sentences. */
const char *massage_text(enum indication indication);

/* What brings the largest pieces of a score down, "two easy days"; "" for a name that is not known. Without a full
 * stop. */
const char *remedy_text(const char *evidence_name);

/* What no watch can tell about an indication: one sentence. */
const char *blind_spot_text(enum indication indication);

/* When not to: belongs to every suggestion once. */
const char *stop_text(void);

/* For a resting heart rate far up two mornings in a row. */
const char *rest_first_text(void);

/* "calves and Achilles". */
const char *region_text(size_t region);

/* "probably quads, calves and Achilles"; "" when there are none. */
size_t regions_text(const struct strain_regions *regions, char *ret, size_t capacity);

/* "worth a thought", "advised", "strongly advised"; "" for 0. */
const char *severity_text(int severity);

/* "learned from 143 runs since May", and while fewer than 28 days are known "learned from 3 runs since Sun 3 May";
 * "" when nothing is known. */
#define TEXTS_LEARNED_BYTES 96u
size_t learned_text(const struct strain_scores *scores, char *ret, size_t capacity);

/* Doubts of the whole history: how little is known, and a hole in it that looks like rest. "" without such a
 * doubt. */
size_t few_days_text(const struct strain_scores *scores, char *ret, size_t capacity);
size_t gap_text(const struct strain_scores *scores, char *ret, size_t capacity);

/* "the maximum heart rate is a guess". */
const char *doubt_text(enum doubt doubt);

/* "the highest that was held in the year before": where a profile value came from. */
const char *profile_source_text(enum profile_key key, enum value_source source);

/* "your maximum heart rate of 180 seems too low: 2 runs went up to 190": of a setting, or a watch's value. Without
 * a full stop. */
size_t above_max_text(
	double max_bpm, double peak_bpm, size_t activities, char *ret, size_t capacity);

/* "best Monday noon to Wednesday noon, lightly"; "" when there is no best time. `at_h` is the instant at
 * which it is said. */
size_t best_time_text(const struct said_indication *said, const struct calendar *calendar,
	double at_h, char *ret, size_t capacity);

/* What the phone shows for a record. A body over TEXTS_BODY_BYTES loses its lesser reasons first, never
 * the stop sentence. A record of kind RECORD_NONE gives "". */
size_t said_title(const struct said_record *record, char *ret, size_t capacity);
size_t said_body(const struct said_record *record, const struct calendar *calendar, char *ret,
	size_t capacity);

/* What strain.cleared says: a title, and the five scores in a sentence. */
const char *cleared_title(void);
size_t cleared_body(const struct strain_scores *scores, char *ret, size_t capacity);

/* What watch.stale says; `last_h` is when the last file came in. */
const char *stale_title(void);
size_t stale_body(double last_h, const struct calendar *calendar, char *ret, size_t capacity);

/* A week from Monday to Sunday, as strain.weekly tells it. */
struct week_sums {
	int32_t monday;
	size_t activities;
	double distance_km, load;
	double load_before; /* of the week before it */
	double ctl, atl;    /* at its end; NAN: nothing is known */
};
size_t weekly_title(const struct week_sums *week, char *ret, size_t capacity);
size_t weekly_body(const struct week_sums *week, const struct strain_scores *scores, char *ret,
	size_t capacity);
