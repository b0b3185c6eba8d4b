/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/metrics_adapters.h"

#include "base/cleanup.h"
#include "metrics/efforts.h"
#include "metrics/heart.h"
#include "metrics/pace.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum altitude_source altitude_source_of(const json_t *input)
{
	const char *name = string_get(input, "source", "unknown");
	if (strcmp(name, "baro") == 0)
		return ALTITUDE_BAROMETER;
	return strcmp(name, "gps") == 0 ? ALTITUDE_GPS : ALTITUDE_UNKNOWN;
}

int run_elevation(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list altitude = { 0 };
	int r = list_get(input, "alt", &altitude);
	if (r < 0)
		return r;
	AUTO_FREE double *height = calloc(altitude.n + 1, sizeof *height);
	if (!height)
		return -ENOMEM;
	double ascent_m, descent_m;
	enum altitude_source source = altitude_source_of(input);
	elevation_smooth(altitude.values, altitude.n, source, height);
	elevation_sum(height, altitude.n, source, &ascent_m, &descent_m);
	json_t *result = json_object();
	number_set(result, "ascent", ascent_m);
	number_set(result, "descent", descent_m);
	*ret = result;
	return 0;
}

int run_grades(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list altitude = { 0 }, distance = { 0 };
	int r = list_get(input, "alt", &altitude);
	if (r == 0)
		r = list_get(input, "dist", &distance);
	if (r < 0 || altitude.n != distance.n)
		return r < 0 ? r : -EINVAL;
	AUTO_FREE double *height = calloc(altitude.n + 1, sizeof *height);
	AUTO_FREE double *grade = calloc(altitude.n + 1, sizeof *grade);
	if (!height || !grade)
		return -ENOMEM;
	elevation_smooth(altitude.values, altitude.n, altitude_source_of(input), height);
	elevation_grades(distance.values, height, altitude.n, grade);
	json_t *result = json_object();
	json_object_set_new(result, "grade", list_json(grade, altitude.n));
	*ret = result;
	return 0;
}

int run_minetti(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list grade = { 0 };
	int r = list_get(input, "grade", &grade);
	if (r < 0)
		return r;
	json_t *cost = json_array(), *factor = json_array();
	for (size_t i = 0; i < grade.n; i++) {
		json_array_append_new(cost, number_json(pace_cost(grade.values[i])));
		json_array_append_new(factor, number_json(pace_factor(grade.values[i])));
	}
	*ret = json_pack("{s:o, s:o}", "cost", cost, "factor", factor);
	return 0;
}

int run_rtss(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list speed = { 0 }, grade = { 0 };
	int r = list_get(input, "speed", &speed);
	if (r == 0)
		r = list_get(input, "grade", &grade);
	if (r < 0 || (grade.values && grade.n != speed.n))
		return r < 0 ? r : -EINVAL;
	AUTO_FREE double *graded = calloc(speed.n + 1, sizeof *graded);
	if (!graded)
		return -ENOMEM;
	pace_graded(speed.values, grade.values, speed.n, graded);
	struct pace_load load;
	pace_load(graded, speed.n, number_get(input, "threshold_speed", (double)NAN), &load);
	json_t *result = json_object();
	number_set(result, "ngp", load.normalized_mps);
	number_set(result, "intensity", load.intensity);
	number_set(result, "rtss", load.rtss);
	*ret = result;
	return 0;
}

int run_power_load(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list power = { 0 };
	int r = list_get(input, "power", &power);
	if (r < 0)
		return r;
	json_t *result = json_object();
	number_set(result, "load",
		pace_power_load(power.values, power.n, number_get(input, "cp", (double)NAN)));
	*ret = result;
	return 0;
}

int run_decoupling(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list speed = { 0 }, hr = { 0 };
	int r = list_get(input, "gspeed", &speed);
	if (r == 0)
		r = list_get(input, "hr", &hr);
	if (r < 0 || speed.n != hr.n)
		return r < 0 ? r : -EINVAL;
	AUTO_FREE double *clean = calloc(hr.n + 1, sizeof *clean);
	if (!clean)
		return -ENOMEM;
	heart_clean(hr.values, hr.n, clean);
	json_t *result = json_object();
	number_set(result, "percent", heart_decoupling(speed.values, clean, hr.n));
	*ret = result;
	return 0;
}

int run_best_effort(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list distance = { 0 }, targets = { 0 };
	int r = list_get(input, "dist", &distance);
	if (r == 0)
		r = list_get(input, "targets", &targets);
	if (r < 0)
		return r;
	json_t *result = json_object(), *seconds = json_array();
	for (size_t i = 0; i < targets.n; i++) {
		json_array_append_new(seconds,
			number_json(effort_best(distance.values, distance.n, targets.values[i])));
	}
	json_object_set_new(result, "seconds", seconds);
	*ret = result;
	return 0;
}

/* input["pairs"]: [[distance, seconds], ...]. */
static int efforts_get(const json_t *input, struct effort **ret, size_t *ret_n)
{
	const json_t *pairs = json_object_get(input, "pairs");
	size_t n = json_array_size(pairs);
	struct effort *efforts = calloc(n + 1, sizeof *efforts);
	if (!efforts)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *seconds = json_array_get(json_array_get(pairs, i), 1);
		efforts[i].distance_m =
			json_number_value(json_array_get(json_array_get(pairs, i), 0));
		efforts[i].seconds =
			json_is_number(seconds) ? json_number_value(seconds) : (double)NAN;
	}
	*ret = efforts;
	*ret_n = n;
	return 0;
}

int run_critical_speed(const json_t *input, json_t **ret)
{
	AUTO_FREE struct effort *efforts = NULL;
	size_t n;
	int r = efforts_get(input, &efforts, &n);
	if (r < 0)
		return r;
	struct critical_speed critical;
	effort_critical_speed(efforts, n, &critical);
	json_t *result = json_object();
	number_set(result, "cs", critical.speed_mps);
	number_set(result, "dprime", critical.reserve_m);
	number_set(result, "r2", critical.r2);
	*ret = result;
	return 0;
}

int run_threshold_speed(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list runs = { 0 };
	AUTO_FREE struct effort *efforts = NULL;
	size_t n = 0;
	int r = list_get(input, "run_avgs", &runs);
	if (r == 0)
		r = efforts_get(input, &efforts, &n);
	if (r < 0)
		return r;
	enum threshold_source source;
	double value = effort_threshold_speed(number_get(input, "configured", (double)NAN), efforts,
		n, runs.values, runs.n, &source);
	json_t *result = json_object();
	number_set(result, "value", value);
	json_object_set_new(result, "source", json_string(threshold_source_names[source]));
	*ret = result;
	return 0;
}
