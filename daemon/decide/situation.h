/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Everything that a decision or a look at the strain needs, loaded from the store once: history, model,
 * what was said before, the daily values. */

#include "decide/calendar.h"
#include "store/store_history.h"
#include "strain/policy.h"

struct situation {
	struct zone_calendar zone;
	struct policy_settings settings;
	double now_h;
	struct history history;
	struct strain_model *model;
	struct policy_state state;
	struct daily_store daily;
	bool recomputed; /* daily values of past days were computed anew and want to be saved */
};

/* How far back the history is read. */
enum situation_reach {
	REACH_PRESENT, /* as far as scores of now and later, and of changed days, depend on it */
	REACH_WHOLE, /* all of it: for questions about earlier days, and for what all was learned from */
};

/* Loads the store as of now_ms and brings the daily values of changed days up to date (in memory).
 * Returns 0 or a negative errno; situation_done() in every case. */
int situation_load(struct store *store, const struct policy_settings *settings, int32_t day_start_h,
	int64_t now_ms, enum situation_reach reach, struct situation *ret);
/* Whether anything was ever stored that a score could follow from. */
bool situation_has_sessions(const struct situation *situation);
void situation_done(struct situation *situation);
