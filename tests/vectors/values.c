/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/adapter.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

void series_done(struct series *series)
{
	free(series->values);
	*series = (struct series) { 0 };
}

int series_get(const json_t *input, const char *key, struct series *ret)
{
	const json_t *list = json_object_get(input, key);
	struct series series = { 0 };
	if (!list || json_is_null(list)) {
		*ret = series;
		return 0;
	}
	if (!json_is_array(list))
		return -EINVAL;
	series.n = json_array_size(list);
	series.values = calloc(series.n + 1, sizeof *series.values);
	if (!series.values)
		return -ENOMEM;
	for (size_t i = 0; i < series.n; i++) {
		const json_t *item = json_array_get(list, i);
		if (!json_is_number(item) && !json_is_null(item)) {
			series_done(&series);
			return -EINVAL;
		}
		series.values[i] = json_is_null(item) ? (double)NAN : json_number_value(item);
	}
	*ret = series;
	return 0;
}

double number_get(const json_t *input, const char *key, double otherwise)
{
	const json_t *value = json_object_get(input, key);
	if (!value || json_is_null(value))
		return otherwise;
	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *string_get(const json_t *input, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(input, key));
	return text ? text : otherwise;
}

json_t *number_json(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

json_t *series_json(const double *values, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, number_json(values[i]));
	return list;
}

void number_set(json_t *object, const char *key, double x)
{
	json_object_set_new(object, key, number_json(x));
}
