/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-evaluate STATE NOW_MS [REPLAYED]: what the model costs on a store as it is, as one JSON object. Times are medians
 * of several runs in milliseconds.
 *
 *   present    what an import or a look at the strain reads of the store: history as far as it counts, what was said
 *              before, daily values; the model made ready
 *   load       the same with the whole history
 *   model      the whole history made ready (part of load)
 *   decide     an import's decision on it: the scores now and at the nine instants ahead, rules, budget
 *   replay_per_s  activities a second, of the last REPLAYED ones (all): each an import, and two looks a day */
#include "base/cleanup.h"
#include "base/num.h"
#include "decide/situation.h"
#include "store/store.h"
#include "strain/replay.h"
#include "util/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 9

static double now_ms(void)
{
	struct timespec at;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
	return 1e3 * (double)at.tv_sec + 1e-6 * (double)at.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static double median(double values[RUNS])
{
	qsort(values, RUNS, sizeof values[0], by_value);
	return values[RUNS / 2];
}

static void fail(const char *what, int r)
{
	(void)fprintf(stderr, "knead-evaluate: %s: %s\n", what, strerror(-r));
	exit(EXIT_FAILURE);
}

static const struct policy_settings settings = { SENSITIVITY_NORMAL, TIMING_NOW };

static void decide(const struct situation *situation)
{
	struct policy_state state;
	struct said_record record;
	CLEANUP(daily_store_done) struct daily_store daily = { 0 };
	policy_state_init(&state);
	int r = policy_import(
		situation->model, &settings, situation->now_h, 1, &state, &daily, &record);
	if (r < 0)
		fail("deciding", r);
}

static int on_look(const struct said_record *record, void *userdata)
{
	(void)record;
	(void)userdata;
	return 0;
}

static double replay_per_s(const struct situation *situation, size_t wanted)
{
	const struct strain_history *view = &situation->history.view;
	size_t first = wanted < view->sessions_n ? view->sessions_n - wanted : 0;
	const struct replay_plan plan = { settings, REPLAY_PLUG_IN_H,
		view->sessions[first].start_h - 1, situation->now_h };
	double began = now_ms();
	int r = replay_run(situation->model, view, &plan, on_look, NULL);
	if (r < 0)
		fail("replaying", r);
	return 1e3 * (double)(view->sessions_n - first) / (now_ms() - began);
}

static double load_ms(
	struct store *store, int64_t at_ms, enum situation_reach reach, struct situation *ret)
{
	double began = now_ms();
	int r = situation_load(store, &settings, 0, at_ms, reach, ret);
	if (r < 0)
		fail("loading", r);
	return now_ms() - began;
}

int main(int argc, char **argv)
{
	int64_t at_ms = 0, wanted = INT64_MAX;
	if (argc < 3 || num_int(argv[2], strlen(argv[2]), 0, INT64_MAX, &at_ms) < 0 ||
		(argc > 3 && num_int(argv[3], strlen(argv[3]), 1, INT64_MAX, &wanted) < 0)) {
		(void)fputs("usage: knead-evaluate STATE NOW_MS [REPLAYED]\n", stderr);
		return 2;
	}
	struct store *store = NULL;
	char why[STORE_WHY_BYTES];
	(void)zone_set("Europe/Berlin");
	int r = store_open(argv[1], STORE_READ, &store, why);
	if (r < 0)
		fail(why, r);
	double present[RUNS], load[RUNS], model[RUNS], decided[RUNS], replayed = 0;
	size_t activities = 0;
	for (size_t i = 0; i < RUNS; i++) {
		struct situation situation;
		present[i] = load_ms(store, at_ms, REACH_PRESENT, &situation);
		situation_done(&situation);
		load[i] = load_ms(store, at_ms, REACH_WHOLE, &situation);
		double began = now_ms();
		situation.model = strain_model_free(situation.model);
		r = strain_model_new(&situation.history.view, &situation.model);
		if (r < 0)
			fail("making ready", r);
		model[i] = now_ms() - began;
		began = now_ms();
		decide(&situation);
		decided[i] = now_ms() - began;
		activities = situation.history.view.sessions_n;
		if (i == 0 && activities)
			replayed = replay_per_s(&situation, (size_t)wanted);
		situation_done(&situation);
	}
	(void)printf("{\"activities\": %zu, \"present_ms\": %.3f, \"load_ms\": %.3f, \"model_ms\": "
		     "%.3f, \"decide_ms\": %.3f, "
		     "\"replay_per_s\": %.0f}\n",
		activities, median(present), median(load), median(model), median(decided),
		replayed);
	store = store_close(store);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
