/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/work.h"

#include "metrics/steps.h"

#include <math.h>

/* By how much a file may say that the activity lasted longer than its rows: at a stop, and with recording every few
 * seconds, some are missing. Beyond that a part of the recording is lost (heuristic). */
#define LOST_MIN_S 60.0
#define LOST_SHARE 0.1

/* From this share of the time on, what the samples say is carried over to the rest. */
#define KEPT_MIN_SHARE 0.5

static double else_stated(double computed, double stated)
{
	return isnan(computed) ? stated : computed;
}

/* A timer cannot run longer than the clock. */
static bool is_partial(const struct work *work)
{
	const struct activity_stated *stated = &work->activity->summary.stated;
	double rows = (double)work->n;
	return work->n > 0 && stated->timer_s > rows * (1 + LOST_SHARE) + LOST_MIN_S &&
	       stated->timer_s <= FILE_MAX_TIMER_S &&
	       !(stated->elapsed_s * (1 + LOST_SHARE) < stated->timer_s);
}

/* The sums over a run's samples, carried over to the time that the file states; of a small rest nothing is left
 * but the heart rate, whose own coverage decides. */
static void extend(struct work *work)
{
	struct activity_numbers *numbers = work->numbers;
	struct tally *tally = work->tally;
	double share = (double)work->n / work->activity->summary.stated.timer_s;
	numbers->doubts |= 1u << DOUBT_PARTIAL;
	double factor = share >= KEPT_MIN_SHARE ? 1 / share : (double)NAN;
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		numbers->damage_steps[i] *= factor;
	if (share >= KEPT_MIN_SHARE) {
		tally_scale(tally, factor);
		return;
	}
	const struct tally none = { .level_m = 0 };
	tally->paced_mps = tally->power_w = tally->down = tally->graded_mps = factor;
	tally->level_m = 0;
	tally->level = none.level;
	tally->steps = none.steps;
	for (size_t i = 0; i < REGION_COUNT; i++)
		tally->region_steps[i] = factor;
}

static void complete_numbers(struct work *work)
{
	const struct activity_stated *stated = &work->activity->summary.stated;
	struct activity_numbers *numbers = work->numbers;
	if (work->n == 0) { /* records without times may have begun to count late */
		numbers->distance_m = else_stated(stated->distance_m, numbers->distance_m);
		numbers->elapsed_s = else_stated(numbers->elapsed_s, stated->elapsed_s);
		numbers->timer_s = else_stated(numbers->timer_s, stated->timer_s);
		numbers->ascent_m = stated->ascent_m;
		numbers->descent_m = stated->descent_m;
		numbers->hr_avg_bpm = else_stated(numbers->hr_avg_bpm, stated->hr_avg_bpm);
		numbers->hr_max_bpm = else_stated(numbers->hr_max_bpm, stated->hr_max_bpm);
		numbers->cadence_avg_spm =
			else_stated(numbers->cadence_avg_spm, stated->cadence_avg_spm);
	}
	if (!isnan(stated->moving_s))
		numbers->moving_s = stated->moving_s;
	else if (isnan(numbers->moving_s))
		numbers->moving_s = numbers->timer_s;
	numbers->distance_m = else_stated(numbers->distance_m, stated->distance_m);
}

void numbers_complete(struct work *work)
{
	const struct activity_stated *stated = &work->activity->summary.stated;
	struct tally *tally = work->tally;
	bool partial = is_partial(work);
	if (partial)
		extend(work);
	complete_numbers(work);
	tally->seconds = partial ? stated->timer_s : work->numbers->timer_s;
	double distance_m = numbers_distance_m(&work->activity->summary, work->numbers);
	if (!work->is_run || !isnan(tally->down) || !(distance_m > 0.0))
		return;
	double speed_mps = distance_m / tally->seconds;
	if (work->n == 0 || partial)
		tally->paced_mps = speed_mps;
	tally->down = stated->descent_m > 0.0 ? STEPS_STATED_DESCENT * stated->descent_m : 0.0;
	struct tally_sums sums = { 0 };
	tally_add(&sums, distance_m, speed_mps, 3);
	tally_close(&sums, &tally->level);
}

/* What the samples say, unless a part of them is lost. */
static double whole_or_stated(
	const struct activity_numbers *numbers, double computed, double stated)
{
	bool partial = (numbers->doubts & 1u << DOUBT_PARTIAL) != 0;
	return partial && !isnan(stated) ? stated : else_stated(computed, stated);
}

double numbers_distance_m(
	const struct activity_summary *summary, const struct activity_numbers *numbers)
{
	return whole_or_stated(numbers, numbers->distance_m, summary->stated.distance_m);
}

double numbers_timer_s(
	const struct activity_summary *summary, const struct activity_numbers *numbers)
{
	return whole_or_stated(numbers, numbers->timer_s, summary->stated.timer_s);
}

double numbers_duration_s(
	const struct activity_summary *summary, const struct activity_numbers *numbers)
{
	double elapsed_s = whole_or_stated(numbers, numbers->elapsed_s, summary->stated.elapsed_s);
	double timer_s = numbers_timer_s(summary, numbers);
	bool partial = (numbers->doubts & 1u << DOUBT_PARTIAL) != 0;
	if (partial && timer_s > elapsed_s) /* a file that states no elapsed time */
		return timer_s;
	return else_stated(elapsed_s, timer_s);
}
