/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/situation.h"

/* The guard of the alert rules looks back 180 days. */
#define DAILY_DAYS 181

int situation_load(struct store *store, const struct policy_settings *settings, int32_t day_start_h,
	int64_t now_ms, struct situation *ret)
{
	*ret = (struct situation) { .zone = { .day_start_h = day_start_h },
		.settings = *settings,
		.now_h = hours_of_ms(now_ms) };
	int r = store_load_history(store, &ret->history);
	if (r < 0)
		return r;
	struct calendar calendar = calendar_of_zone(&ret->zone);
	ret->history.view.calendar = calendar;
	int32_t changed = INT32_MAX;
	if ((r = strain_model_new(&ret->history.view, &ret->model)) < 0 ||
		(r = store_load_policy(store, &ret->state)) < 0 ||
		(r = store_changed_day(store, &changed)) < 0)
		return r;
	int32_t today = calendar.day_of(calendar.context, ret->now_h);
	int32_t first = today - DAILY_DAYS < changed ? today - DAILY_DAYS : changed;
	if ((r = store_load_daily(store, first, &ret->daily)) < 0)
		return r;
	if (changed >= today)
		return 0;
	ret->recomputed = true;
	return policy_recompute_days(ret->model, changed, today - 1, &ret->daily);
}

void situation_done(struct situation *situation)
{
	situation->model = strain_model_free(situation->model);
	history_done(&situation->history);
	daily_store_done(&situation->daily);
}
