/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/shake.h"

#include "vectors/compare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES 128u
#define TUPLE_MAX 3u /* lists inside lists up to this length are pairs and triples, not series */

/* What is done to the numbers of a path, in turn, until something moves: to all, or from one on to every nth. */
static const struct {
	double factor, more;
	size_t from, every;
} changes[] = { { 1.1, 0, 0, 1 }, { 0.7, 0, 0, 1 }, { 1.6, 0, 0, 1 }, { 3, 0, 1, 2 },
	{ 0, 0, 1, 2 }, { 1, 1, 0, 1 }, { 1, 7, 1, 2 }, { 1, -3, 0, 1 }, { 1, 60, 0, 1 },
	{ 1, 2000, 0, 1 }, { -1, 0, 0, 1 }, { 0.5, 0, 70, 1 } };
#define CHANGES (sizeof changes / sizeof changes[0])

/* What a word that is the same in all cases is changed to. */
static const char *const words[] = { "gps", "baro", "female", "quiet", "morning", "quads", "feet" };
#define WORDS (sizeof words / sizeof words[0])

/* A walk over the leaves of an input: the path of each, and what to do with it. */
struct walk {
	json_t *paths;      /* collects: an object of path: {string: true} */
	const char *target; /* changes: numbers (or strings) of this path */
	size_t change, seen;
	const char *string;
	char path[PATH_BYTES];
};

static json_t *visit(struct walk *walk, const json_t *value, bool in_list);

static void append(char path[PATH_BYTES], const char *format, const char *name, size_t at)
{
	size_t used = strlen(path);
	if (name)
		(void)snprintf(path + used, PATH_BYTES - used, "%s%s", used ? "." : "", name);
	else
		(void)snprintf(path + used, PATH_BYTES - used, format, at);
}

static json_t *visit_object(struct walk *walk, const json_t *value)
{
	json_t *copy = json_object(), *item;
	const char *key;
	size_t used = strlen(walk->path);
	json_object_foreach((json_t *)value, key, item)
	{
		append(walk->path, "", key, 0);
		(void)json_object_set_new(copy, key, visit(walk, item, false));
		walk->path[used] = '\0';
	}
	return copy;
}

static json_t *visit_list(struct walk *walk, const json_t *value, bool in_list)
{
	json_t *copy = json_array(), *item;
	size_t i, used = strlen(walk->path);
	bool tuple = (in_list || strstr(walk->path, "[].")) &&
		     json_array_size(value) <= TUPLE_MAX &&
		     json_is_number(json_array_get(value, 0));
	json_array_foreach(value, i, item)
	{
		append(walk->path, tuple ? "[%zu]" : "[]", NULL, i);
		(void)json_array_append_new(copy, visit(walk, item, true));
		walk->path[used] = '\0';
	}
	return copy;
}

static void collect(struct walk *walk, const json_t *value)
{
	json_t *strings = json_object_get(walk->paths, walk->path);
	if (!strings) {
		strings = json_object();
		(void)json_object_set_new(walk->paths, walk->path, strings);
	}
	if (json_is_string(value))
		(void)json_object_set_new(strings, json_string_value(value), json_true());
}

static json_t *visit(struct walk *walk, const json_t *value, bool in_list)
{
	if (json_is_object(value))
		return visit_object(walk, value);
	if (json_is_array(value))
		return visit_list(walk, value, in_list);
	bool leaf = json_is_number(value) || json_is_string(value);
	if (leaf && walk->paths)
		collect(walk, value);
	if (!leaf || !walk->target || strcmp(walk->path, walk->target) != 0)
		return json_copy((json_t *)value);
	if (json_is_string(value))
		return walk->string ? json_string(walk->string) : json_copy((json_t *)value);
	double x = json_number_value(value);
	size_t at = walk->seen++, from = changes[walk->change].from;
	if (at < from || (at - from) % changes[walk->change].every != 0)
		return json_real(x);
	return json_real(x * changes[walk->change].factor + changes[walk->change].more);
}

/* Whether the outcome of a changed input is another one; an input that is refused has moved, too. */
static bool is_moved(const struct adapter *adapter, const json_t *input, const json_t *outcome,
	const char *path, size_t change, const char *string)
{
	struct walk walk = { .target = path, .change = change, .string = string };
	json_t *changed = visit(&walk, input, false), *got = NULL;
	int r = adapter->run(changed, &got);
	bool moved = r < 0 || !json_equal(got, outcome);
	json_decref(changed);
	json_decref(got);
	return moved;
}

static bool moves(const struct adapter *adapter, const json_t *input, const json_t *outcome,
	const char *path, const json_t *strings)
{
	const char *string;
	json_t *unused;
	json_object_foreach((json_t *)strings, string, unused)
	{
		if (is_moved(adapter, input, outcome, path, 0, string))
			return true;
	}
	for (size_t i = 0; i < WORDS && json_object_size(strings) == 1; i++)
		if (is_moved(adapter, input, outcome, path, 0, words[i]))
			return true;
	for (size_t i = 0; i < CHANGES && json_object_size(strings) == 0; i++)
		if (is_moved(adapter, input, outcome, path, i, NULL))
			return true;
	return false;
}

/* Takes the paths that move this case from the list. */
static void shake_case(const char *file, const struct adapter *adapter, const json_t *item,
	json_t *paths, size_t *moved)
{
	json_t *input = vector_expand(json_object_get(item, "input")), *outcome = NULL;
	if (!input || adapter->run(input, &outcome) < 0) {
		json_decref(input);
		return;
	}
	const char *path;
	json_t *strings;
	void *next;
	json_object_foreach_safe(paths, next, path, strings)
	{
		if (!moves(adapter, input, outcome, path, strings))
			continue;
		printf("moves %s: %s: %s\n", file, path, string_get(item, "name", "?"));
		(void)json_object_del(paths, path);
		++*moved;
	}
	json_decref(outcome);
	json_decref(input);
}

/* A flag holds advice whatever it is for. */
static bool is_inert(const char *path)
{
	return strcmp(path, "flags[].kind") == 0;
}

int shake_file(const char *file, const struct adapter *adapter, const json_t *cases,
	size_t *ret_moved, size_t *ret_still)
{
	struct walk walk = { .paths = json_object() };
	if (!walk.paths)
		return -ENOMEM;
	size_t i;
	json_t *item, *strings;
	json_array_foreach(cases, i, item)
	{
		json_t *input = vector_expand(json_object_get(item, "input"));
		json_decref(visit(&walk, input, false));
		json_decref(input);
	}
	json_array_foreach(cases, i, item)
	{
		shake_case(file, adapter, item, walk.paths, ret_moved);
	}
	const char *path;
	json_object_foreach(walk.paths, path, strings)
	{
		if (is_inert(path))
			continue;
		printf("STILL %s: %s\n", file, path);
		++*ret_still;
	}
	json_decref(walk.paths);
	return 0;
}
