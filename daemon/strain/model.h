/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The history made ready, and the view of it from one instant. Only the files of this folder see this.
 *
 * A view holds the last VIEW_DAYS local days up to the reference day, each with what was known at
 * `known_h`: a session that had not ended by then is not in it. Index 0 is the reference day, k lies k
 * days before it. */

#include "strain/strain.h"

/* The longest reach back: the 90 days before the current week, for the weekly distance. */
#define VIEW_DAYS 98u

/* Sums over the sessions of one local day. */
struct day_sums {
	double load, km, dose, down;
	double steps[TISSUE_COUNT];
	double end_h;     /* end of its last activity; NAN: none */
	double run_end_h; /* end of its last run; NAN: none */
};

struct strain_model {
	struct strain_history history; /* arrays borrowed */
	int32_t first_day;             /* of the first session */
	size_t days_n;                 /* up to the day of the last session; 0: no session */
	struct day_sums *days;         /* every session counted as ended */
	double *ctl, *atl;             /* at the end of each day */
	size_t *order;                 /* sessions by day, then by start */
	bool all_runs;                 /* every session is a run */
	bool has_earlier; /* there are sessions before first_day, on which the history is cut off */
	size_t *from;     /* days_n + 1: where in `order` a day begins */
};

struct view {
	const struct strain_model *model;
	double known_h, at_h;
	int32_t today;      /* local day of at_h */
	int32_t nights_day; /* local day of known_h: nights and stress are those known then */
	int32_t reference_day;
	int32_t days_known; /* from the first day with an activity to the reference day; 0: nothing */
	size_t days;        /* min(days_known, VIEW_DAYS): entries below that exist */
	double load[VIEW_DAYS], km[VIEW_DAYS], dose[VIEW_DAYS], down[VIEW_DAYS];
	double steps[TISSUE_COUNT][VIEW_DAYS];
	double end_h[VIEW_DAYS], run_end_h[VIEW_DAYS];
	double ctl[VIEW_DAYS + 1], atl[VIEW_DAYS + 1]; /* one more: the day before */
	double last_end_h; /* end of the last activity known; NAN: none */
};

void view_init(const struct strain_model *model, double known_h, double at_h, struct view *ret);

/* The sessions of the days first...last that had ended at the view's known_h, by day and start. */
struct session_walk {
	const struct view *view;
	size_t at, end;
};
struct session_walk view_sessions(const struct view *view, int32_t first_day, int32_t last_day);
const struct strain_session *session_next(struct session_walk *walk);

/* Mean of the entries first...last of a series that exist; NAN when none does. */
double view_mean(const struct view *view, const double *series, size_t first, size_t last);

/* What is usual (docs/metrics.md, "time and baselines"): the mean of the entries 48...7, blended with
 * the prior while they are few, and never below 0.3 x prior. */
double view_baseline(const struct view *view, const double *series, double prior);

/* Copies the entries above zero of first...last that exist; returns how many. */
size_t view_nonzero(
	const struct view *view, const double *series, size_t first, size_t last, double *ret);

/* A series as metrics/days.h wants it: oldest first, up to the reference day. Returns how many days. */
size_t view_oldest_first(const struct view *view, const double *series, double ret[VIEW_DAYS]);

bool session_is_run(const struct strain_session *session);
