/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evidence.h"

#include <math.h>

#define BIG_REACH 4u /* days whose load may be a big one */
#define BIG_WINDOW 42u

static void add_fatigue(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double fatigue = (view->atl[0] - view->ctl[0]) / fmax(view->ctl[0], k->ctl_floor);
	evidence_add(
		ret, (struct evidence) { .name = "fatigue_over_fitness",
			     .weight = k->fatigue_w * ramp(fatigue, k->fatigue_lo, k->fatigue_hi),
			     .value = view->atl[0],
			     .baseline = view->ctl[0],
			     .day = view->reference_day,
			     .at_h = (double)NAN });
}

/* The runner's own big days do not count: every day while fewer than big_own_min are known. */
static bool is_beyond_own(const struct view *view, size_t back)
{
	const struct strain_constants *k = &strain_constants;
	double loads[BIG_WINDOW];
	size_t n = view_nonzero(view, view->load, back + 1, back + BIG_WINDOW, loads);
	if ((double)n < k->big_own_min)
		return true;
	return view->load[back] > k->big_own_x * stats_percentile(loads, n, k->big_own_q);
}

static void add_big_day(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	struct evidence largest = { .name = "big_day" };
	for (size_t back = 0; back < BIG_REACH && back < view->days; back++) {
		double usual = fmax(view->ctl[back + 1], k->ctl_floor);
		double w = k->big_w * ramp(view->load[back] / usual, k->big_lo, k->big_hi);
		double late = fmax(0, view->at_h - view->end_h[back] - k->big_hold);
		w *= exp(-late / k->big_tau);
		if (!(w > largest.weight) || !is_beyond_own(view, back))
			continue;
		largest.weight = w;
		largest.value = view->load[back];
		largest.baseline = usual;
		largest.day = view->reference_day - (int32_t)back;
		largest.at_h = view->end_h[back];
	}
	evidence_add(ret, largest);
}

void add_short_sleep(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	evidence_add(
		ret, (struct evidence) { .name = "short_sleep",
			     .weight = w * ramp(nights->sleep_short_h, k->sleep_lo, k->sleep_hi),
			     .value = nights->sleep_h,
			     .baseline = nights->sleep_need_h,
			     .day = view->nights_day,
			     .at_h = (double)NAN });
}

void add_resting_hr(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double over = nights->rhr_recent_bpm - nights->rhr_base_bpm;
	evidence_add(ret, (struct evidence) { .name = "resting_hr",
				  .weight = w * ramp(over, k->rhr_lo, k->rhr_hi),
				  .value = nights->rhr_recent_bpm,
				  .baseline = nights->rhr_base_bpm,
				  .day = view->nights_day,
				  .at_h = (double)NAN });
}

void add_hrv(const struct view *view, const struct nights *nights, double w,
	struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	evidence_add(ret, (struct evidence) { .name = "hrv",
				  .weight = w * ramp(-nights->hrv_z, k->hrv_lo, k->hrv_hi),
				  .value = nights->hrv_recent_ms,
				  .baseline = nights->hrv_base_ms,
				  .day = view->nights_day,
				  .at_h = (double)NAN });
}

void score_recovery(
	const struct view *view, const struct nights *nights, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	evidence_none(ret);
	if (view->days_known <= 0)
		return;
	evidence_begin(ret);
	add_fatigue(view, ret);
	add_big_day(view, ret);
	add_short_sleep(view, nights, k->sleep_w, ret);
	add_resting_hr(view, nights, k->rhr_w, ret);
	add_hrv(view, nights, k->hrv_rec_w, ret);
	evidence_combine(ret);
}
