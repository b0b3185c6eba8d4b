/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/elevation.h"

#include "metrics/stats.h"

#include <math.h>
#include <stdbool.h>

#define HEIGHT_MIN_M (-450.0)
#define HEIGHT_MAX_M 9000.0
#define FILL_MAX_S 60u
#define HALF_WIDTH_MAX 15u
#define GRADE_WINDOW_M 30.0
#define GRADE_WINDOW_MAX_S 30u

static const struct {
	size_t half_width_s;
	double dead_band_m;
} settings[ALTITUDE_SOURCE_COUNT] = {
	[ALTITUDE_UNKNOWN] = { 7, 3.0 },
	[ALTITUDE_BAROMETER] = { 5, 2.0 },
	[ALTITUDE_GPS] = { 15, 5.0 },
};

/* The end of the stretch of values (or of gaps) that begins at `from`. */
static size_t stretch_end(const double *heights, size_t n, size_t from)
{
	size_t to = from + 1;
	while (to < n && !isnan(heights[to]) == !isnan(heights[from]))
		to++;
	return to;
}

static void fill_gap(double *heights, size_t n, size_t from, size_t to)
{
	if (to - from > FILL_MAX_S)
		return;
	for (size_t i = from; i < to; i++) {
		if (from == 0) {
			heights[i] = to < n ? heights[to] : (double)NAN;
		} else if (to == n) {
			heights[i] = heights[from - 1];
		} else {
			double share = (double)(i - from + 1) / (double)(to - from + 1);
			heights[i] = heights[from - 1] + share * (heights[to] - heights[from - 1]);
		}
	}
}

/* The moving average of one piece, in place: what was overwritten stands in a ring. Few enough
 * additions to need no running sum, which would drift. */
static void average_piece(double *heights, size_t from, size_t to, size_t half_width)
{
	double behind[HALF_WIDTH_MAX];
	for (size_t i = from; i < to; i++) {
		size_t a = i - from > half_width ? i - half_width : from;
		size_t b = to - i > half_width ? i + half_width + 1 : to;
		double sum = 0.0;
		for (size_t k = a; k < i; k++)
			sum += behind[k % HALF_WIDTH_MAX];
		for (size_t k = i; k < b; k++)
			sum += heights[k];
		behind[i % HALF_WIDTH_MAX] = heights[i];
		heights[i] = sum / (double)(b - a);
	}
}

size_t elevation_smooth(const double *altitude, size_t n, enum altitude_source source, double *ret)
{
	size_t valid = 0;
	for (size_t i = 0; i < n; i++) {
		bool believable = altitude[i] >= HEIGHT_MIN_M && altitude[i] <= HEIGHT_MAX_M;
		ret[i] = believable ? altitude[i] : (double)NAN;
		valid += believable;
	}
	for (size_t i = 0; i < n;) {
		size_t end = stretch_end(ret, n, i);
		if (isnan(ret[i]))
			fill_gap(ret, n, i, end);
		i = end;
	}
	for (size_t i = 0; i < n;) {
		size_t end = stretch_end(ret, n, i);
		if (!isnan(ret[i]))
			average_piece(ret, i, end, settings[source].half_width_s);
		i = end;
	}
	return valid;
}

/* A leg under way: its direction, where it began and how far it got. Before the first leg both ends
 * of what was seen are kept. */
struct leg {
	int direction; /* +1 up, -1 down, 0 not known yet */
	double start, extreme;
	double lowest, highest;
};

static void begin_leg(struct leg *leg, double height, double dead_band_m)
{
	leg->lowest = fmin(leg->lowest, height);
	leg->highest = fmax(leg->highest, height);
	leg->extreme = height;
	if (height - leg->lowest >= dead_band_m) {
		leg->direction = 1;
		leg->start = leg->lowest;
	} else if (leg->highest - height >= dead_band_m) {
		leg->direction = -1;
		leg->start = leg->highest;
	}
}

static void book_leg(const struct leg *leg, double *ascent_m, double *descent_m)
{
	if (leg->direction > 0)
		*ascent_m += leg->extreme - leg->start;
	else if (leg->direction < 0)
		*descent_m += leg->start - leg->extreme;
}

static void sum_piece(
	const double *heights, size_t n, double dead_band_m, double *ascent_m, double *descent_m)
{
	struct leg leg = { .lowest = heights[0], .highest = heights[0] };
	for (size_t i = 0; i < n; i++) {
		if (leg.direction == 0) {
			begin_leg(&leg, heights[i], dead_band_m);
			continue;
		}
		double beyond = leg.direction * (heights[i] - leg.extreme);
		if (beyond > 0.0) {
			leg.extreme = heights[i];
		} else if (-beyond >= dead_band_m) {
			book_leg(&leg, ascent_m, descent_m);
			leg.direction = -leg.direction;
			leg.start = leg.extreme;
			leg.extreme = heights[i];
		}
	}
	book_leg(&leg, ascent_m, descent_m);
}

void elevation_sum(const double *height, size_t n, enum altitude_source source,
	double *ret_ascent_m, double *ret_descent_m)
{
	double ascent_m = 0.0, descent_m = 0.0;
	for (size_t i = 0; i < n;) {
		size_t end = stretch_end(height, n, i);
		if (!isnan(height[i]))
			sum_piece(height + i, end - i, settings[source].dead_band_m, &ascent_m,
				&descent_m);
		i = end;
	}
	*ret_ascent_m = ascent_m;
	*ret_descent_m = descent_m;
}

static double grade_at(const double *distance_m, const double *height, size_t n, size_t i)
{
	for (size_t half = 1; half <= GRADE_WINDOW_MAX_S; half++) {
		size_t a = i > half ? i - half : 0;
		size_t b = i + half < n ? i + half : n - 1;
		double run_m = distance_m[b] - distance_m[a];
		if (!(run_m >= GRADE_WINDOW_M))
			continue;
		double grade = (height[b] - height[a]) / run_m;
		return isnan(grade) ? 0.0 : clamp(grade, -GRADE_MAX, GRADE_MAX);
	}
	return 0.0;
}

void elevation_grades(const double *distance_m, const double *height, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = grade_at(distance_m, height, n, i);
}
