/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/adapter.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

void list_done(struct number_list *list)
{
	free(list->values);
	*list = (struct number_list) { 0 };
}

int list_get(const json_t *input, const char *key, struct number_list *ret)
{
	const json_t *items = json_object_get(input, key);
	struct number_list list = { 0 };
	if (!items || json_is_null(items)) {
		*ret = list;
		return 0;
	}
	if (!json_is_array(items))
		return -EINVAL;
	list.n = json_array_size(items);
	list.values = calloc(list.n + 1, sizeof *list.values);
	if (!list.values)
		return -ENOMEM;
	for (size_t i = 0; i < list.n; i++) {
		const json_t *item = json_array_get(items, i);
		if (!json_is_number(item) && !json_is_null(item)) {
			list_done(&list);
			return -EINVAL;
		}
		list.values[i] = json_is_null(item) ? (double)NAN : json_number_value(item);
	}
	*ret = list;
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

json_t *list_json(const double *values, size_t n)
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
