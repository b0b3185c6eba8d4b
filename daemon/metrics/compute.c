/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/compute.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "metrics/drift.h"
#include "metrics/heart.h"
#include "metrics/pace.h"
#include "metrics/samples.h"
#include "metrics/settle.h"
#include "metrics/stats.h"
#include "metrics/steps.h"
#include "metrics/way.h"
#include "metrics/work.h"

#include <errno.h>
#include <math.h>

/* Below this share of rows with a speed, sums over steps would be of a part only. */
#define SPEED_MIN_COVERAGE 0.5

/* Faster than anyone runs: a fault of the GPS. */
#define RUN_MAX_MPS 12.5

/* Faster up and down than anyone goes on average (heuristic). */
#define CLIMB_MAX_MPS 5.0

/* A channel of the timeline in memory of the caller's; NULL when it is out. */
static double *new_series(const struct work *work, enum channel channel)
{
	double *values = calloc(work->n + 1, sizeof *values);
	if (values)
		timeline_channel(&work->timeline, channel, values);
	return values;
}

static int clean_heart_rate(const struct work *work, double **ret)
{
	AUTO_FREE double *raw = new_series(work, CHANNEL_HR);
	AUTO_FREE double *clean = calloc(work->n + 1, sizeof *clean);
	if (!raw || !clean)
		return -ENOMEM;
	heart_clean(raw, work->n, clean);
	*ret = TAKE_PTR(clean);
	return 0;
}

static int compute_heart(struct work *work)
{
	struct activity_numbers *numbers = work->numbers;
	if (!numbers_have(numbers, SERIES_HR))
		return 0;
	int r = clean_heart_rate(work, &work->clean_hr);
	if (r < 0)
		return r;
	const double *clean = work->clean_hr;
	numbers->hr_peak_bpm = heart_peak(clean, work->n);
	for (size_t i = 0; i < work->n; i++)
		if (!isnan(clean[i]))
			work->tally->hr_s[lround(clean[i]) - TALLY_HR_MIN_BPM]++;
	if (!work->is_run || !numbers_have(numbers, SERIES_CADENCE))
		return 0;
	AUTO_FREE double *cadence = new_series(work, CHANNEL_CADENCE);
	AUTO_FREE double *spm = calloc(work->n + 1, sizeof *spm);
	if (!cadence || !spm)
		return -ENOMEM;
	if (steps_per_minute(cadence, NULL, work->n, spm) &&
		heart_is_cadence_lock(clean, spm, work->n))
		numbers->doubts |= 1u << DOUBT_HR_CADENCE_LOCK;
	return 0;
}

/* Power counts for runs only: critical power is the runner's. */
static int compute_power(struct work *work)
{
	if (!work->is_run || !numbers_have(work->numbers, SERIES_POWER))
		return 0;
	AUTO_FREE double *power = new_series(work, CHANNEL_POWER);
	if (!power)
		return -ENOMEM;
	work->tally->power_w = pace_power(power, work->n);
	return 0;
}

/* Heights that jump up and down faster than anything on the ground are none. */
static void remove_false_heights(struct work *work)
{
	struct way *way = &work->way;
	if (!(way->ascent_m + way->descent_m > CLIMB_MAX_MPS * (double)work->n))
		return;
	free(TAKE_PTR(way->height_m));
	free(TAKE_PTR(way->grade));
	way->ascent_m = way->descent_m = (double)NAN;
}

static int compute_way(struct work *work)
{
	struct activity_numbers *numbers = work->numbers;
	enum altitude_source source = work->activity->altitude_source;
	int r = way_read(&work->timeline, numbers->has_series, source, &work->way);
	if (r < 0)
		return r;
	remove_false_heights(work);
	if (work->way.height_m) {
		numbers->altitude_source = source;
		if (work->is_run && source == ALTITUDE_GPS)
			numbers->doubts |= 1u << DOUBT_GPS_ALTITUDE;
	}
	numbers->distance_m = work->way.length_m;
	numbers->ascent_m = work->way.ascent_m;
	numbers->descent_m = work->way.descent_m;
	for (size_t i = 0; work->is_run && work->way.speed_mps && i < work->n; i++) {
		if (work->way.speed_mps[i] > RUN_MAX_MPS)
			work->way.speed_mps[i] = (double)NAN;
	}
	numbers->moving_s = way_moving_s(&work->way);
	return 0;
}

/* Metres by graded speed. */
static void tally_level(struct work *work, const double *graded)
{
	const double *distance_m = work->way.distance_m;
	struct tally_sums sums = { 0 };
	for (size_t i = 1; i < work->n; i++) {
		double way_m = distance_m[i] - distance_m[i - 1];
		if (!(way_m > 0.0))
			continue;
		if (isnan(graded[i]))
			work->tally->level_m += way_m;
		else
			tally_add(&sums, way_m, graded[i], 3);
	}
	tally_close(&sums, &work->tally->level);
}

/* Best times, and the usual graded speed while moving. */
static int tally_efforts(struct work *work, const double *graded)
{
	AUTO_FREE double *moving = calloc(work->n + 1, sizeof *moving);
	if (!moving)
		return -ENOMEM;
	size_t kept = 0;
	for (size_t i = 0; i < work->n; i++)
		if (graded[i] >= WAY_MOVING_MPS)
			moving[kept++] = graded[i];
	work->tally->graded_mps = stats_median(moving, kept);
	for (size_t i = 0; i < EFFORT_DISTANCES; i++)
		work->tally->effort_s[i] =
			effort_best(work->way.distance_m, work->n, effort_distances_m[i]);
	return 0;
}

/* What needs the graded speed; of a run with enough speed. */
static int compute_pace(struct work *work)
{
	struct way *way = &work->way;
	AUTO_FREE double *graded = calloc(work->n + 1, sizeof *graded);
	if (!graded)
		return -ENOMEM;
	pace_graded(way->speed_mps, way->grade, work->n, graded);
	struct pace_load load;
	pace_load(graded, work->n, 1.0, &load);
	work->tally->paced_mps = load.normalized_mps;
	const struct steps_dose_input input = {
		.n = work->n,
		.distance_m = way->distance_m,
		.height_m = way->height_m,
		.grade = way->grade,
		.threshold_mps = (double)NAN,
		.stated_descent_m = work->activity->summary.stated.descent_m,
	};
	struct steps_dose dose;
	steps_dose(&input, &dose);
	work->tally->down = dose.down;
	tally_level(work, graded);
	if (work->clean_hr)
		work->numbers->decoupling = heart_decoupling(graded, work->clean_hr, work->n);
	return tally_efforts(work, graded);
}

/* Steps by speed. */
static void tally_steps(struct work *work, const double *spm)
{
	struct tally_sums sums = { 0 };
	for (size_t i = 0; i < work->n; i++)
		if (spm[i] > 0.0)
			tally_add(&sums, spm[i] / 60.0, work->way.speed_mps[i], 1);
	tally_close(&sums, &work->tally->steps);
}

/* What needs steps and contact times; of a run with enough speed. Frees what it does not need. */
static int compute_legs(struct work *work)
{
	struct way *way = &work->way;
	free(TAKE_PTR(way->height_m));
	free(TAKE_PTR(way->distance_m));
	free(TAKE_PTR(work->clean_hr));
	AUTO_FREE double *cadence = new_series(work, CHANNEL_CADENCE);
	AUTO_FREE double *spm = calloc(work->n + 1, sizeof *spm);
	AUTO_FREE double *contact = new_series(work, CHANNEL_CONTACT_TIME);
	if (!cadence || !spm || !contact)
		return -ENOMEM;
	steps_per_minute(cadence, way->speed_mps, work->n, spm);
	const struct steps_input input = {
		.n = work->n,
		.spm = spm,
		.speed_mps = way->speed_mps,
		.contact_time_ms = contact,
		.grade = way->grade,
		.threshold_mps = (double)NAN,
	};
	struct steps_mechanics mechanics;
	steps_mechanics(&input, &mechanics);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		work->numbers->damage_steps[i] = mechanics.damage[i];
	work->numbers->peak_force_bw = mechanics.peak_force_bw;
	drift_tally(&input, &work->tally->contacts);
	steps_regions(&input, work->tally->region_steps);
	tally_steps(work, spm);
	return 0;
}

static double sum_of_positive(const double *values, size_t n, size_t *ret_kept)
{
	double sum = 0.0;
	*ret_kept = 0;
	for (size_t i = 0; i < n; i++) {
		sum += values[i] > 0.0 ? values[i] : 0.0;
		*ret_kept += values[i] > 0.0;
	}
	return sum;
}

/* The average is that of the file's samples that are not 0, like the heart rate's. */
static int compute_cadence(struct work *work)
{
	const struct activity *activity = work->activity;
	size_t n = activity->records_n, kept;
	AUTO_FREE double *samples = calloc(n + 1, sizeof *samples);
	AUTO_FREE double *scratch = calloc(n + 1, sizeof *scratch);
	if (!samples || !scratch)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		samples[i] = (double)activity->records[i].cadence_rpm;
	double factor = 1.0;
	if (work->counts_steps && !steps_are_counted(samples, n, scratch))
		factor = 2.0;
	double sum = sum_of_positive(samples, n, &kept);
	work->numbers->cadence_avg_spm = kept > 0 ? factor * sum / (double)kept : (double)NAN;
	return 0;
}

static int compute_steps(struct work *work)
{
	AUTO_FREE double *cadence = new_series(work, CHANNEL_CADENCE);
	AUTO_FREE double *spm = calloc(work->n + 1, sizeof *spm);
	if (!cadence || !spm)
		return -ENOMEM;
	size_t kept;
	if (steps_per_minute(cadence, NULL, work->n, spm))
		work->numbers->steps = sum_of_positive(spm, work->n, &kept) / 60.0;
	return 0;
}

static int compute_rows(struct work *work)
{
	work->numbers->timer_s = (double)work->n;
	int r = compute_heart(work);
	if (r == 0)
		r = compute_power(work);
	if (r == 0 && numbers_have(work->numbers, SERIES_CADENCE) && work->counts_steps)
		r = compute_steps(work);
	if (r == 0)
		r = compute_way(work);
	if (r < 0 || !work->is_run || way_coverage(&work->way) < SPEED_MIN_COVERAGE)
		return r;
	r = compute_pace(work);
	if (r == 0)
		r = compute_legs(work);
	return r;
}

static void work_done(struct work *work)
{
	free(work->clean_hr);
	timeline_done(&work->timeline);
	way_done(&work->way);
}

static int measure(const struct activity *activity, struct activity_numbers *ret_numbers,
	struct tally *ret_tally)
{
	struct activity_numbers numbers;
	struct tally tally;
	numbers_init(&numbers);
	tally_init(&tally);
	const struct activity_summary *summary = &activity->summary;
	CLEANUP(work_done)
	struct work work = {
		.activity = activity,
		.is_run = summary_is_run(summary),
		.counts_steps = summary->has_sport && sport_counts_steps(summary->sport),
		.numbers = &numbers,
		.tally = &tally,
	};
	struct samples samples;
	samples_read(activity, &samples);
	numbers.has_series = samples.has_series;
	numbers.hr_avg_bpm = samples.hr_avg_bpm;
	numbers.hr_max_bpm = samples.hr_max_bpm;
	numbers.elapsed_s = samples.elapsed_s;
	numbers.distance_m = samples.distance_m;
	const struct timeline_rules rules = {
		.merges_seconds = true,
		.stated_timer_s = summary->stated.timer_s,
	};
	int r = timeline_init(activity, &rules, &work.timeline);
	if (r < 0)
		return r;
	work.n = work.timeline.rows_n;
	if (numbers_have(&numbers, SERIES_CADENCE))
		r = compute_cadence(&work);
	if (r == 0 && work.n > 0)
		r = compute_rows(&work);
	if (r < 0)
		return r;
	numbers_complete(&work);
	*ret_numbers = numbers;
	*ret_tally = tally;
	return 0;
}

int numbers_compute(const struct activity *activity, const struct runner_profile *runner,
	const struct file_profile *file, struct activity_numbers *ret, struct tally *ret_tally)
{
	int r = measure(activity, ret, ret_tally);
	if (r < 0)
		return r;
	const struct activity_summary *summary = &activity->summary;
	ret_tally->file = *file;
	struct profile profile;
	profile_resolve(runner, file, numbers_start_day(summary), NULL, &profile);
	numbers_settle(summary, ret_tally, &profile, ret);
	return 0;
}
