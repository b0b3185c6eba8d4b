/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/recompute.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "import/day_rules.h"
#include "import/job_rows.h"
#include "import/settings.h"
#include "store/store_profile.h"
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

/* Returns 0 with a report to keep; 1 when the file cannot be read again; negative errno. */
static int read_again(
	const struct recompute *work, const struct fresh_file *file, struct report *ret)
{
	AUTO_CLOSE int input = archive_open(store_directory(work->store), file->hash);
	if (input < 0)
		return input == -ENOENT ? 1 : input;
	for (int tries = 0; tries < 2; tries++) {
		struct helper_job what = {
			.path = work->helper_path, .input_fd = input, .request = &work->request
		};
		enum verdict verdict = VERDICT_CRASHED;
		int r = helper_run_parse(&what, ret, &verdict);
		if (r < 0)
			return r;
		if (verdict != VERDICT_ENDED)
			return verdict == VERDICT_OK && ret->valid && !ret->why[0] ? 0 : 1;
		report_done(ret);
		report_init(ret);
	}
	return -EINTR; /* somebody ends our helpers: another time */
}

static int read_one(struct recompute *work, const struct fresh_file *file)
{
	CLEANUP(report_done) struct report report;
	report_init(&report);
	int r = read_again(work, file, &report);
	if (r < 0)
		return r;
	return store_fresh_put(work->store, file->id, work->made_by, r == 0 ? &report : NULL);
}

static int read_all(struct recompute *work, recompute_fn on_file, void *userdata)
{
	struct fresh_file file = { .id = 0 };
	struct fresh_count count;
	int r = store_fresh_count(work->store, &count);
	while (r >= 0 && (r = store_fresh_next(work->store, file.id, &file)) > 0) {
		r = read_one(work, &file);
		count.done++;
		if (r == 0 && !on_file(&count, userdata))
			return -EINTR;
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
		if (r == 0)
			r = store_commit(store);
		if (r < 0)
			store_rollback(store);
	}
	if (r == 0)
		store_nudge(store);
	else
		(void)snprintf(ret_why, STORE_WHY_BYTES, "%s; nothing has changed", strerror(-r));
	return r;
}
