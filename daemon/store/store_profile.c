/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_profile.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "metrics/drift.h"
#include "metrics/settle.h"
#include "store/lead.h"
#include "store/recording.h"
#include "store/store_import.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define RUNNER_FACT "runner_profile"
#define TRAINING_RUN_S 1200.0 /* shorter runs say little of a usual pace */

/* What later recordings see of one. */
struct started {
	int64_t id, activity_id, start_ms, serial; /* serial -1: unknown */
	bool leads, has_tally;
	struct tally_contacts *contacts; /* owned; NULL: too few to compare */
	double peak_bpm;                 /* NAN: none, or doubtful */
	double effort_s[EFFORT_DISTANCES];
	double training_mps; /* NAN: not a run, or too short */
};

struct night {
	int32_t day;
	double resting_bpm;
};

/* All that one refresh works with. */
struct refresh {
	struct store *store;
	const struct runner_profile *runner;
	int64_t from_ms, to_ms; /* starts that are stale */
	struct started *list;   /* owned: these, and what they look back at; by start */
	size_t n, capacity;
	struct night *nights; /* owned, by day */
	size_t nights_n, nights_capacity;
	double *peaks, *speeds; /* owned: room for n each */
	size_t changed;
	int32_t first_day, last_day;
};

static void refresh_done(struct refresh *refresh)
{
	for (size_t i = 0; i < refresh->n; i++)
		free(refresh->list[i].contacts);
	free(refresh->list);
	free(refresh->nights);
	free(refresh->peaks);
	free(refresh->speeds);
}

/* Room for one more item in an owned list that doubles. */
static int grow(void **list, size_t n, size_t *capacity, size_t size)
{
	if (n < *capacity)
		return 0;
	size_t wanted = *capacity ? 2 * *capacity : 64;
	void *grown = reallocarray(*list, wanted, size);
	if (!grown)
		return -ENOMEM;
	*list = grown;
	*capacity = wanted;
	return 0;
}

static int read_started(sqlite3_stmt *stmt, struct started *ret)
{
	const double unknown = (double)NAN;
	int64_t doubts = sqlite3_column_int64(stmt, 5);
	bool doubtful = (doubts & 1 << DOUBT_HR_CADENCE_LOCK) != 0;
	*ret = (struct started) {
		.id = sqlite3_column_int64(stmt, 0),
		.activity_id = sqlite3_column_int64(stmt, 1),
		.start_ms = sqlite3_column_int64(stmt, 2),
		.leads = sqlite3_column_int(stmt, 3) != 0,
		.has_tally = sqlite3_column_type(stmt, 6) != SQLITE_NULL,
		.serial = column_known(stmt, 7, -1),
		.peak_bpm = doubtful ? unknown : column_number(stmt, 4),
		.training_mps = unknown,
	};
	for (size_t i = 0; i < EFFORT_DISTANCES; i++)
		ret->effort_s[i] = unknown;
	if (!ret->has_tally)
		return 0;
	struct tally tally;
	int r = recording_decode_tally(
		sqlite3_column_blob(stmt, 6), (size_t)sqlite3_column_bytes(stmt, 6), &tally);
	if (r < 0)
		return r;
	memcpy(ret->effort_s, tally.effort_s, sizeof ret->effort_s);
	if (tally.seconds >= TRAINING_RUN_S)
		ret->training_mps = tally.graded_mps;
	if (!drift_has_contacts(&tally.contacts))
		return 0;
	ret->contacts = malloc(sizeof *ret->contacts);
	if (!ret->contacts)
		return -ENOMEM;
	*ret->contacts = tally.contacts;
	return 0;
}

static int load_started(struct refresh *refresh)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(refresh->store, ST_STARTED, &stmt);
	if (r < 0)
		return r;
	int64_t reach_ms = HISTORY_PEAK_DAYS * DAY_MS;
	int64_t first_ms =
		refresh->from_ms < INT64_MIN + reach_ms ? INT64_MIN : refresh->from_ms - reach_ms;
	(void)sqlite3_bind_int64(stmt, 1, first_ms);
	(void)sqlite3_bind_int64(stmt, 2, refresh->to_ms);
	while ((r = store_step(refresh->store, stmt)) > 0) {
		r = grow((void **)&refresh->list, refresh->n, &refresh->capacity,
			sizeof *refresh->list);
		if (r == 0)
			r = read_started(stmt, &refresh->list[refresh->n]);
		if (r < 0)
			return r;
		refresh->n++;
	}
	if (r < 0)
		return r;
	refresh->peaks = calloc(refresh->n + 1, sizeof *refresh->peaks);
	refresh->speeds = calloc(refresh->n + 1, sizeof *refresh->speeds);
	return refresh->peaks && refresh->speeds ? 0 : -ENOMEM;
}

static int load_nights(struct refresh *refresh)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(refresh->store, ST_NIGHTS, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, refresh->from_ms / DAY_MS - HISTORY_NIGHTS - 2);
	(void)sqlite3_bind_int64(stmt, 2, refresh->to_ms / DAY_MS + 2);
	while ((r = store_step(refresh->store, stmt)) > 0) {
		r = grow((void **)&refresh->nights, refresh->nights_n, &refresh->nights_capacity,
			sizeof *refresh->nights);
		if (r < 0)
			return r;
		refresh->nights[refresh->nights_n++] = (struct night) {
			.day = sqlite3_column_int(stmt, 0),
			.resting_bpm = sqlite3_column_double(stmt, 1),
		};
	}
	return r;
}

/* The resting heart rates of the last nights up to a day, oldest first. */
static size_t pick_nights(const struct refresh *refresh, int32_t day, double ret[HISTORY_NIGHTS])
{
	size_t lo = 0, hi = refresh->nights_n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (refresh->nights[middle].day <= day - HISTORY_NIGHTS)
			lo = middle + 1;
		else
			hi = middle;
	}
	size_t n = 0;
	for (; lo < refresh->nights_n && refresh->nights[lo].day <= day && n < HISTORY_NIGHTS; lo++)
		ret[n++] = refresh->nights[lo].resting_bpm;
	return n;
}

static void add_efforts(const struct started *before, struct profile_history *history)
{
	for (size_t i = 0; i < EFFORT_DISTANCES; i++) {
		double *best_s = &history->efforts[i].seconds;
		if (!(before->effort_s[i] >= *best_s)) /* also when there is none yet */
			*best_s = isnan(before->effort_s[i]) ? *best_s : before->effort_s[i];
	}
	if (!isnan(before->training_mps))
		history->run_speeds_mps[history->run_speeds_n++] = before->training_mps;
}

/* What was known before the recording at `at` of the list; `*from` moves on with it. */
static void look_back(struct refresh *refresh, size_t at, size_t *from, int32_t day,
	double nights[HISTORY_NIGHTS], struct profile_history *ret)
{
	const struct started *own = &refresh->list[at];
	struct profile_history history = {
		.peaks_bpm = refresh->peaks,
		.nights_bpm = nights,
		.nights_n = day == INT32_MIN ? 0 : pick_nights(refresh, day, nights),
		.run_speeds_mps = refresh->speeds,
	};
	for (size_t i = 0; i < EFFORT_DISTANCES; i++)
		history.efforts[i] = (struct effort) { effort_distances_m[i], (double)NAN };
	while (refresh->list[*from].start_ms < own->start_ms - HISTORY_PEAK_DAYS * DAY_MS)
		++*from;
	for (size_t i = *from; i < refresh->n; i++) {
		const struct started *before = &refresh->list[i];
		if (before->start_ms >= own->start_ms)
			break;
		if (!before->leads || before->activity_id == own->activity_id)
			continue;
		if (!isnan(before->peak_bpm))
			refresh->peaks[history.peaks_n++] = before->peak_bpm;
		if (before->start_ms >= own->start_ms - HISTORY_EFFORT_DAYS * DAY_MS)
			add_efforts(before, &history);
	}
	*ret = history;
}

/* Against the runs of one device in the weeks before the recording at `at` of the list. */
static double drift_at(const struct refresh *refresh, size_t at)
{
	const struct started *own = &refresh->list[at];
	struct drift_base base = { .runs = 0 };
	for (size_t i = at; own->contacts && i-- > 0;) {
		const struct started *before = &refresh->list[i];
		if (before->start_ms < own->start_ms - DRIFT_DAYS * DAY_MS)
			break;
		if (before->start_ms < own->start_ms && before->contacts && before->leads &&
			before->serial == own->serial && before->activity_id != own->activity_id)
			drift_add(&base, before->contacts);
	}
	return own->contacts ? num_round(drift_of(own->contacts, &base), 4) : (double)NAN;
}

static bool is_equal(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool is_same(const struct profile *a, const struct profile *b)
{
	if (a->sex != b->sex)
		return false;
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++) {
		const struct profile_value *x = &a->values[i], *y = &b->values[i];
		if (!is_equal(x->value, y->value) || x->source != y->source)
			return false;
	}
	return true;
}

/* The day that decides which configured value holds: of the calendar, at the place of the start. */
static int32_t calendar_day(const struct leading *recording)
{
	struct activity_summary summary = recording->activity.summary;
	summary.has_utc_offset = true;
	summary.utc_offset_s = recording->utc_offset_s;
	return numbers_start_day(&summary);
}

static int refresh_one(struct refresh *refresh, size_t at, size_t *from)
{
	struct leading recording;
	const struct started *own = &refresh->list[at];
	int r = recording_read(refresh->store, own->id, &recording);
	if (r < 0)
		return r;
	double nights[HISTORY_NIGHTS];
	struct profile_history history;
	struct profile profile;
	struct report_activity *activity = &recording.activity;
	look_back(refresh, at, from, recording.day, nights, &history);
	profile_resolve(refresh->runner, &activity->tally.file, calendar_day(&recording), &history,
		&profile);
	struct activity_numbers *numbers = &activity->numbers;
	double drift = drift_at(refresh, at);
	bool was_easy = (numbers->doubts & 1u << DOUBT_EASY_EFFORTS) != 0;
	bool easy = profile.easy_efforts && !isnan(numbers->rtss);
	if (is_same(&profile, &numbers->profile) && is_equal(drift, numbers->form_drift) &&
		easy == was_easy)
		return 0;
	numbers->form_drift = drift;
	numbers_settle(&activity->summary, &activity->tally, &profile, &activity->numbers);
	size_t recordings = 0;
	r = recording_write(refresh->store, own->id, &recording);
	if (r == 0)
		r = lead_settle(refresh->store, own->activity_id, own->id, &recordings);
	if (r < 0 || recording.day == INT32_MIN)
		return r;
	refresh->changed++;
	if (recording.day < refresh->first_day)
		refresh->first_day = recording.day;
	if (recording.day > refresh->last_day)
		refresh->last_day = recording.day;
	return 0;
}

/* One fact for all that is configured: when it differs, everything is stale. */
static int check_runner(struct store *store, const struct runner_profile *runner)
{
	char text[64 + PROFILE_MAX_ENTRIES * 64];
	int used = snprintf(text, sizeof text, "%d %d", (int)runner->sex, runner->birth_year);
	for (size_t i = 0; i < runner->entries_n && used > 0 && (size_t)used < sizeof text; i++)
		used += snprintf(text + used, sizeof text - (size_t)used, ";%d %d %.4f",
			(int)runner->entries[i].key, runner->entries[i].from_day,
			runner->entries[i].value);
	AUTO_FREE char *stored = NULL;
	int r = store_get_fact(store, RUNNER_FACT, &stored);
	if (r < 0 || (stored && strcmp(stored, text) == 0))
		return r;
	r = store_mark_stale(store, INT64_MIN, INT64_MAX);
	return r < 0 ? r : store_set_fact(store, RUNNER_FACT, text);
}

/* Returns 1 with a range, 0 when nothing is stale. */
static int get_stale(struct refresh *refresh)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(refresh->store, ST_STALE_GET, &stmt);
	if (r < 0)
		return r;
	r = store_step(refresh->store, stmt);
	if (r > 0) {
		refresh->from_ms = sqlite3_column_int64(stmt, 0);
		refresh->to_ms = sqlite3_column_int64(stmt, 1);
	}
	return r;
}

static int clear_stale(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_STALE_CLEAR, &stmt);
	return r < 0 ? r : store_run(store, stmt);
}

int store_refresh_profile(
	struct store *store, const struct runner_profile *runner, size_t *ret_changed)
{
	CLEANUP(refresh_done)
	struct refresh refresh = {
		.store = store, .runner = runner, .first_day = INT32_MAX, .last_day = INT32_MIN
	};
	int r = check_runner(store, runner);
	if (r == 0)
		r = get_stale(&refresh);
	if (r > 0 && (r = load_started(&refresh)) == 0 && (r = load_nights(&refresh)) == 0) {
		size_t from = 0;
		for (size_t i = 0; r == 0 && i < refresh.n; i++)
			if (refresh.list[i].start_ms >= refresh.from_ms &&
				refresh.list[i].has_tally)
				r = refresh_one(&refresh, i, &from);
		if (r == 0)
			r = clear_stale(store);
	}
	if (r == 0 && refresh.first_day <= refresh.last_day)
		r = store_refresh_days(store, refresh.first_day, refresh.last_day);
	if (r == 0 && ret_changed)
		*ret_changed = refresh.changed;
	return r;
}

int store_above_max(struct store *store, int64_t now_ms, struct above_max *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_ABOVE_MAX, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, now_ms - HISTORY_PEAK_DAYS * DAY_MS);
	(void)sqlite3_bind_int64(stmt, 2, now_ms);
	(void)sqlite3_bind_int64(stmt, 3, 1 << DOUBT_HR_CADENCE_LOCK);
	(void)sqlite3_bind_int64(stmt, 4, VALUE_CONFIGURED);
	(void)sqlite3_bind_int64(stmt, 5, VALUE_DEVICE);
	(void)sqlite3_bind_double(stmt, 6, ABOVE_MAX_BPM);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret = (struct above_max) {
		.activities = (size_t)sqlite3_column_int64(stmt, 0),
		.peak_bpm = column_number(stmt, 1),
		.max_bpm = column_number(stmt, 2),
	};
	return 0;
}
