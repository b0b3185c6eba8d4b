/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Height, ascent and slope from a series of altitudes (m, one value a second, NAN = missing). Raw
 * differences are useless: noise of a metre turns 73 m of ascent into 292. docs/metrics.md, "altitude". */

#include "activity/activity.h"

#include <stddef.h>

/* The steepest slope the formulas know: rise over run. */
#define GRADE_MAX 0.45

/* Writes the smoothed heights to `ret` (n values, not `altitude`): heights outside -450...9000 m and the
 * raw zero of the format (-500) are missing; inner gaps up to 60 s are filled linearly, ends up to 60 s
 * with the nearest value; then a centred moving average of half width 5 s (barometer), 15 s (GPS) or
 * 7 s (unknown), cut at the ends of each gap-free piece. NAN in longer gaps. Widths are heuristic.
 * Returns how many heights the input really gave; when it is 0, `ret` is all NAN. */
size_t elevation_smooth(const double *altitude, size_t n, enum altitude_source source, double *ret);

/* Ascent and descent of smoothed heights: per gap-free piece, legs between turning points that are at
 * least 2 m (barometer), 5 m (GPS) or 3 m (unknown) apart. */
void elevation_sum(const double *height, size_t n, enum altitude_source source,
	double *ret_ascent_m, double *ret_descent_m);

/* Rise over run at every second: over a centred window that is widened from +-1 to +-30 s until it
 * covers 30 m of distance, limited to +-GRADE_MAX; 0 where it never does or a height is missing.
 * `ret` may not alias the inputs. */
void elevation_grades(const double *distance_m, const double *height, size_t n, double *ret);
