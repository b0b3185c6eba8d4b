/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "base/num.h"
#include "metrics/stats.h"
#include "strain/constants.h"

#include <math.h>
#include <string.h>

/* The order of region_names, which is the order of docs/metrics.md. */
enum { REGION_CALVES, REGION_QUADS };

#define REGION_WEEK 7
#define REGION_REACH 49 /* days, the current week and the 42 before it */

/* Weighted steps by region; false when no session of those days has any. */
static bool exposure(const struct view *view, int32_t first_back, int32_t last_back,
	double tau_days, double shares[REGION_COUNT])
{
	double total = 0;
	memset(shares, 0, REGION_COUNT * sizeof *shares);
	struct session_walk walk = view_sessions(
		view, view->reference_day - last_back, view->reference_day - first_back);
	for (const struct strain_session *s; (s = session_next(&walk));) {
		if (isnan(s->region_steps[0]))
			continue;
		double w = exp(-(double)(view->reference_day - s->day) / tau_days);
		for (size_t i = 0; i < REGION_COUNT; i++) {
			shares[i] += w * s->region_steps[i];
			total += w * s->region_steps[i];
		}
	}
	for (size_t i = 0; i < REGION_COUNT; i++)
		shares[i] = total > 0 ? shares[i] / total : 1.0 / REGION_COUNT;
	return total > 0;
}

/* The two that stand out most against the runner's own weeks before. */
static void by_exposure(const struct view *view, struct strain_regions *ret)
{
	double now[REGION_COUNT], before[REGION_COUNT];
	ret->legs = true;
	if (!exposure(view, 0, REGION_WEEK - 1, strain_constants.region_tau, now))
		return;
	(void)exposure(view, REGION_WEEK, REGION_REACH - 1, INFINITY, before);
	for (size_t place = 0; place < 2; place++) {
		size_t best = REGION_COUNT;
		double highest = 0;
		for (size_t i = 0; i < REGION_COUNT; i++) {
			double ratio = num_round(now[i] / before[i], 4);
			if (ratio > highest && !(place == 1 && i == ret->order[0])) {
				highest = ratio;
				best = i;
			}
		}
		if (!(highest >= strain_constants.region_ratio))
			return;
		ret->order[ret->n++] = (uint8_t)best;
		ret->legs = false;
	}
}

static bool by_report(const struct view *view, struct strain_regions *ret)
{
	uint32_t named = report_regions(view);
	for (size_t i = 0; i < REGION_COUNT; i++)
		if (named & 1u << i)
			ret->order[ret->n++] = (uint8_t)i;
	return ret->n > 0;
}

/* The report is not a piece of a run: a descent counts only when it is the largest of all. */
static bool is_descent(const struct indication_state *soreness)
{
	return soreness->pieces_n && strcmp(soreness->pieces[0].name, "descent") == 0;
}

void strain_regions(const struct strain_model *model, double known_h,
	const struct strain_scores *scores, enum indication indication, struct strain_regions *ret)
{
	*ret = (struct strain_regions) { .n = 0 };
	if (indication == INDICATION_RECOVERY || indication == INDICATION_STRESS)
		return;
	struct view view;
	view_init(model, known_h, scores->at_h, &view);
	if (indication == INDICATION_SORENESS) {
		if (by_report(&view, ret))
			return;
		if (is_descent(&scores->of[INDICATION_SORENESS])) {
			ret->order[ret->n++] = REGION_QUADS;
			ret->order[ret->n++] = REGION_CALVES;
			return;
		}
	}
	by_exposure(&view, ret);
}
