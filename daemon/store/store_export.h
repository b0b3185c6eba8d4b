/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Rows as text for `knead export`: one JSON object a line, names and units as the commands print them. */

#include "activity/activity.h"
#include "store/store.h"
#include "util/hash.h"

enum export_table {
	EXPORT_DAYS,
	EXPORT_SCORES,
	EXPORT_ALERTS,
	EXPORT_MASSAGES,
	EXPORT_FEELINGS,
	EXPORT_FLAGS,
	EXPORT_COUNT,
};

/* Calls back for each row, oldest first. A negative answer ends the walk and is returned. */
int store_export(struct store *store, enum export_table table,
	int (*on_line)(const char *json, void *userdata), void *userdata);

/* A file whose original is kept. */
struct export_file {
	uint8_t hash[HASH_BYTES];
	enum file_format format;
	int64_t at_ms;    /* start of its first activity, else of its import */
	const char *path; /* where it was seen first; NULL when that is not known any more */
};
int store_export_files(struct store *store,
	int (*on_file)(const struct export_file *file, void *userdata), void *userdata);
