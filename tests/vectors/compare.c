/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/compare.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPAND_MAX 10000000.0
#define PATH_MAX_CHARS 256

static bool append_run(json_t *list, const json_t *run, double *left)
{
	json_t *count = json_array_get(run, 1);
	if (json_array_size(run) != 2 || !json_is_number(count))
		return false;
	double times = json_number_value(count);
	if (!(times >= 0.0 && times <= *left))
		return false;
	*left -= times;
	for (size_t i = 0; i < (size_t)times; i++)
		json_array_append(list, json_array_get(run, 0));
	return true;
}

static json_t *expand_runs(const json_t *runs)
{
	json_t *list = json_array();
	double left = EXPAND_MAX;
	for (size_t i = 0; i < json_array_size(runs); i++) {
		if (!append_run(list, json_array_get(runs, i), &left)) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* Depth is bounded by jansson's own limit on nesting. */
json_t *vector_expand(const json_t *value)
{
	const json_t *runs = json_object_size(value) == 1 ? json_object_get(value, "rle") : NULL;
	if (json_is_array(runs))
		return expand_runs(runs);
	if (json_is_array(value)) {
		json_t *copy = json_array();
		for (size_t i = 0; i < json_array_size(value); i++) {
			json_t *item = vector_expand(json_array_get(value, i));
			if (!item || json_array_append_new(copy, item) < 0) {
				json_decref(copy);
				return NULL;
			}
		}
		return copy;
	}
	if (json_is_object(value)) {
		json_t *copy = json_object();
		const char *key;
		json_t *member;
		json_object_foreach((json_t *)value, key, member)
		{
			if (json_object_set_new(copy, key, vector_expand(member)) < 0) {
				json_decref(copy);
				return NULL;
			}
		}
		return copy;
	}
	return value ? json_copy((json_t *)value) : NULL;
}

struct walk {
	const struct tolerance *tolerance;
	const char *prefix;
	size_t differences;
};

/* A case is one line: the first difference is printed, the others are counted. */
static void differ(struct walk *walk, const char *path, const json_t *got, const json_t *expected)
{
	if (walk->differences++)
		return;
	char *was = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	char *wanted = json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT);
	printf("%s%s: got %.200s expected %.200s\n", walk->prefix, *path ? path : ".",
		was ? was : "nothing", wanted ? wanted : "?");
	free(was);
	free(wanted);
}

static bool numbers_equal(
	const struct tolerance *tolerance, const json_t *got, const json_t *expected)
{
	double wanted = json_number_value(expected);
	double room = fmax(tolerance->absolute, tolerance->relative * fabs(wanted));
	return fabs(json_number_value(got) - wanted) <= room;
}

static void compare(struct walk *walk, const char *path, const json_t *got, const json_t *expected);

static void compare_lists(
	struct walk *walk, const char *path, const json_t *got, const json_t *expected)
{
	char below[PATH_MAX_CHARS];
	if (json_array_size(got) != json_array_size(expected)) {
		(void)snprintf(below, sizeof below, "%s.length", path);
		json_t *was = json_integer((json_int_t)json_array_size(got));
		json_t *wanted = json_integer((json_int_t)json_array_size(expected));
		differ(walk, below, was, wanted);
		json_decref(was);
		json_decref(wanted);
		return;
	}
	for (size_t i = 0; i < json_array_size(expected); i++) {
		(void)snprintf(below, sizeof below, "%s[%zu]", path, i);
		compare(walk, below, json_array_get(got, i), json_array_get(expected, i));
	}
}

static void compare(struct walk *walk, const char *path, const json_t *got, const json_t *expected)
{
	if (json_is_object(expected) && json_is_object(got)) {
		const char *key;
		json_t *member;
		json_object_foreach((json_t *)expected, key, member)
		{
			char below[PATH_MAX_CHARS];
			(void)snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", key);
			compare(walk, below, json_object_get(got, key), member);
		}
	} else if (json_is_array(expected) && json_is_array(got)) {
		compare_lists(walk, path, got, expected);
	} else if (json_is_number(expected) && json_is_number(got)) {
		if (!numbers_equal(walk->tolerance, got, expected))
			differ(walk, path, got, expected);
	} else if (!got || !json_equal(got, expected)) {
		differ(walk, path, got, expected);
	}
}

size_t vector_compare(const json_t *got, const json_t *expected, const struct tolerance *tolerance,
	const char *prefix)
{
	struct walk walk = { .tolerance = tolerance, .prefix = prefix };
	compare(&walk, "", got, expected);
	return walk.differences;
}
