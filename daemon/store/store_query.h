/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the commands show. */

#include "ipc/report.h"
#include "store/store.h"

struct activity_source {
	char *path; /* owned */
	char *from; /* owned: the source, as struct spool_origin has it */
	char sha256[65];
	int64_t serial; /* -1 unknown */
	bool leads;
};

struct stored_activity {
	int64_t id;
	int32_t day, utc_offset_s;
	bool has_utc_offset; /* by the file itself */
	struct report_activity activity;
	struct activity_source *sources; /* owned */
	size_t sources_n;
};
void stored_activity_done(struct stored_activity *activity);

/* -ENOENT when there is none of that id. */
int store_get_activity(struct store *store, int64_t id, struct stored_activity *ret);

/* Calls back for each leading activity, oldest first, the newest `last` only (0: all), with sources.
 * A negative answer of the callback ends the walk and is returned. */
int store_each_activity(struct store *store, size_t last,
	int (*on_activity)(const struct stored_activity *activity, void *userdata), void *userdata);

/* The same among the `added` that were added last: those of one import, whenever they started. */
int store_each_added(struct store *store, size_t added, size_t last,
	int (*on_activity)(const struct stored_activity *activity, void *userdata), void *userdata);

struct refused_file {
	char *path, *why; /* owned */
	int64_t at_ms;
};
int store_list_refused(struct store *store, struct refused_file **ret, size_t *ret_n);
void refused_free(struct refused_file *files, size_t n);

int store_count_activities(struct store *store, size_t *ret);
