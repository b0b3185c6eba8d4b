/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-season DIR [options]: a season of runs, laid out like a watch. */
#include "season/season.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAY_S INT64_C(86400)
#define UTC_OFFSET_S 7200 /* as season_make() has it */

static const char usage_text[] =
	"knead-season DIR [--seed N] [--weeks N] [--last-day YYYY-MM-DD] [--only-last | "
	"--skip-last] "
	"[--short] [--wellness [--strained N]]\n"
	"  Writes a made-up season below DIR, laid out like a watch: GARMIN/Activity/*.fit and, of "
	"an older\n"
	"  watch, GARMIN/History/*.tcx. Five runs a week, the last of the season a mountain race.\n"
	"  --weeks N     length (16)      --seed N  other runs (1)     --last-day D  day of the "
	"race\n"
	"  --skip-last   all but the race                      --only-last     the race alone\n"
	"  --short       runs of a few minutes, for many small files\n"
	"  --wellness    also GARMIN/Monitor, Sleep and HRVStatus of each day, made by the public "
	"profile\n"
	"  --strained N  of the last N days: high stress, low HRV, short nights\n";

struct options {
	const char *folder;
	uint64_t seed;
	int weeks;
	int64_t last_day_s; /* 00:00 UTC of the race's day */
	bool only_last, skip_last, short_runs, wellness;
	int strained; /* days at the end */
};

static bool write_file(const char *folder, const char *name, const void *data, size_t size)
{
	char path[4224];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *out = fopen(path, "wbe");
	bool ok = out && fwrite(data, 1, size, out) == size;
	if (out && fclose(out) != 0)
		ok = false;
	if (!ok)
		(void)fprintf(stderr, "knead-season: %s: %s\n", path, strerror(errno));
	return ok;
}

static bool make_folders(const char *root, bool wellness)
{
	static const char *const folders[] = { "", "/GARMIN", "/GARMIN/Activity", "/GARMIN/History",
		"/GARMIN/Monitor", "/GARMIN/Sleep", "/GARMIN/HRVStatus" };
	for (size_t i = 0; i < (wellness ? 7 : 4); i++) {
		char path[4096];
		(void)snprintf(path, sizeof path, "%s%s", root, folders[i]);
		if (mkdir(path, 0755) < 0 && errno != EEXIST) {
			(void)fprintf(stderr, "knead-season: %s: %s\n", path, strerror(errno));
			return false;
		}
	}
	return true;
}

/* Five runs a week, building up with an easier week in four; the very last is the race. */
static struct season_plan plan_run(const struct options *o, int week, int run, uint64_t *random)
{
	static const int days[] = { 1, 2, 3, 5,
		6 }; /* Tuesday Wednesday Thursday Saturday Sunday */
	static const double km[] = { 8, 7, 9, 6, 14 };
	double build = 1 + 0.02 * (week % 12) - (week % 4 == 3 ? 0.25 : 0);
	struct season_plan plan = {
		.start_s = o->last_day_s - (int64_t)(o->weeks - week) * 7 * DAY_S +
			   (days[run] + 1) * DAY_S + (run == 4 ? 7 : 16) * INT64_C(3600) +
			   (int64_t)season_uniform(random, 0, 1800),
		.distance_m = 1000 * km[run] * build * season_uniform(random, 0.94, 1.06),
		.pace_mps = season_uniform(random, 2.75, 2.95),
		.hills_m = run == 4 ? 35 : 8,
		.intervals = run == 2,
		.rpe = run == 2 ? 7 : 4,
	};
	if (o->short_runs)
		plan.distance_m = season_uniform(random, 600, 900);
	if (week == o->weeks - 1 && run == 4 && !o->short_runs) { /* up 2,000 m, down 2,000 m */
		plan.distance_m = 32000;
		plan.pace_mps = 3.0;
		plan.hills_m = 1950;
		plan.climb_share = 0.55;
		plan.trail = true;
		plan.rpe = 9;
	}
	return plan;
}

static bool write_run(const struct options *o, const struct season_run *run, bool tcx)
{
	char folder[4096], name[64];
	time_t local = (time_t)(run->start_s + run->utc_offset_s);
	struct tm civil;
	(void)gmtime_r(&local, &civil);
	(void)strftime(
		name, sizeof name, tcx ? "%Y%m%d-%H%M%S.tcx" : "%Y-%m-%d-%H-%M-%S.fit", &civil);
	(void)snprintf(
		folder, sizeof folder, "%s/GARMIN/%s", o->folder, tcx ? "History" : "Activity");
	size_t size = 0;
	void *data = tcx ? (void *)season_tcx(run, &size) : (void *)season_fit(run, &size);
	bool ok = data && write_file(folder, name, data, size);
	free(data);
	return ok;
}

static bool write_season(const struct options *o)
{
	uint64_t random = o->seed;
	for (int week = 0; week < o->weeks; week++)
		for (int i = 0; i < 5; i++) {
			bool last = week == o->weeks - 1 && i == 4;
			struct season_plan plan = plan_run(o, week, i, &random);
			struct season_run run;
			if (!season_make(&plan, &random, &run))
				return false;
			bool wanted = last ? !o->skip_last : !o->only_last;
			/* the first weeks' Saturdays are from a watch of before */
			bool ok = !wanted || write_run(o, &run, i == 3 && week < o->weeks / 2);
			free(run.samples);
			if (!ok)
				return false;
		}
	return true;
}

static bool write_day(const struct options *o, const struct season_day *day)
{
	bool ok = true;
	for (int which = 0; ok && which < SEASON_DAY_FILES; which++) {
		char name[SEASON_NAME_BYTES], folder[4096];
		size_t size = 0;
		uint8_t *data = season_day_file(day, which, name, &size);
		(void)snprintf(folder, sizeof folder, "%s/GARMIN", o->folder);
		ok = data && write_file(folder, name, data, size);
		free(data);
	}
	return ok;
}

/* Each day of the weeks of the season, the race's day the last. */
static bool write_days(const struct options *o)
{
	int days = o->wellness ? o->weeks * 7 : 0;
	bool ok = true;
	for (int back = days - 1; ok && back >= 0; back--) {
		struct season_day day = season_day_of(o->seed,
			(int32_t)(o->last_day_s / DAY_S) - back, UTC_OFFSET_S, back < o->strained);
		if (back == 0 ? !o->skip_last : !o->only_last)
			ok = write_day(o, &day);
	}
	return ok;
}

static bool read_day(const char *text, int64_t *ret_s)
{
	struct tm civil = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &civil);
	if (!end || *end)
		return false;
	*ret_s = (int64_t)timegm(&civil);
	return true;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = { { "seed", 1, NULL, 's' }, { "weeks", 1, NULL, 'w' },
		{ "last-day", 1, NULL, 'd' }, { "only-last", 0, NULL, 'o' },
		{ "skip-last", 0, NULL, 'k' }, { "short", 0, NULL, 'h' },
		{ "wellness", 0, NULL, 'n' }, { "strained", 1, NULL, 't' }, { NULL, 0, NULL, 0 } };
	struct options o = { .seed = 1, .weeks = 16 };
	bool ok = read_day("2026-05-17", &o.last_day_s);
	for (int c; ok && (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		switch (c) {
		case 's':
			o.seed = strtoull(optarg, NULL, 10);
			break;
		case 'w':
			o.weeks = (int)strtol(optarg, NULL, 10);
			ok = o.weeks > 0 && o.weeks <= 5000;
			break;
		case 'd':
			ok = read_day(optarg, &o.last_day_s);
			break;
		case 'o':
			o.only_last = true;
			break;
		case 'k':
			o.skip_last = true;
			break;
		case 'h':
			o.short_runs = true;
			break;
		case 'n':
			o.wellness = true;
			break;
		case 't':
			o.strained = (int)strtol(optarg, NULL, 10);
			break;
		default:
			ok = false;
		}
	}
	if (!ok || optind + 1 != argc) {
		(void)fputs(usage_text, stderr);
		return 2;
	}
	o.folder = argv[optind];
	return make_folders(o.folder, o.wellness) && write_season(&o) && write_days(&o) ? 0 : 1;
}
