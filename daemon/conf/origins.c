/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/origins.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct conf_origins *origins_free(struct conf_origins *origins)
{
	if (!origins)
		return NULL;
	for (size_t i = 0; i < origins->files_n; i++)
		free(origins->files[i]);
	for (size_t i = 0; i < origins->n; i++)
		free(origins->list[i].text);
	free(origins->files);
	free(origins->sections);
	free(origins->list);
	free(origins);
	return NULL;
}

struct conf_origins *origins_new(void)
{
	static const enum section_id always[] = { SECTION_RUNNER, SECTION_STORE, SECTION_WATCH,
		SECTION_FEED };
	struct conf_origins *origins = calloc(1, sizeof *origins);
	if (!origins)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++) {
		struct conf_section section = { .id = always[i], .file = NO_FILE };
		size_t index;
		if (origins_add_section(origins, &section, &index) < 0)
			return origins_free(origins);
	}
	return origins;
}

int origins_add_file(struct conf_origins *origins, const char *name, size_t *ret)
{
	char **files = realloc(origins->files, (origins->files_n + 1) * sizeof *files);
	if (!files)
		return -ENOMEM;
	origins->files = files;
	files[origins->files_n] = strdup(name);
	if (!files[origins->files_n])
		return -ENOMEM;
	*ret = origins->files_n++;
	return 0;
}

int origins_add_section(
	struct conf_origins *origins, const struct conf_section *section, size_t *ret)
{
	struct conf_section *sections =
		realloc(origins->sections, (origins->sections_n + 1) * sizeof *sections);
	if (!sections)
		return -ENOMEM;
	origins->sections = sections;
	sections[origins->sections_n] = *section;
	*ret = origins->sections_n++;
	return 0;
}

size_t origins_find_section(
	const struct conf_origins *origins, enum section_id id, const char *name)
{
	for (size_t i = 0; i < origins->sections_n; i++)
		if (origins->sections[i].id == id && strcmp(origins->sections[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

size_t origins_count_sections(const struct conf_origins *origins, enum section_id id)
{
	size_t n = 0;
	for (size_t i = 0; i < origins->sections_n; i++)
		n += origins->sections[i].id == id;
	return n;
}

struct conf_assignment *origins_find(const struct conf_origins *origins, size_t section,
	const struct item *item, int32_t from_day)
{
	for (size_t i = 0; i < origins->n; i++) {
		struct conf_assignment *a = &origins->list[i];
		if (a->section == section && a->item == item && a->from_day == from_day)
			return a;
	}
	return NULL;
}

int origins_set(struct conf_origins *origins, const struct conf_assignment *assignment)
{
	char *text = strdup(assignment->text);
	if (!text)
		return -ENOMEM;
	struct conf_assignment *old =
		origins_find(origins, assignment->section, assignment->item, assignment->from_day);
	if (old) {
		free(old->text);
		*old = *assignment;
		old->text = text;
		return 0;
	}
	if (origins->n == origins->capacity) {
		size_t capacity = origins->capacity ? origins->capacity * 2 : 32;
		struct conf_assignment *list = realloc(origins->list, capacity * sizeof *list);
		if (!list) {
			free(text);
			return -ENOMEM;
		}
		origins->list = list;
		origins->capacity = capacity;
	}
	struct conf_assignment *new = &origins->list[origins->n++];
	*new = *assignment;
	new->text = text;
	return 0;
}

void origins_reset(struct conf_origins *origins, size_t section, const struct item *item)
{
	size_t kept = 0;
	for (size_t i = 0; i < origins->n; i++) {
		struct conf_assignment *a = &origins->list[i];
		if (a->section == section && a->item == item)
			free(a->text);
		else
			origins->list[kept++] = *a;
	}
	origins->n = kept;
}

const char *origins_file(const struct conf_origins *origins, size_t file)
{
	return file < origins->files_n ? origins->files[file] : NULL;
}
