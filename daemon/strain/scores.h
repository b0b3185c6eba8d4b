/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The five scores, one function each (docs/metrics.md, "the five scores"): evidence and raw score of a
 * view. Each sets *ret whole, to "not evaluated" where too few days are known. Only the files of this
 * folder see this. */

#include "strain/nights.h"

void score_tension(const struct view *view, struct indication_state *ret);
void score_injury_risk(const struct view *view, struct indication_state *ret);
void score_soreness(const struct view *view, struct indication_state *ret);
void score_recovery(
	const struct view *view, const struct nights *nights, struct indication_state *ret);
void score_stress(
	const struct view *view, const struct nights *nights, struct indication_state *ret);

/* The evidence from nights that recovery and stress share, with the weights of either. */
void add_short_sleep(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret);
void add_resting_hr(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret);
void add_hrv(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret);

/* The highest report of soreness that counts at the view's instant (24 h); NULL: none. */
const struct strain_report *report_highest(const struct view *view);

/* The regions that the last of those reports named, of those that named any; 0: none. */
uint32_t report_regions(const struct view *view);
