/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/situation.h"

/* The guard of the alert rules looks back 180 days. */
#define DAILY_DAYS 181

/* The first day that the scores of `day`, and of all later ones, depend on. */
static int32_t reach_back(int32_t day)
{
	int64_t from = (int64_t)day - strain_reach_days();
	return from > HISTORY_WHOLE ? (int32_t)from : HISTORY_WHOLE;
}

static int load(struct store *store, enum situation_reach reach, struct situation *ret)
{
	struct calendar calendar = calendar_of_zone(&ret->zone);
	int32_t today = calendar.day_of(calendar.context, ret->now_h), changed = INT32_MAX;
	int r = store_changed_day(store, &changed);
	if (r < 0)
		return r;
	int32_t asked = changed < today ? changed : today;
	r = store_load_history_from(
		store, reach == REACH_WHOLE ? HISTORY_WHOLE : reach_back(asked), &ret->history);
	ret->history.view.calendar = calendar;
	if (r < 0 || (r = strain_model_new(&ret->history.view, &ret->model)) < 0 ||
		(r = store_load_policy(store, &ret->state)) < 0)
		return r;
	int32_t first = today - DAILY_DAYS < changed ? today - DAILY_DAYS : changed;
	if ((r = store_load_daily(store, first, &ret->daily)) < 0)
		return r;
	if (changed >= today)
		return 0;
	ret->recomputed = true;
	return policy_recompute_days(ret->model, changed, today - 1, &ret->daily);
}

int situation_load(struct store *store, const struct policy_settings *settings, int32_t day_start_h,
	int64_t now_ms, enum situation_reach reach, struct situation *ret)
{
	*ret = (struct situation) { .zone = { .day_start_h = day_start_h },
		.settings = *settings,
		.now_h = hours_of_ms(now_ms) };
	return load(store, reach, ret);
}

bool situation_has_sessions(const struct situation *situation)
{
	const struct strain_history *view = &situation->history.view;
	return view->sessions_n || view->has_earlier;
}

void situation_done(struct situation *situation)
{
	situation->model = strain_model_free(situation->model);
	history_done(&situation->history);
	daily_store_done(&situation->daily);
}
