/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_query.h"

#include "base/cleanup.h"
#include "store/recording.h"
#include "store/statement.h"
#include "util/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void sources_free(struct activity_source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(sources[i].path);
		free(sources[i].from);
	}
	free(sources);
}

void stored_activity_done(struct stored_activity *activity)
{
	sources_free(activity->sources, activity->sources_n);
	*activity = (struct stored_activity) { 0 };
}

static int add_source(sqlite3_stmt *stmt, struct stored_activity *activity)
{
	const uint8_t *hash = sqlite3_column_blob(stmt, 1);
	if (!hash || sqlite3_column_bytes(stmt, 1) != HASH_BYTES)
		return -EUCLEAN;
	struct activity_source *sources =
		reallocarray(activity->sources, activity->sources_n + 1, sizeof *sources);
	if (!sources)
		return -ENOMEM;
	activity->sources = sources;
	struct activity_source *source = &sources[activity->sources_n];
	*source = (struct activity_source) {
		.serial = column_known(stmt, 2, -1),
		.leads = sqlite3_column_int(stmt, 3) != 0,
	};
	hash_hex(hash, source->sha256);
	activity->sources_n++;
	int r = column_text(stmt, 0, &source->path);
	return r < 0 ? r : column_text(stmt, 4, &source->from);
}

static int get_sources(struct store *store, struct stored_activity *activity)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_SOURCES, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity->id);
	while ((r = store_step(store, stmt)) > 0) {
		r = add_source(stmt, activity);
		if (r < 0)
			return r;
	}
	return r;
}

int store_get_activity(struct store *store, int64_t id, struct stored_activity *ret)
{
	CLEANUP(stored_activity_done) struct stored_activity activity = { .id = id };
	struct leading leading;
	int r = recording_get(store, id, &leading);
	if (r == 0)
		r = get_sources(store, &activity);
	if (r < 0)
		return r;
	activity.day = leading.day;
	activity.utc_offset_s = leading.utc_offset_s;
	activity.activity = leading.activity;
	activity.has_utc_offset = leading.activity.summary.has_utc_offset;
	*ret = activity;
	activity = (struct stored_activity) { 0 };
	return 0;
}

/* The ids of the newest `last` activities among the `added` that were added last, newest first. */
static int newest_ids(struct store *store, size_t added, size_t last, int64_t **ret, size_t *ret_n)
{
	size_t among = added;
	int r = added ? 0 : store_count_activities(store, &among); /* it takes a look at each */
	if (r < 0)
		return r;
	size_t wanted = last && last < among ? last : among;
	AUTO_FREE int64_t *ids = calloc(wanted ? wanted : 1, sizeof *ids);
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	if (!ids)
		return -ENOMEM;
	r = store_statement(store, ST_ACTIVITY_NEWEST, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, (int64_t)wanted);
	(void)sqlite3_bind_int64(stmt, 2, (int64_t)among);
	size_t n = 0;
	while (n < wanted && (r = store_step(store, stmt)) > 0)
		ids[n++] = sqlite3_column_int64(stmt, 0);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(ids);
	*ret_n = n;
	return 0;
}

int store_each_activity(struct store *store, size_t last,
	int (*on_activity)(const struct stored_activity *activity, void *userdata), void *userdata)
{
	return store_each_added(store, 0, last, on_activity, userdata);
}

int store_each_added(struct store *store, size_t added, size_t last,
	int (*on_activity)(const struct stored_activity *activity, void *userdata), void *userdata)
{
	AUTO_FREE int64_t *ids = NULL;
	size_t n = 0;
	int r = newest_ids(store, added, last, &ids, &n);
	while (r >= 0 && n > 0) {
		CLEANUP(stored_activity_done) struct stored_activity activity = { 0 };
		r = store_get_activity(store, ids[--n], &activity);
		if (r == -ENOENT) { /* gone meanwhile */
			r = 0;
			continue;
		}
		if (r == 0)
			r = on_activity(&activity, userdata);
	}
	return r < 0 ? r : 0;
}

void refused_free(struct refused_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(files[i].path);
		free(files[i].why);
	}
	free(files);
}

struct refused_list {
	struct refused_file *files;
	size_t n;
};

static void refused_done(struct refused_list *list)
{
	refused_free(list->files, list->n);
}

static int add_refused(sqlite3_stmt *stmt, struct refused_list *list)
{
	struct refused_file *files = list->files;
	if ((list->n & (list->n - 1)) == 0) /* doubles at each power of two */
		files = reallocarray(files, list->n ? 2 * list->n : 1, sizeof *files);
	if (!files)
		return -ENOMEM;
	list->files = files;
	struct refused_file *file = &files[list->n++];
	*file = (struct refused_file) { .at_ms = sqlite3_column_int64(stmt, 2) };
	int r = column_text(stmt, 0, &file->path);
	return r < 0 ? r : column_text(stmt, 1, &file->why);
}

int store_list_refused(struct store *store, struct refused_file **ret, size_t *ret_n)
{
	CLEANUP(refused_done) struct refused_list list = { 0 };
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_REFUSED, &stmt);
	if (r < 0)
		return r;
	while ((r = store_step(store, stmt)) > 0) {
		r = add_refused(stmt, &list);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(list.files);
	*ret_n = list.n;
	list.n = 0;
	return 0;
}

int store_count_activities(struct store *store, size_t *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ACTIVITY_COUNT, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret = (size_t)sqlite3_column_int64(stmt, 0);
	return 0;
}
