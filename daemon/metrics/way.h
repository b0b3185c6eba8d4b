/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The way of an activity, one row per timer second: distance, speed, height and slope, each repaired
 * from the others where it is missing. docs/metrics.md, "time base" and "altitude". */

#include "metrics/elevation.h"
#include "metrics/resample.h"

#include <stdbool.h>
#include <stddef.h>

struct way {
	size_t n;
	double *distance_m; /* never falls; NULL when neither distance nor speed is there */
	double *speed_mps;  /* NAN where unknown; NULL like distance_m */
	double *height_m;   /* smoothed; NULL without altitude */
	double *grade;      /* NULL without distance or altitude */
	double length_m; /* all of it, and not only what lies in timer seconds; NAN without distance_m */
	double ascent_m, descent_m; /* NAN without altitude */
};

/* Reads what the timeline gives. `has_series` of struct samples says which channels hold anything.
 * Returns 0; -ENOMEM. */
int way_read(const struct timeline *timeline, uint32_t has_series, enum altitude_source source,
	struct way *ret);
void way_done(struct way *way);

/* Slower is standing (heuristic). */
#define WAY_MOVING_MPS 0.8

/* Seconds with a speed of at least WAY_MOVING_MPS; NAN without speed. */
double way_moving_s(const struct way *way);

/* The share of the rows that have a speed. */
double way_coverage(const struct way *way);
