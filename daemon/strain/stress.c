/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evidence.h"

#include <math.h>

static void add_stress(
	const struct view *view, const struct nights *nights, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	struct evidence piece = {
		.name = "stress_over_baseline",
		.weight = k->stress_w * ramp(nights->stress_z, k->stress_lo, k->stress_hi),
		.value = nights->stress_recent,
		.baseline = nights->stress_base,
		.day = view->nights_day - 1,
		.at_h = (double)NAN,
	};
	evidence_add(ret, piece);
	piece.name = "stress_level";
	piece.weight =
		k->stress_abs_w * ramp(nights->stress_recent, k->stress_abs_lo, k->stress_abs_hi);
	piece.baseline = (double)NAN;
	evidence_add(ret, piece);
}

/* After a marathon these signs belong to the marathon. */
static bool is_explained(const struct view *view)
{
	const struct strain_constants *k = &strain_constants;
	for (size_t back = 0; back < VIEW_DAYS && back < view->days; back++) {
		double usual = fmax(view->ctl[back + 1], k->ctl_floor);
		if (view->at_h - view->end_h[back] < strain_constants.explained_hours &&
			view->load[back] >= k->explained_x * usual)
			return true;
	}
	return false;
}

void score_stress(
	const struct view *view, const struct nights *nights, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	evidence_none(ret);
	if (view->days_known < (int32_t)k->cold_min ||
		(isnan(nights->stress_z) && isnan(nights->hrv_z)))
		return;
	evidence_begin(ret);
	add_stress(view, nights, ret);
	add_hrv(view, nights, k->hrv_str_w, ret);
	add_resting_hr(view, nights, k->rhr_str_w, ret);
	add_short_sleep(view, nights, k->sleep_str_w, ret);
	evidence_combine(ret);
	if (is_explained(view))
		ret->raw *= k->explained;
}
