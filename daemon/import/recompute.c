/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/recompute.h"

#include "base/cleanup.h"
#include "helper/pool.h"
#include "import/day_rules.h"
#include "import/job_rows.h"
#include "import/settings.h"
#include "store/store_profile.h"
#include "util/crash.h"
#include "util/zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What reports depend on: with another program or other settings they are made again. */
#define MADE_BY_BYTES 64u
static void name_maker(const struct parse_request *request, char ret[MADE_BY_BYTES])
{
	uint64_t zone = 14695981039346656037u; /* FNV-1a by words: only to be told apart */
	for (size_t i = 0; i < request->zone.n; i++) {
		zone = (zone ^ (uint64_t)request->zone.at[i].from_s) * 1099511628211u;
		zone = (zone ^ (uint32_t)request->zone.at[i].offset_s) * 1099511628211u;
	}
	(void)snprintf(ret, MADE_BY_BYTES, KNEAD_VERSION "/%u/%016" PRIx64 "/%d", PARSER_VERSION,
		zone, request->day_start_h);
}

/* One recomputation under way. */
struct recompute {
	struct store *store;
	const struct conf *conf;
	const char *helper_path;
	struct parse_request request;
	char made_by[MADE_BY_BYTES];
};

/* A file that a helper reads. */
struct reading {
	struct fresh_file file;
	bool tried; /* once before: somebody ended the helper */
};

/* The readers, and how far they are. */
struct readers {
	struct recompute *work;
	struct helper_pool pool;
	struct reading at[HELPER_POOL_SIZE];
	int64_t last_id; /* of the last file that was given out */
	struct fresh_count count;
};

static void readers_done(struct readers *readers)
{
	helper_pool_done(&readers->pool);
}

static int keep(struct readers *readers, const struct fresh_file *file, const struct report *report)
{
	int r = store_fresh_put(readers->work->store, file->id, readers->work->made_by, report);
	readers->count.done++;
	if (r == 0)
		crash_here(CRASH_RECOMPUTE_READ);
	return r;
}

/* Returns 0; 1 when there is no original that could be read; negative errno. */
static int begin_reading(struct readers *readers, size_t place)
{
	const struct recompute *work = readers->work;
	const struct fresh_file *file = &readers->at[place].file;
	AUTO_CLOSE int input = archive_open(store_directory(work->store), file->hash);
	if (input < 0)
		return input == -ENOENT ? 1 : input;
	const struct helper_job what = {
		.path = work->helper_path, .input_fd = input, .request = &work->request
	};
	return helper_pool_start(&readers->pool, place, &what);
}

/* Gives every idle reader a file. Returns 0; negative errno. */
static int give_out(struct readers *readers)
{
	for (int place; (place = helper_pool_idle(&readers->pool)) >= 0;) {
		struct reading *reading = &readers->at[place];
		*reading = (struct reading) { .tried = false };
		int r = store_fresh_next(readers->work->store, readers->last_id, &reading->file);
		if (r <= 0)
			return r;
		readers->last_id = reading->file.id;
		r = begin_reading(readers, (size_t)place);
		if (r > 0)
			r = keep(readers, &reading->file, NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

/* One reader's answer. Returns 0; negative errno. */
static int take_in(struct readers *readers)
{
	CLEANUP(report_done) struct report report;
	report_init(&report);
	enum verdict verdict = VERDICT_CRASHED;
	size_t place;
	int r = helper_pool_wait(&readers->pool, &place, &report, &verdict);
	if (r < 0)
		return r;
	struct reading *reading = &readers->at[place];
	if (verdict == VERDICT_NO_SANDBOX)
		return HELPER_NO_SANDBOX;
	if (verdict == VERDICT_NOT_STARTED)
		return HELPER_NOT_STARTED;
	if (verdict == VERDICT_ENDED) {
		if (reading->tried)
			return -EINTR; /* somebody ends our helpers: another time */
		reading->tried = true;
		r = begin_reading(readers, place);
		return r > 0 ? keep(readers, &reading->file, NULL) : r;
	}
	bool good = verdict == VERDICT_OK && report.valid && !report.why[0];
	return keep(readers, &reading->file, good ? &report : NULL);
}

static int read_all(struct recompute *work, recompute_fn on_file, void *userdata)
{
	CLEANUP(readers_done) struct readers readers = { .work = work };
	int r = store_fresh_count(work->store, &readers.count);
	while (r == 0 && (r = give_out(&readers)) == 0 && helper_pool_is_busy(&readers.pool)) {
		r = take_in(&readers);
		if (r == 0 && !on_file(&readers.count, userdata))
			r = -EINTR;
	}
	return r;
}

static int store_report(const struct recompute *work, int64_t file_id, const struct report *report)
{
	int r = 0;
	bool runs = report->kind == FILE_KIND_ACTIVITY;
	for (uint32_t i = 0; r == 0 && runs && i < report->activities_n; i++) {
		struct activity_row row = {
			.file_id = file_id, .index = i, .activity = &report->activities[i]
		};
		int64_t id;
		bool merged;
		import_place(work->conf, &row);
		r = store_put_activity(work->store, &row, &id, &merged);
	}
	if (r == 0)
		r = store_drop_activities(
			work->store, file_id, runs ? (uint32_t)report->activities_n : 0);
	return r < 0 ? r : store_put_wellness(work->store, file_id, &report->wellness);
}

static int store_reports(const struct recompute *work)
{
	int64_t id = 0;
	for (;;) {
		CLEANUP(report_done) struct report report;
		report_init(&report);
		bool kept = false;
		int r = store_fresh_read(work->store, id, &id, &report, &kept);
		if (r > 0 && !kept)
			r = store_report(work, id, &report);
		else if (r > 0)
			r = 0;
		else
			return r;
		if (r < 0)
			return r;
	}
}

static int write_all(const struct recompute *work, int64_t now_ms, struct fresh_count *ret)
{
	struct decide_settings settings;
	struct decide_target targets[CONF_SECTIONS_MAX];
	decide_settings_of(work->conf, targets, &settings);
	int r = store_fresh_count(work->store, ret);
	if (r == 0)
		r = store_reports(work);
	if (r == 0)
		r = day_rules_set(work->store, work->conf, false);
	if (r == 0)
		r = store_mark_everything(work->store);
	if (r == 0)
		r = store_refresh_profile(work->store, &work->conf->runner.profile, NULL);
	if (r == 0)
		r = store_refresh_all_days(work->store);
	if (r == 0)
		r = decide_recompute(work->store, &settings, now_ms);
	return r < 0 ? r : store_fresh_clear(work->store);
}

int recompute_run(struct store *store, const struct conf *conf, struct clock_source *clock,
	recompute_fn on_file, void *userdata, struct fresh_count *ret, char *ret_why)
{
	int64_t now_ms = clock_now_ms(clock);
	AUTO_FREE char *helper_path = NULL;
	struct recompute work = { .store = store,
		.conf = conf,
		.request = {
			.runner = conf->runner.profile, .day_start_h = conf->runner.day_start_h } };
	zone_read_rules(&work.request.zone);
	name_maker(&work.request, work.made_by);
	int r = helper_find_parse(&helper_path);
	work.helper_path = helper_path;
	if (r == 0)
		r = store_fresh_begin(store, work.made_by);
	if (r == 0)
		r = read_all(&work, on_file, userdata);
	if (r == 0 && (r = store_begin(store)) == 0) {
		r = write_all(&work, now_ms, ret);
		crash_here(CRASH_RECOMPUTE_BEFORE_COMMIT);
		if (r == 0)
			r = store_commit(store);
		if (r < 0)
			store_rollback(store);
	}
	if (r == 0)
		crash_here(CRASH_RECOMPUTE_AFTER_COMMIT);
	if (r == 0)
		store_nudge(store);
	else
		(void)snprintf(
			ret_why, STORE_WHY_BYTES, "%s; nothing has changed", helper_explain(r));
	return r;
}
