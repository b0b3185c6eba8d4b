/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The strain model: five scores as a pure function of history and clock (docs/metrics.md, "strain").
 *
 * Time runs in hours on one continuous axis (`_h`, UTC hours since an origin of the caller's), days are
 * local days numbered by the caller. A `struct calendar` tells one from the other, so that clock changes
 * make days of 23 or 25 hours and nothing here ever adds 24. */

#include "metrics/numbers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum indication {
	INDICATION_TENSION,
	INDICATION_INJURY_RISK,
	INDICATION_SORENESS,
	INDICATION_RECOVERY,
	INDICATION_STRESS,
	INDICATION_COUNT,
};
extern const char *const indication_names[INDICATION_COUNT]; /* "tension", "injury_risk", ... */
extern const char
	*const indication_titles[INDICATION_COUNT]; /* "muscle tension", "load jump", ... */

/* Local days on the time axis. Both functions are total and agree with each other. Days are counted from
 * 1970-01-01, a Thursday (only the wording of messages uses the day of the week). */
struct calendar {
	int32_t (*day_of)(const void *context, double at_h);
	double (*instant_of)(const void *context, int32_t day, double hour_of_day);
	const void *context;
};

/* One activity. NAN = unknown; activities that are not runs have no distance, steps, dose, regions. */
struct strain_session {
	double start_h, end_h;
	int32_t day; /* local day on which it started, by its own UTC offset */
	double load, distance_km;
	double dose, down; /* weighted metres */
	double damage_steps[TISSUE_COUNT];
	double region_steps[REGION_COUNT]; /* [0] NAN: none */
	double form_drift;                 /* fraction */
	double feel;                       /* 0 (very weak) to 100, as told to the watch */
	uint32_t doubts; /* bit 1u << enum doubt; those of unknown numbers are added here */
};

struct strain_massage {
	double at_h, minutes;
};

struct strain_report {
	double at_h, soreness; /* 0-10 */
	uint32_t regions;      /* bit 1u << region; 0: none named */
};

/* Massage advice is held for from_h <= t < to_h. */
struct strain_flag {
	double from_h, to_h; /* INFINITY: still on */
};

/* Everything that is known. Arrays are borrowed; sessions sorted by start_h, days by day, the rest by
 * time. What lies after the instant that is asked for is ignored by every function (a night belongs to
 * its day, which counts from that day on).
 *
 * A history may be cut off at its far end: sessions and nights of days before `from_day` are left out, and
 * `has_earlier` says that there are such sessions. Whoever asks about no day before from_day + strain_reach_days()
 * gets what the whole history answers, except for what was learned from it. */
struct strain_history {
	const struct strain_session *sessions;
	size_t sessions_n;
	const struct wellness_day *wellness; /* one a day at most */
	size_t wellness_n;
	const struct strain_massage *massages;
	size_t massages_n;
	const struct strain_report *reports;
	size_t reports_n;
	const struct strain_flag *flags;
	size_t flags_n;
	struct calendar calendar;
	bool has_earlier;
	int32_t from_day,
		earlier_day; /* with has_earlier: see above; the day of the very first session */
};

/* Of a longer session the times are wrong. */
#define STRAIN_SESSION_MAX_HOURS (60.0 * 24)

/* How many days of sessions and nights the scores of a day depend on. What was done earlier weighs less in the
 * fitness than a double can hold. */
int32_t strain_reach_days(void);

/* What the runner told the watch of an activity. */
#define FEEL_WEAK 25.0
enum felt { FELT_WELL_OR_UNKNOWN, FELT_WEAK, FELT_VERY_WEAK };

#define EVIDENCE_MAX 16u /* pieces of one indication; soreness has the most */

/* One piece of evidence. `text` is made by strain/texts.h from the name and the numbers. */
struct evidence {
	const char *name; /* "big_day", a literal */
	double weight;    /* what it counts for: 0...1, after its ramp */
	double value;     /* the number measured, in the unit of its text */
	double baseline;  /* what it is held against; NAN: none */
	int32_t day;      /* the day it belongs to */
	double at_h;      /* the instant it belongs to (end of a run, a report); NAN: none */
	enum felt felt;   /* in the activity that ended then: in no formula, only said */
};

struct indication_state {
	bool evaluated;                       /* false: raw and score are NAN */
	double raw;                           /* 0...100 */
	double score;                         /* after massage: what is shown */
	struct evidence pieces[EVIDENCE_MAX]; /* largest first, ties by name */
	size_t pieces_n;
};

struct strain_scores {
	double at_h;
	int32_t today, reference_day;
	int32_t days_known; /* from the first day with an activity to the reference day */
	struct indication_state of[INDICATION_COUNT];
	bool red_flag;   /* resting heart rate, today and yesterday */
	uint32_t doubts; /* bit 1u << enum doubt: of the sessions of the last 28 days */
	bool few_days;   /* fewer than 28 days are known: severity is at most 1 */
	/* Activities that all this was learned from, and since when; 0: the history is cut off, nobody counted. */
	size_t learned_n;
	bool learned_runs; /* all of them are runs */
	int32_t learned_since;
	/* Days in a row without any activity or night within the last 49; from gap_days (strain/constants.h) on the watch was
	 * perhaps only not read, and what looks like rest was none. */
	int32_t gap_days;
};

/* A history made ready for many questions (daily series, CTL and ATL, prefix sums). */
struct strain_model;

/* Borrows the history's arrays until strain_model_free(). Linear in the history. Returns 0; -ENOMEM. */
int strain_model_new(const struct strain_history *history, struct strain_model **ret);
struct strain_model *strain_model_free(struct strain_model *model);

/* The calendar of its history. */
const struct calendar *strain_calendar(const struct strain_model *model);

/* Load, distance, fitness and fatigue (CTL, ATL) at the end of a local day; before the first activity 0 and NAN,
 * after the last one they go on falling. */
struct strain_day {
	double load, distance_km, ctl, atl;
};
void strain_day(const struct strain_model *model, int32_t day, struct strain_day *ret);

/* The five scores at an instant, with nothing known that lies after it. */
void strain_evaluate(const struct strain_model *model, double at_h, struct strain_scores *ret);

/* The five scores expected at at_h if nothing more is done, with what is known at known_h <= at_h: no
 * later session, report or massage, and the windows of nights and stress stay those of known_h. */
void strain_evaluate_ahead(
	const struct strain_model *model, double known_h, double at_h, struct strain_scores *ret);

/* The highest of the five shown scores (ties: order of the five); -1 when none is evaluated. */
int strain_leading(const struct strain_scores *scores);

/* The reasons of a score: its largest pieces, each name once. Returns how many, at most max. */
size_t strain_reasons(const struct indication_state *state, struct evidence *ret, size_t max);

/* By what a raw score is multiplied because of the massages up to known_h: 1 without one, never 0
 * (the strongest counts, and for injury_risk it is always 1). */
double strain_relief(
	const struct strain_model *model, double known_h, double at_h, enum indication indication);

/* Severity of a shown score: 0 below `on`, else 1...3. For soreness it comes from the highest score
 * expected within 48 h. `known_h` and `scores` are those of strain_evaluate[_ahead]. */
int strain_severity(const struct strain_model *model, double known_h,
	const struct strain_scores *scores, enum indication indication, double on);

/* Where it probably sits (docs/metrics.md, "regions"), most exposed first, or in the order of the table
 * when the runner named them. Neither regions nor legs: the indication has none (recovery, stress). */
struct strain_regions {
	uint8_t order[REGION_COUNT];
	size_t n;
	bool legs; /* no region stands out: the legs */
};

void strain_regions(const struct strain_model *model, double known_h,
	const struct strain_scores *scores, enum indication indication, struct strain_regions *ret);
