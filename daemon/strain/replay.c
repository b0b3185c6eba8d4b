/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/replay.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

/* One replay under way. */
struct replay {
	const struct strain_model *model;
	const struct replay_plan *plan;
	struct policy_state state;
	struct daily_store daily;
	replay_fn on_look;
	void *userdata;
};

static void replay_done(struct replay *replay)
{
	daily_store_done(&replay->daily);
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* When the watch is plugged in, sorted; those at one instant are one import. */
static int plan_imports(const struct strain_history *history, double plug_in_h, double **ret)
{
	double *at_h = calloc(history->sessions_n + 1, sizeof *at_h);
	if (!at_h)
		return -ENOMEM;
	for (size_t i = 0; i < history->sessions_n; i++)
		at_h[i] = history->sessions[i].end_h + plug_in_h;
	qsort(at_h, history->sessions_n, sizeof *at_h, by_value);
	*ret = at_h;
	return 0;
}

static int import(struct replay *replay, double at_h, size_t new_activities)
{
	struct said_record record;
	int r = policy_import(replay->model, &replay->plan->settings, at_h, new_activities,
		&replay->state, &replay->daily, &record);
	return r < 0 ? r : replay->on_look(&record, replay->userdata);
}

static int tick(struct replay *replay, double at_h)
{
	struct said_record record;
	int r = policy_tick(replay->model, &replay->plan->settings, at_h, &replay->state,
		&replay->daily, &record);
	return r < 0 ? r : replay->on_look(&record, replay->userdata);
}

/* The next look in the morning or in the evening after an instant. */
static double next_tick(const struct strain_model *model, double after_h)
{
	static const double hours[] = { REPLAY_MORNING_HOUR, REPLAY_EVENING_HOUR };
	const struct calendar *calendar = strain_calendar(model);
	int32_t day = calendar->day_of(calendar->context, after_h);
	for (;; day++)
		for (size_t i = 0; i < ARRAY_SIZE(hours); i++) {
			double at_h = calendar->instant_of(calendar->context, day, hours[i]);
			if (at_h > after_h)
				return at_h;
		}
}

int replay_run(const struct strain_model *model, const struct strain_history *history,
	const struct replay_plan *plan, replay_fn on_look, void *userdata)
{
	CLEANUP(replay_done)
	struct replay replay = {
		.model = model, .plan = plan, .on_look = on_look, .userdata = userdata
	};
	policy_state_init(&replay.state);
	AUTO_FREE double *imports_h = NULL;
	int r = plan_imports(history, plan->plug_in_h, &imports_h);
	if (r < 0)
		return r;
	size_t next = 0;
	while (next < history->sessions_n && imports_h[next] <= plan->from_h)
		next++;
	double tick_h = plan->from_h;
	for (;;) {
		tick_h = next_tick(model, tick_h);
		while (r == 0 && next < history->sessions_n && imports_h[next] <= tick_h &&
			imports_h[next] <= plan->until_h) {
			size_t first = next;
			while (next < history->sessions_n && !(imports_h[next] > imports_h[first]))
				next++;
			r = import(&replay, imports_h[first], next - first);
		}
		if (r < 0 || tick_h > plan->until_h)
			return r;
		r = tick(&replay, tick_h);
		if (r < 0)
			return r;
	}
}
