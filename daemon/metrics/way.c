/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/way.h"

#include "base/cleanup.h"
#include "metrics/numbers.h"

#include <errno.h>
#include <math.h>

#define DIFFERENCE_HALF_S 2u
#define NEW_COUNT_MAX_M 100.0
#define NEW_COUNT_SAMPLES 5u

static bool has(uint32_t has_series, enum series series)
{
	return (has_series & (1u << series)) != 0;
}

/* Whether the distance that fell to series[at] stays below `top`: a new count, not a glitch. */
static bool is_new_count(const double *series, size_t n, size_t at, double top)
{
	if (series[at] > NEW_COUNT_MAX_M)
		return false;
	size_t looked = 0;
	for (size_t i = at + 1; i < n && looked < NEW_COUNT_SAMPLES; i++) {
		if (isnan(series[i]))
			continue;
		if (series[i] >= top)
			return false;
		looked++;
	}
	return true;
}

/* Some files count anew after a lap or a pause, some waver. What is written never falls: a fall is
 * held, or begins a count that is added. */
static void remove_falls(double *series, size_t n)
{
	double base = 0.0, top = (double)NAN; /* the highest value of this count */
	for (size_t i = 0; i < n; i++) {
		if (isnan(series[i]))
			continue;
		if (isnan(top) || series[i] >= top) {
			top = series[i];
		} else if (is_new_count(series, n, i, top)) {
			base += top - series[i];
			top = series[i];
		}
		series[i] = base + top;
	}
}

static void integrate(const double *speed_mps, size_t n, double *ret)
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++) {
		sum += speed_mps[i] > 0.0 ? speed_mps[i] : 0.0;
		ret[i] = sum;
	}
}

/* Where no speed is recorded: the centred difference of the distance over 5 s. */
static void fill_speed(double *speed_mps, const double *distance_m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isnan(speed_mps[i]))
			continue;
		size_t a = i > DIFFERENCE_HALF_S ? i - DIFFERENCE_HALF_S : 0;
		size_t b = i + DIFFERENCE_HALF_S < n ? i + DIFFERENCE_HALF_S : n - 1;
		if (b > a)
			speed_mps[i] = (distance_m[b] - distance_m[a]) / (double)(b - a);
	}
}

static int new_channel(const struct timeline *timeline, enum channel channel, double **ret)
{
	double *values = calloc(timeline->rows_n + 1, sizeof *values);
	if (!values)
		return -ENOMEM;
	timeline_channel(timeline, channel, values);
	*ret = values;
	return 0;
}

static int read_motion(const struct timeline *timeline, uint32_t has_series, struct way *way)
{
	bool distance = has(has_series, SERIES_DISTANCE), speed = has(has_series, SERIES_SPEED);
	if (!distance && !speed)
		return 0;
	int r = new_channel(timeline, CHANNEL_SPEED, &way->speed_mps);
	if (r == 0)
		r = new_channel(timeline, CHANNEL_DISTANCE, &way->distance_m);
	if (r < 0)
		return r;
	if (distance)
		remove_falls(way->distance_m, way->n);
	else
		integrate(way->speed_mps, way->n, way->distance_m);
	fill_speed(way->speed_mps, way->distance_m, way->n);
	return 0;
}

static int read_heights(
	const struct timeline *timeline, enum altitude_source source, struct way *way)
{
	AUTO_FREE double *raw = NULL;
	int r = new_channel(timeline, CHANNEL_ALTITUDE, &raw);
	if (r < 0)
		return r;
	AUTO_FREE double *height = calloc(way->n + 1, sizeof *height);
	if (!height)
		return -ENOMEM;
	if (elevation_smooth(raw, way->n, source, height) == 0)
		return 0;
	elevation_sum(height, way->n, source, &way->ascent_m, &way->descent_m);
	way->height_m = TAKE_PTR(height);
	if (!way->distance_m)
		return 0;
	way->grade = TAKE_PTR(raw);
	elevation_grades(way->distance_m, way->height_m, way->n, way->grade);
	return 0;
}

/* What the records count, pauses included: from the first value to the last. */
static int record_length(const struct timeline *timeline, double *ret)
{
	AUTO_FREE double *series = calloc(timeline->order_n + 1, sizeof *series);
	if (!series)
		return -ENOMEM;
	size_t n = 0;
	for (size_t i = 0; i < timeline->order_n; i++) {
		double at = timeline->activity->records[timeline->order[i]].distance_m;
		if (!isnan(at))
			series[n++] = at;
	}
	remove_falls(series, n);
	*ret = n > 0 ? series[n - 1] - series[0] : (double)NAN;
	return 0;
}

int way_read(const struct timeline *timeline, uint32_t has_series, enum altitude_source source,
	struct way *ret)
{
	CLEANUP(way_done)
	struct way way = {
		.n = timeline->rows_n,
		.length_m = (double)NAN,
		.ascent_m = (double)NAN,
		.descent_m = (double)NAN,
	};
	int r = read_motion(timeline, has_series, &way);
	if (r == 0 && has(has_series, SERIES_ALTITUDE))
		r = read_heights(timeline, source, &way);
	if (r == 0 && has(has_series, SERIES_DISTANCE))
		r = record_length(timeline, &way.length_m);
	else if (r == 0 && way.distance_m && way.n > 0)
		way.length_m = way.distance_m[way.n - 1];
	if (r < 0)
		return r;
	*ret = way;
	way = (struct way) { 0 };
	return 0;
}

void way_done(struct way *way)
{
	free(way->distance_m);
	free(way->speed_mps);
	free(way->height_m);
	free(way->grade);
	*way = (struct way) { 0 };
}

double way_moving_s(const struct way *way)
{
	double moving_s = 0.0;
	for (size_t i = 0; way->speed_mps && i < way->n; i++)
		moving_s += way->speed_mps[i] >= WAY_MOVING_MPS;
	return way->speed_mps ? moving_s : (double)NAN;
}

double way_coverage(const struct way *way)
{
	size_t valid = 0;
	for (size_t i = 0; way->speed_mps && i < way->n; i++)
		valid += isnan(way->speed_mps[i]) ? 0 : 1;
	return way->n > 0 ? (double)valid / (double)way->n : 0.0;
}
