/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "metrics/days.h"
#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evidence.h"

#include <math.h>

#define DRIFT_REACH 5     /* local days that surely hold the hours of drift */
#define TENSION_REACH 21u /* days that the weighted mean looks at */

static void add_mechanical_load(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double usual = view_baseline(view, view->steps[0], k->prior_mech);
	double sum = 0, weights = 0;
	for (size_t i = 0; i < TENSION_REACH && i < view->days; i++) {
		double w = exp(-(double)i / k->tension_tau);
		sum += w * fmin(view->steps[0][i], k->tension_cap * usual);
		weights += w;
	}
	double recent = sum / weights;
	evidence_add(ret,
		(struct evidence) { .name = "recent_mechanical_load",
			.weight = k->tension_w * ramp(recent / usual, k->tension_lo, k->tension_hi),
			.value = recent,
			.baseline = usual,
			.day = view->reference_day,
			.at_h = (double)NAN });
}

static void add_monotony(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double loads[VIEW_DAYS];
	struct days_foster foster;
	days_foster(loads, view_oldest_first(view, view->load, loads), &foster);
	evidence_add(
		ret, (struct evidence) { .name = "monotony",
			     .weight = k->mono_w * ramp(foster.monotony, k->mono_lo, k->mono_hi),
			     .value = foster.monotony,
			     .baseline = k->mono_lo,
			     .day = view->reference_day,
			     .at_h = (double)NAN });
}

static void add_run_streak(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double loads[VIEW_DAYS];
	size_t streak = days_run_streak(loads, view_oldest_first(view, view->load, loads));
	evidence_add(ret, (struct evidence) { .name = "days_without_rest",
				  .weight = k->runstreak_w *
					    ramp((double)streak, k->runstreak_lo, k->runstreak_hi),
				  .value = (double)streak,
				  .baseline = (double)NAN,
				  .day = view->reference_day,
				  .at_h = (double)NAN });
}

static void add_form_drift(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	struct session_walk walk = view_sessions(view, view->today - DRIFT_REACH, view->today);
	double sum = 0, n = 0;
	for (const struct strain_session *s; (s = session_next(&walk));) {
		if (isnan(s->form_drift) || s->end_h < view->at_h - k->drift_hours)
			continue;
		sum += s->form_drift;
		n++;
	}
	double drift = sum / n; /* NAN without a run that has one */
	evidence_add(ret, (struct evidence) { .name = "form_drift",
				  .weight = k->drift_w * ramp(drift, k->drift_lo, k->drift_hi),
				  .value = 1 + drift,
				  .baseline = 1,
				  .day = view->reference_day,
				  .at_h = (double)NAN });
}

void score_tension(const struct view *view, struct indication_state *ret)
{
	evidence_none(ret);
	if (view->days_known < (int32_t)strain_constants.cold_full)
		return;
	evidence_begin(ret);
	add_mechanical_load(view, ret);
	add_monotony(view, ret);
	add_run_streak(view, ret);
	add_form_drift(view, ret);
	evidence_combine(ret);
}
