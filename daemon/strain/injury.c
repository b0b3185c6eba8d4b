/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "metrics/days.h"
#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evidence.h"

#include <math.h>

#define PRIOR_DAYS 31 /* local days that reach into the 30 x 24 h */
#define PRIOR_HOURS (30.0 * 24)

/* The longest run that started in the 30 x 24 h before another one, and how many did. */
static double longest_before(
	const struct view *view, const struct strain_session *session, uint32_t *ret_runs)
{
	double longest = (double)NAN;
	*ret_runs = 0;
	/* a day further on either side: a session counts its days by its own UTC offset */
	struct session_walk walk =
		view_sessions(view, session->day - PRIOR_DAYS - 1, session->day + 1);
	for (const struct strain_session *s; (s = session_next(&walk));) {
		double ahead_h = session->start_h - s->start_h;
		if (!(ahead_h > 0 && ahead_h <= PRIOR_HOURS && s->distance_km > 0))
			continue;
		++*ret_runs;
		longest = fmax(longest, s->distance_km);
	}
	return longest;
}

/* The evidence of a run's class against the longest before it (Frandsen 2025). */
static double spike_size(double km, double longest_km)
{
	const struct strain_constants *k = &strain_constants;
	const double sizes[SPIKE_CLASS_COUNT] = {
		[SPIKE_SMALL] = k->spike_small,
		[SPIKE_MODERATE] = k->spike_moderate,
		[SPIKE_LARGE] = k->spike_large,
	};
	const struct spike_session pair[] = { { 0, longest_km * 1000 }, { 1, km * 1000 } };
	struct days_spike spike;
	days_session_spike(pair, 2, 1, &spike);
	return sizes[spike.class];
}

static void add_single_run_spike(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	struct evidence largest = { .name = "single_run_spike" };
	double longest_yet = 0; /* a run that is no longer than one before it is no spike */
	struct session_walk walk =
		view_sessions(view, view->reference_day - (int32_t)strain_constants.spike_days + 1,
			view->reference_day);
	for (const struct strain_session *s; (s = session_next(&walk));) {
		if (!(s->distance_km >= k->spike_min_km && s->distance_km > longest_yet))
			continue;
		longest_yet = s->distance_km;
		uint32_t runs;
		double longest = longest_before(view, s, &runs);
		if (runs < (uint32_t)k->spike_min_runs)
			continue;
		double e = spike_size(s->distance_km, longest) *
			   exp(-(double)(view->reference_day - s->day) / k->spike_tau);
		if (e > largest.weight) {
			largest.weight = e;
			largest.value = s->distance_km;
			largest.baseline = longest;
			largest.day = s->day;
			largest.at_h = s->end_h;
		}
	}
	evidence_add(ret, largest);
}

static void add_weekly_distance(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double week = view_mean(view, view->km, 0, 6);
	double month = view_mean(view, view->km, 7, 27);
	double quarter = view_mean(view, view->km, 7, 97);
	double usual = fmax(fmax(month, k->week_long_share * quarter), k->week_floor_km);
	evidence_add(ret, (struct evidence) { .name = "weekly_distance",
				  .weight = k->week_w * ramp(week / usual, k->week_lo, k->week_hi),
				  .value = week * 7,
				  .baseline = usual * 7,
				  .day = view->reference_day,
				  .at_h = (double)NAN });
}

static void add_tissue_load(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double value = 0, baseline = 1;
	for (size_t t = 0; t < TISSUE_COUNT; t++) {
		double week = view_mean(view, view->steps[t], 0, 6);
		double usual = view_baseline(view, view->steps[t], k->prior_mech);
		if (week / usual > value / baseline) {
			value = week;
			baseline = usual;
		}
	}
	evidence_add(ret,
		(struct evidence) { .name = "tissue_load",
			.weight = k->tissue_w * ramp(value / baseline, k->tissue_lo, k->tissue_hi),
			.value = value,
			.baseline = baseline,
			.day = view->reference_day,
			.at_h = (double)NAN });
}

static void add_hard_days(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double loads[VIEW_DAYS];
	size_t streak = days_hard_streak(loads, view_oldest_first(view, view->load, loads));
	evidence_add(
		ret, (struct evidence) { .name = "hard_days_in_a_row",
			     .weight = k->hard_w * ramp((double)streak, k->hard_lo, k->hard_hi),
			     .value = (double)streak,
			     .baseline = (double)NAN,
			     .day = view->reference_day,
			     .at_h = (double)NAN });
}

static void add_load_ramp(const struct view *view, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	evidence_add(ret, (struct evidence) { .name = "load_ramp",
				  .weight = k->ramp_w * ramp(view->ctl[0] - view->ctl[7],
								k->ramp_lo, k->ramp_hi),
				  .value = view->ctl[0],
				  .baseline = view->ctl[7],
				  .day = view->reference_day,
				  .at_h = (double)NAN });
}

void score_injury_risk(const struct view *view, struct indication_state *ret)
{
	evidence_none(ret);
	if (view->days_known < (int32_t)strain_constants.cold_min)
		return;
	evidence_begin(ret);
	add_single_run_spike(view, ret);
	if (view->days_known >= (int32_t)strain_constants.days_hard)
		add_hard_days(view, ret);
	if (view->days_known >= (int32_t)strain_constants.cold_full) {
		add_weekly_distance(view, ret);
		add_tissue_load(view, ret);
	}
	if (view->days_known >= (int32_t)strain_constants.days_all)
		add_load_ramp(view, ret);
	evidence_combine(ret);
}
