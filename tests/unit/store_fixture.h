/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A state directory of its own for each case, and rows to put into it. */

#include "support/test.h"

#include "store/store_import.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char dir[256];
	struct store *store;
	unsigned files; /* made so far */
};

static inline int fixture_remove_one(
	const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void fixture_open(struct fixture *fixture, enum store_mode mode)
{
	char why[STORE_WHY_BYTES] = "";
	fixture->store = store_close(fixture->store);
	int r = store_open(fixture->dir, mode, &fixture->store, why);
	if (r < 0)
		fail_msg("store_open: %d: %s", r, why);
}

static inline int fixture_setup_empty(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	const char *tmp = getenv("TMPDIR");
	(void)snprintf(fixture->dir, sizeof fixture->dir, "%s/knead-store-XXXXXX",
		tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(fixture->dir))
		return -1;
	*state = fixture;
	return 0;
}

static inline int fixture_setup(void **state)
{
	int r = fixture_setup_empty(state);
	if (r == 0)
		fixture_open(*state, STORE_CREATE);
	return r;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;
	store_close(fixture->store);
	(void)nftw(fixture->dir, fixture_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

/* dir/name; a static buffer. */
static inline const char *fixture_path(const struct fixture *fixture, const char *name)
{
	static char path[1400];
	(void)snprintf(path, sizeof path, "%s/%s", fixture->dir, name);
	return path;
}

/* A file with a hash and a path of its own. */
static inline struct spool_file fixture_file(struct fixture *fixture)
{
	struct spool_file file = { .origin = { .source = "import", .serial = -1 } };
	unsigned number = ++fixture->files;
	memcpy(file.hash, &number, sizeof number);
	(void)snprintf(file.origin.path, sizeof file.origin.path, "runs/%u.fit", number);
	file.origin.size_bytes = 1000 + number;
	file.origin.mtime_ns = 1700000000000000000 + number;
	return file;
}

/* Stores a file row and returns its id. */
static inline int64_t fixture_put_file(
	struct fixture *fixture, enum file_format format, int64_t serial)
{
	struct spool_file file = fixture_file(fixture);
	struct file_row row = { .file = &file,
		.format = format,
		.kind = FILE_KIND_ACTIVITY,
		.parser_version = 1,
		.archived = true,
		.imported_ms = 1700000000000,
		.serial = serial };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	return id;
}

/* An hour's run of 10 km, everything else unknown. */
static inline struct report_activity fixture_run(int64_t start_ms)
{
	struct report_activity run;
	memset(&run, 0, sizeof run);
	double *stated = (double *)&run.summary.stated;
	for (size_t i = 0; i < sizeof run.summary.stated / sizeof(double); i++)
		stated[i] = NAN;
	run.summary.stated.feel = 25;
	run.summary.has_sport = true;
	run.summary.sport = 1;
	run.summary.start_ms = start_ms;
	run.summary.records = 3600;
	struct activity_numbers *n = &run.numbers;
	n->elapsed_s = n->timer_s = n->moving_s = 3600;
	n->distance_m = 10000;
	n->ascent_m = n->descent_m = n->hr_avg_bpm = n->hr_max_bpm = NAN;
	n->cadence_avg_spm = n->steps = n->hr_peak_bpm = n->hr_coverage = NAN;
	n->has_series = 1;
	n->load = 60;
	n->load_source = LOAD_DURATION;
	n->hrtss = n->rtss = n->power_load = n->srpe = NAN;
	n->trimp_banister = n->trimp_edwards = n->trimp_lucia = NAN;
	n->soreness_dose = 180;
	n->form_drift = 0.04;
	n->soreness_down = 0;
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		n->damage_steps[i] = 9000;
	for (size_t i = 0; i < REGION_COUNT; i++)
		n->region_steps[i] = 8000;
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		n->profile.values[i].value = NAN;
	return run;
}

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

/* Stores an activity of a file and returns its id; merged may be NULL. */
static inline int64_t fixture_put_activity(struct fixture *fixture, int64_t file_id, uint32_t place,
	const struct report_activity *activity, bool *merged)
{
	int64_t start = activity->summary.start_ms, id = 0;
	bool was_merged = false;
	struct activity_row row = { .file_id = file_id,
		.index = place,
		.day = start == TIME_UNKNOWN_MS ? 0 : (int32_t)(start / DAY_MS),
		.activity = activity };
	assert_int_equal(store_put_activity(fixture->store, &row, &id, &was_merged), 0);
	if (merged)
		*merged = was_merged;
	return id;
}
