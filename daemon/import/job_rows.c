/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/job_rows.h"

#include "import/day_rules.h"
#include "import/explain.h"
#include "import/settings.h"

#include "base/cleanup.h"
#include "store/store_feed.h"
#include "store/store_import.h"
#include "store/store_profile.h"
#include "util/crash.h"
#include "util/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the transaction needs from hand to hand. */
struct writing {
	const struct import_writing *what;
	struct store *store;
	const struct conf *conf;
	int64_t now_ms;
	bool quiet, eject_first;
	int32_t first_day, last_day; /* days whose totals change */
	struct import_result *result;
};

static int add_refusal(struct import_result *result, const char *file, const char *why)
{
	struct import_refusal *grown =
		reallocarray(result->refused, result->refused_n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	result->refused = grown;
	struct import_refusal *refusal = &grown[result->refused_n];
	*refusal = (struct import_refusal) { .file = strdup(file), .why = strdup(why) };
	if (!refusal->file || !refusal->why) {
		free(refusal->file);
		free(refusal->why);
		return -ENOMEM;
	}
	result->refused_n++;
	return 0;
}

/* Merged into one that this very import brought, an activity is in the list already. */
static bool is_listed(const struct import_result *result, int64_t id)
{
	for (size_t i = result->ids_n; i-- > 0;)
		if (result->ids[i] == id)
			return true;
	return false;
}

static int add_id(struct import_result *result, int64_t id, bool merged)
{
	if (merged && is_listed(result, id)) {
		result->merged++;
		return 0;
	}
	int64_t *grown = reallocarray(result->ids, result->ids_n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	result->ids = grown;
	grown[result->ids_n++] = id;
	if (merged)
		result->merged++;
	else
		result->new_activities++;
	return 0;
}

/* What the spool held belongs to whom it came from, whatever is read now. */
static int add_share(struct import_result *result, const char *source, size_t n)
{
	size_t i = 0;
	if (!n)
		return 0;
	while (i < result->shares_n && strcmp(result->shares[i].source, source) != 0)
		i++;
	if (i == result->shares_n) {
		struct import_share *grown =
			reallocarray(result->shares, result->shares_n + 1, sizeof *grown);
		if (!grown)
			return -ENOMEM;
		result->shares = grown;
		grown[result->shares_n++] = (struct import_share) { 0 };
		(void)snprintf(grown[i].source, sizeof grown[i].source, "%s", source);
	}
	result->shares[i].new_activities += n;
	return 0;
}

static void touch_day(struct writing *w, int32_t day)
{
	w->first_day = day < w->first_day ? day : w->first_day;
	w->last_day = day > w->last_day ? day : w->last_day;
}

void import_place(const struct conf *conf, struct activity_row *row)
{
	const struct activity_summary *summary = &row->activity->summary;
	if (summary->start_ms == TIME_UNKNOWN_MS)
		return;
	int64_t start_s = summary->start_ms / 1000;
	row->utc_offset_s =
		summary->has_utc_offset ? summary->utc_offset_s : zone_offset_s(start_s);
	row->day = zone_day(start_s, row->utc_offset_s, conf->runner.day_start_h);
}

static int put_activity(
	struct writing *w, int64_t file_id, uint32_t index, const struct report_activity *activity)
{
	struct activity_row row = { .file_id = file_id, .index = index, .activity = activity };
	import_place(w->conf, &row);
	if (activity->summary.start_ms != TIME_UNKNOWN_MS)
		touch_day(w, row.day);
	int64_t id = 0;
	bool merged = false;
	int r = store_put_activity(w->store, &row, &id, &merged);
	return r < 0 ? r : add_id(w->result, id, merged);
}

/* An activity's original is also to be placed in the feed folder. What only comes back from the archive (quiet) was
 * placed before, unless it waited for that. */
static bool is_for_feed(const struct import_writing *what, const struct import_item *item)
{
	return what->conf->feed.folder && item->state == ITEM_PARSED &&
	       item->kind == FILE_KIND_ACTIVITY &&
	       (!what->quiet || store_feed_is_marked(what->store, item->hash));
}

/* Whether the original stays, be it only until it is in the feed folder. */
static bool is_kept(const struct import_writing *what, const struct import_item *item)
{
	return item->state == ITEM_PARSED &&
	       (what->conf->store.archive != ARCHIVE_OFF || is_for_feed(what, item));
}

static int put_parsed(struct writing *w, const struct import_item *item,
	const struct spool_file *file, const struct report *report)
{
	struct file_row row = { .file = file,
		.format = report->format,
		.kind = report->kind,
		.parser_version = PARSER_VERSION,
		.archived = is_kept(w->what, item),
		.imported_ms = w->now_ms,
		.serial = report->device.has_serial ? (int64_t)report->device.serial : -1,
		.device_name =
			report->device.product_name[0] ? report->device.product_name : NULL };
	int64_t file_id = 0;
	int r = store_put_file(w->store, &row, &file_id);
	w->result->taken++;
	w->result->no_landlock |= report->no_landlock;
	if (r == 0 && is_for_feed(w->what, item))
		r = store_feed_put(w->store, file_id, item->hash);
	/* a course holds a track to follow, not a run */
	bool runs = report->kind == FILE_KIND_ACTIVITY;
	size_t before = w->result->new_activities;
	for (uint32_t i = 0; r == 0 && runs && i < report->activities_n; i++)
		r = put_activity(w, file_id, i, &report->activities[i]);
	if (r == 0)
		r = add_share(w->result, file->origin.source, w->result->new_activities - before);
	return r < 0 ? r : store_put_wellness(w->store, file_id, &report->wellness);
}

static int put_refused(
	struct writing *w, const struct spool_file *file, const struct report *report)
{
	struct file_row row = { .file = file,
		.format = report->format,
		.kind = report->kind,
		.why = report->why,
		.parser_version = PARSER_VERSION,
		.imported_ms = w->now_ms,
		.serial = -1 };
	int64_t file_id = 0;
	int r = store_put_file(w->store, &row, &file_id);
	return r < 0 ? r : add_refusal(w->result, file->origin.path, report->why);
}

static int put_item(
	struct writing *w, const struct import_items *items, const struct import_item *item)
{
	struct spool_file file;
	CLEANUP(report_done) struct report report;
	report_init(&report);
	int r = import_items_file(items, item, &file);
	if (r == 0)
		r = import_items_report(items, item, &report);
	if (r < 0)
		return r;
	switch (item->state) {
	case ITEM_PARSED:
		return put_parsed(w, item, &file, &report);
	case ITEM_REFUSED:
		return put_refused(w, &file, &report);
	case ITEM_KNOWN:
		return store_put_sighting(w->store, &file, w->now_ms);
	case ITEM_UNREADABLE:
		r = store_put_unread(w->store, &file.origin, report.why, w->now_ms);
		return r < 0 ? r : add_refusal(w->result, file.origin.path, report.why);
	case ITEM_QUEUED:
	case ITEM_PARSING:
		break;
	}
	return -EBUSY; /* the caller did not wait for import_left() == 0 */
}

/* Older runs get lower numbers, whatever order the files came in. */
static int by_start(const void *a, const void *b)
{
	int64_t x = ((const struct import_item *)a)->start_ms;
	int64_t y = ((const struct import_item *)b)->start_ms;
	return x < y ? -1 : x > y;
}

static int write_rows(struct writing *w, struct import_items *items)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < items->walks_n; i++)
		r = store_forget_unread(w->store, items->walks[i].source, items->walks[i].root);
	for (size_t i = 0; r == 0 && i < items->n; i++)
		r = put_item(w, items, &items->list[i]);
	if (r == 0 && w->conf->feed.folder)
		r = store_feed_sync(w->store);
	if (r == 0)
		r = store_refresh_profile(w->store, &w->conf->runner.profile, NULL);
	if (r == 0 && w->first_day <= w->last_day)
		r = store_refresh_days(w->store, w->first_day, w->last_day);
	char now[CLOCK_TEXT_BYTES];
	if (r == 0 && w->result->taken)
		r = day_rules_set(w->store, w->conf, true);
	if (r == 0 && w->result->taken)
		r = store_set_fact(w->store, "last_import", clock_format(w->now_ms, now));
	if (r < 0)
		return r;
	struct decide_settings settings;
	struct decide_target targets[CONF_SECTIONS_MAX];
	decide_settings_of(w->conf, targets, &settings);
	settings.eject_first = w->eject_first;
	if (w->quiet)
		return decide_quietly(w->store, &settings, w->now_ms, w->result->new_activities,
			"the store was put back from a copy: this may have been said before");
	return decide_import(
		w->store, &settings, w->now_ms, w->result->new_activities, &w->result->decided);
}

static int archive_all(const struct import_writing *what, const struct import_items *items)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < items->n; i++)
		if (is_kept(what, &items->list[i]))
			r = archive_keep(store_directory(what->store), items->list[i].hash);
	return r;
}

static void clean_spool(struct store *store, const struct import_items *items)
{
	for (size_t i = 0; i < items->n; i++)
		if (items->list[i].state != ITEM_UNREADABLE)
			(void)spool_remove(store_directory(store), items->list[i].hash);
}

int import_rows_write(const struct import_writing *what, struct import_items *items,
	struct import_result *ret, char *ret_why)
{
	struct store *store = what->store;
	struct writing w = { .what = what,
		.store = store,
		.conf = what->conf,
		.now_ms = what->now_ms,
		.quiet = what->quiet,
		.eject_first = what->eject_first,
		.first_day = INT32_MAX,
		.last_day = INT32_MIN,
		.result = ret };
	if (!items->n && !items->walks_n)
		return 0;
	if (items->n)
		qsort(items->list, items->n, sizeof items->list[0], by_start);
	int r = archive_all(what, items);
	if (r == 0 && (r = store_begin(store)) == 0) {
		r = write_rows(&w, items);
		crash_here(CRASH_BEFORE_COMMIT);
		if (r == 0)
			r = store_commit(store);
		if (r < 0)
			store_rollback(store);
	}
	if (r < 0) {
		(void)snprintf(ret_why, STORE_WHY_BYTES, "%s", import_explain(r));
		return r;
	}
	crash_here(CRASH_AFTER_COMMIT);
	clean_spool(store, items);
	store_nudge(store);
	return 0;
}
