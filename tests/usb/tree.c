/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb/wire.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

const struct object *tree_at(const struct tree *tree, uint32_t number)
{
	return number && number <= tree->n ? &tree->list[number - 1] : NULL;
}

void tree_done(struct tree *tree)
{
	for (size_t i = 0; i < tree->n; i++) {
		free(tree->list[i].name);
		free(tree->list[i].bytes);
	}
	free(tree->list);
	*tree = (struct tree) { 0 };
}

static bool load_bytes(const char *path, struct object *object)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		return false;
	object->bytes = malloc(object->size + 1);
	bool whole = object->bytes && fread(object->bytes, 1, object->size, file) == object->size;
	(void)fclose(file);
	return whole;
}

/* Returns its number; 0 on failure. */
static uint32_t add(struct tree *tree, uint32_t parent, const char *path, const char *name)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return 0;
	struct object *grown = reallocarray(tree->list, tree->n + 1, sizeof *grown);
	if (!grown)
		return 0;
	tree->list = grown;
	struct object *object = &grown[tree->n++];
	*object = (struct object) { .number = (uint32_t)tree->n,
		.parent = parent,
		.is_folder = S_ISDIR(st.st_mode),
		.name = strdup(name) };
	struct tm tm;
	if (gmtime_r(&st.st_mtime, &tm))
		(void)strftime(object->date, sizeof object->date, "%Y%m%dT%H%M%S", &tm);
	if (!object->is_folder) {
		object->size = (uint64_t)st.st_size;
		if (!load_bytes(path, object))
			return 0;
	}
	return object->number;
}

static bool load_below(struct tree *tree, uint32_t parent, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);
	bool whole = n >= 0;
	for (int i = 0; i < n; i++) {
		char below[PATH_MAX];
		bool dots = !strcmp(entries[i]->d_name, ".") || !strcmp(entries[i]->d_name, "..");
		int size = snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
		uint32_t number = dots || size >= (int)sizeof below
					  ? 0
					  : add(tree, parent, below, entries[i]->d_name);
		if (number && tree->list[number - 1].is_folder)
			whole = load_below(tree, number, below) && whole;
		else
			whole = (dots || number) && whole;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return whole;
}

static int by_age(const void *a, const void *b)
{
	const struct object *x = a, *y = b;
	if (x->is_folder != y->is_folder)
		return x->is_folder ? -1 : 1;
	int order = x->is_folder ? 0 : strcmp(x->date, y->date);
	return order ? order : x->number < y->number ? -1 : 1;
}

/* Numbers as a device gives them: its folders were there first, and a new file gets the next one. */
static bool renumber(struct tree *tree)
{
	uint32_t *now = calloc(tree->n + 1, sizeof *now);
	if (!now)
		return false;
	if (tree->n)
		qsort(tree->list, tree->n, sizeof *tree->list, by_age);
	for (size_t i = 0; i < tree->n; i++)
		now[tree->list[i].number] = (uint32_t)i + 1;
	for (size_t i = 0; i < tree->n; i++) {
		tree->list[i].number = (uint32_t)i + 1;
		tree->list[i].parent = now[tree->list[i].parent]; /* the root's stays 0 */
	}
	free(now);
	return true;
}

bool tree_load(const char *path, struct tree *ret)
{
	*ret = (struct tree) { 0 };
	if (load_below(ret, 0, path) && renumber(ret))
		return true;
	tree_done(ret);
	return false;
}
