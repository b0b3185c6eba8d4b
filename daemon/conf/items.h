/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The one table of settings. It drives the reader, its error texts, `knead config show` and the shipped
 * kneadd.conf: a new setting is a row here and a field in conf.h. */

#include "conf/conf.h"

enum section_id {
	SECTION_WEBHOOK,
	SECTION_RUNNER,
	SECTION_FOLDER,
	SECTION_STORE,
	SECTION_WATCH,
	SECTION_FEED,
	SECTION_COUNT
};

enum section_naming { NAMING_NONE, NAMING_FREE, NAMING_NEEDED };

struct section_type {
	const char *name;
	const char *title;   /* its own name in the shipped file; NULL: none */
	const char *heading; /* what it is for, lines parted by \n */
	enum section_naming naming;
	bool shipped; /* it stands there uncommented */
};

/* A value between text and structure. */
struct setting {
	const char *text; /* borrowed, as written */
	double number;    /* also a whole number, a choice, a switch, event bits */
	int32_t from_day; /* dated values; PROFILE_ALWAYS */
};

struct item;

struct value_type {
	/* Reads setting->text. Returns 0; -EINVAL, and may set *why to something better than the item's range. */
	int (*read)(const struct item *item, struct setting *setting, const char **why);
	/* Puts it into its field. Returns 0; -ENOMEM; -ENOSPC too many. */
	int (*store)(const struct item *item, const struct setting *setting, void *field);
	bool dated; /* may be given several times, with different dates */
};

struct item {
	enum section_id section;
	int count; /* of choices; profile key of dated values */
	const char *key;
	const struct value_type *type;
	size_t offset;            /* of the field in the section's structure */
	const char *fallback;     /* the default, as text; "": none */
	const char *range;        /* "a number from 100 to 250": completes "must be ..." */
	double min, max;          /* of numbers */
	const char *const *names; /* of choices */
	/* Shortens a value that may be secret. NULL: shown as it is. */
	char *(*mask)(const char *text, char ret[CONF_MASKED_BYTES]);
	const char *example; /* in the shipped file, instead of the default */
	const char *help;    /* lines parted by \n */
	bool shipped;        /* the example stands there uncommented */
};

extern const struct section_type section_types[SECTION_COUNT];
extern const struct item items[];
extern const size_t items_n;

/* NULL when there is none. */
const struct item *item_find(enum section_id section, const char *key);
