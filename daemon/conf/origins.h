/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the files said, after later lines replaced earlier ones: the sections and their assignments, each with the
 * line it came from. Inside of the folder only. */

#include "conf/items.h"

#define NO_FILE SIZE_MAX

struct conf_section {
	enum section_id id;
	char name[CONF_RUNNER_MAX + 1]; /* "": none */
	size_t file;                    /* where it was first met; NO_FILE: a default */
	uint32_t line;
	bool faulty; /* an assignment was refused */
};

struct conf_assignment {
	size_t section;
	const struct item *item;
	char *text; /* owned */
	double number;
	int32_t from_day;
	size_t file;
	uint32_t line;
};

struct conf_origins {
	char **files; /* owned */
	size_t files_n;
	struct conf_section *sections; /* the first two are the runner and the store */
	size_t sections_n;
	struct conf_assignment *list; /* in the order in which they hold */
	size_t n, capacity;
};

struct conf_origins *origins_free(struct conf_origins *origins);
/* With the sections that are always there. NULL without memory. */
struct conf_origins *origins_new(void);

int origins_add_file(struct conf_origins *origins, const char *name, size_t *ret);
int origins_add_section(
	struct conf_origins *origins, const struct conf_section *section, size_t *ret);

/* The section of a name; SIZE_MAX. */
size_t origins_find_section(
	const struct conf_origins *origins, enum section_id id, const char *name);
size_t origins_count_sections(const struct conf_origins *origins, enum section_id id);

/* What holds for an item and a date; NULL. */
struct conf_assignment *origins_find(const struct conf_origins *origins, size_t section,
	const struct item *item, int32_t from_day);

/* Adds, or replaces what holds. The text is copied. */
int origins_set(struct conf_origins *origins, const struct conf_assignment *assignment);
/* Removes all of an item. */
void origins_reset(struct conf_origins *origins, size_t section, const struct item *item);

/* The name of a file, NULL for NO_FILE. */
const char *origins_file(const struct conf_origins *origins, size_t file);

/* From assignments to the structure, with the checks that need a whole section (build.c).
 * Returns 0, also when problems were added; -ENOMEM. */
int conf_build(struct conf *conf, struct problems *problems);
