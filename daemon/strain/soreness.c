/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/scores.h"

#include "metrics/stats.h"
#include "strain/constants.h"
#include "strain/evidence.h"

#include <math.h>

#define SORENESS_REACH 8u /* days whose runs may still be felt */
#define DOSE_WINDOW 42u   /* days before a day that say what its runner is used to */

/* Share of the soreness that is felt `hours` after the end of a run. */
static double kernel(double hours)
{
	const struct kernel_knot *knots = strain_kernel;
	if (hours <= knots[0].hours)
		return knots[0].share;
	for (size_t i = 1; i < strain_kernel_n; i++) {
		if (hours > knots[i].hours)
			continue;
		double part = (hours - knots[i - 1].hours) / (knots[i].hours - knots[i - 1].hours);
		return knots[i - 1].share + part * (knots[i].share - knots[i - 1].share);
	}
	return knots[strain_kernel_n - 1].share;
}

static double usual_dose(const struct view *view, size_t back)
{
	const struct strain_constants *k = &strain_constants;
	double doses[DOSE_WINDOW];
	size_t n = view_nonzero(view, view->dose, back + 1, back + DOSE_WINDOW, doses);
	double w = fmin(1, (double)n / strain_constants.dose_full);
	double own = n ? stats_percentile(doses, n, 0.9) : 0;
	return fmax(w * own + (1 - w) * k->prior_dose, k->dose_floor);
}

static void add_day(const struct view *view, size_t back, struct indication_state *ret)
{
	const struct strain_constants *k = &strain_constants;
	double dose = view->dose[back];
	double size = ramp(dose, k->dose_abs_lo, k->dose_abs_hi);
	if (!(size > 0))
		return; /* spares the quantile for most days */
	double usual = usual_dose(view, back);
	double m = ramp(dose / usual, k->dose_lo, k->dose_hi) * size;
	bool descent = view->down[back] >= 0.5 * dose;
	evidence_add(ret, (struct evidence) { .name = descent ? "descent" : "long_or_fast_run",
				  .weight = m * kernel(view->at_h - view->run_end_h[back]),
				  .value = dose,
				  .baseline = usual,
				  .day = view->reference_day - (int32_t)back,
				  .at_h = view->run_end_h[back] });
}

/* Does a report count at the view's instant? */
static bool counts(const struct view *view, const struct strain_report *report)
{
	return report->soreness >= 0 && report->at_h <= view->known_h &&
	       view->at_h - report->at_h <= strain_constants.report_hours;
}

const struct strain_report *report_highest(const struct view *view)
{
	const struct strain_history *history = &view->model->history;
	const struct strain_report *highest = NULL;
	for (size_t i = 0; i < history->reports_n; i++) {
		const struct strain_report *report = &history->reports[i];
		if (counts(view, report) && (!highest || report->soreness > highest->soreness))
			highest = report;
	}
	return highest;
}

uint32_t report_regions(const struct view *view)
{
	const struct strain_history *history = &view->model->history;
	for (size_t i = history->reports_n; i-- > 0;)
		if (counts(view, &history->reports[i]) && history->reports[i].regions)
			return history->reports[i].regions;
	return 0;
}

void score_soreness(const struct view *view, struct indication_state *ret)
{
	evidence_none(ret);
	if (view->days_known <= 0)
		return;
	evidence_begin(ret);
	for (size_t back = 0; back < SORENESS_REACH && back < view->days; back++)
		add_day(view, back, ret);
	evidence_combine(ret);
	const struct strain_report *report = report_highest(view);
	if (!report)
		return;
	ret->raw = fmax(ret->raw, 10 * report->soreness);
	evidence_add(ret, (struct evidence) { .name = "reported",
				  .weight = report->soreness / 10,
				  .value = report->soreness,
				  .baseline = (double)NAN,
				  .day = view->today,
				  .at_h = report->at_h });
	evidence_sort(ret);
}
