/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/numbers.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "metrics/days.h"
#include "metrics/heart.h"
#include "metrics/load.h"
#include "metrics/pace.h"
#include "metrics/samples.h"
#include "metrics/steps.h"
#include "metrics/way.h"

#include <errno.h>
#include <math.h>

/* Below this share of rows with a speed, sums over steps would be of a part only. */
#define SPEED_MIN_COVERAGE 0.5

/* Faster than anyone runs: a fault of the GPS. */
#define RUN_MAX_MPS 12.5

/* One computation under way. */
struct work {
	const struct activity *activity;
	bool is_run, counts_steps;
	struct timeline timeline;
	size_t n; /* rows */
	struct way way;
	struct activity_numbers *numbers;
};

static bool has(const struct activity_numbers *numbers, enum series series)
{
	return (numbers->has_series & (1u << series)) != 0;
}

static double profile_value(const struct work *work, enum profile_key key)
{
	return work->numbers->profile.values[key].value;
}

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
	if (!has(numbers, SERIES_HR))
		return 0;
	AUTO_FREE double *clean = NULL;
	int r = clean_heart_rate(work, &clean);
	if (r < 0)
		return r;
	struct heart_limits limits = {
		.sex = numbers->profile.sex,
		.rest_bpm = profile_value(work, PROFILE_HR_REST_BPM),
		.max_bpm = profile_value(work, PROFILE_HR_MAX_BPM),
		.threshold_bpm = profile_value(work, PROFILE_THRESHOLD_HR_BPM),
		.vt1_bpm = (double)NAN,
		.vt2_bpm = (double)NAN,
	};
	struct heart_loads loads;
	heart_loads(clean, work->n, &limits, &loads);
	numbers->hr_peak_bpm = heart_peak(clean, work->n);
	numbers->hr_coverage = loads.coverage;
	numbers->hrtss = loads.hrtss;
	numbers->trimp_banister = loads.banister;
	numbers->trimp_edwards = loads.edwards;
	numbers->trimp_lucia = loads.lucia;
	if (!work->is_run || !has(numbers, SERIES_CADENCE))
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
	double critical_w = profile_value(work, PROFILE_CRITICAL_POWER_W);
	if (!work->is_run || !has(work->numbers, SERIES_POWER) || isnan(critical_w))
		return 0;
	AUTO_FREE double *power = new_series(work, CHANNEL_POWER);
	if (!power)
		return -ENOMEM;
	work->numbers->power_load = pace_power_load(power, work->n, critical_w);
	return 0;
}

static int compute_way(struct work *work)
{
	struct activity_numbers *numbers = work->numbers;
	int r = way_read(&work->timeline, numbers->has_series, ALTITUDE_UNKNOWN, &work->way);
	if (r < 0)
		return r;
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

/* What needs the graded speed; of a run with enough speed. */
static int compute_pace(struct work *work)
{
	struct way *way = &work->way;
	double threshold_mps = profile_value(work, PROFILE_THRESHOLD_SPEED_MPS);
	AUTO_FREE double *graded = calloc(work->n + 1, sizeof *graded);
	if (!graded)
		return -ENOMEM;
	pace_graded(way->speed_mps, way->grade, work->n, graded);
	struct pace_load load;
	pace_load(graded, work->n, threshold_mps, &load);
	work->numbers->rtss = load.rtss;
	const struct steps_dose_input input = {
		.n = work->n,
		.distance_m = way->distance_m,
		.height_m = way->height_m,
		.grade = way->grade,
		.graded_mps = graded,
		.threshold_mps = threshold_mps,
		.stated_descent_m = work->activity->summary.stated.descent_m,
	};
	struct steps_dose dose;
	steps_dose(&input, &dose);
	work->numbers->soreness_dose = dose.dose;
	work->numbers->soreness_down = dose.down;
	return 0;
}

/* What needs steps and contact times; of a run with enough speed. Frees what it does not need. */
static int compute_legs(struct work *work)
{
	struct way *way = &work->way;
	free(TAKE_PTR(way->height_m));
	free(TAKE_PTR(way->distance_m));
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
		.threshold_mps = profile_value(work, PROFILE_THRESHOLD_SPEED_MPS),
	};
	struct steps_mechanics mechanics;
	steps_mechanics(&input, &mechanics);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		work->numbers->damage_steps[i] = mechanics.damage[i];
	steps_regions(&input, work->numbers->region_steps);
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
	if (r == 0 && has(work->numbers, SERIES_CADENCE))
		r = compute_cadence(work);
	if (r == 0 && has(work->numbers, SERIES_CADENCE) && work->counts_steps)
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

/* What the samples do not give comes from the file's own summary: everything when there are none, and
 * the way of a run that was not measured second by second. */
static void complete_from_stated(struct work *work)
{
	const struct activity_stated *stated = &work->activity->summary.stated;
	struct activity_numbers *numbers = work->numbers;
	if (work->n == 0) {
		numbers->elapsed_s = stated->elapsed_s;
		numbers->timer_s = stated->timer_s;
		numbers->distance_m = stated->distance_m;
		numbers->ascent_m = stated->ascent_m;
		numbers->descent_m = stated->descent_m;
		numbers->hr_avg_bpm = stated->hr_avg_bpm;
		numbers->hr_max_bpm = stated->hr_max_bpm;
		numbers->cadence_avg_spm = stated->cadence_avg_spm;
	}
	if (!isnan(stated->moving_s))
		numbers->moving_s = stated->moving_s;
	else if (isnan(numbers->moving_s))
		numbers->moving_s = numbers->timer_s;
	if (isnan(numbers->distance_m))
		numbers->distance_m = stated->distance_m;
	if (!work->is_run || !isnan(numbers->soreness_dose) || !(numbers->distance_m > 0.0))
		return;
	double threshold_mps = profile_value(work, PROFILE_THRESHOLD_SPEED_MPS);
	double speed_mps = numbers->distance_m / numbers->timer_s;
	if (work->n == 0)
		numbers->rtss = pace_load_of_average(speed_mps, numbers->timer_s, threshold_mps);
	const double ends_m[] = { 0.0, numbers->distance_m }, speeds[] = { speed_mps, speed_mps };
	const struct steps_dose_input input = {
		.n = 2,
		.distance_m = ends_m,
		.graded_mps = speeds,
		.threshold_mps = threshold_mps,
		.stated_descent_m = stated->descent_m,
	};
	struct steps_dose dose;
	steps_dose(&input, &dose);
	numbers->soreness_dose = dose.dose;
	numbers->soreness_down = dose.down;
}

/* A heart rate that follows the steps is no heart rate: then pace alone counts, if there is one. */
static void choose_load(struct work *work)
{
	struct activity_numbers *numbers = work->numbers;
	numbers->srpe = load_srpe(work->activity->summary.stated.rpe, numbers->timer_s);
	struct load_parts parts = {
		.rtss = numbers->rtss,
		.hrtss = numbers->hrtss,
		.power = numbers->power_load,
		.srpe = numbers->srpe,
		.timer_s = numbers->timer_s,
	};
	if (numbers->doubts & (1u << DOUBT_HR_CADENCE_LOCK) && !isnan(parts.rtss))
		parts.hrtss = (double)NAN;
	numbers->load = load_choose(&parts, &numbers->load_source);
}

/* The doubts about legs and ways are of runs: nothing else has them. */
static uint32_t find_doubts(const struct work *work)
{
	const struct activity_numbers *numbers = work->numbers;
	const struct profile_value *values = numbers->profile.values;
	bool hr = has(numbers, SERIES_HR), run = work->is_run;
	const bool doubts[DOUBT_COUNT] = {
		[DOUBT_NO_HR] = !hr,
		[DOUBT_DEFAULT_HR_MAX] = hr && values[PROFILE_HR_MAX_BPM].source == VALUE_DEFAULT,
		[DOUBT_DEFAULT_HR_REST] = hr && values[PROFILE_HR_REST_BPM].source == VALUE_DEFAULT,
		[DOUBT_NO_ALTITUDE] = run && !has(numbers, SERIES_ALTITUDE),
		[DOUBT_NO_MECHANICS] = run && isnan(numbers->damage_steps[0]),
		[DOUBT_NO_DOSE] = run && isnan(numbers->soreness_dose),
		[DOUBT_NO_DISTANCE] = run && isnan(numbers->distance_m),
		[DOUBT_NO_LOAD] = isnan(numbers->load),
	};
	uint32_t bits = 0;
	for (unsigned int i = 0; i < DOUBT_COUNT; i++)
		bits |= doubts[i] ? 1u << i : 0;
	return bits;
}

/* The local day of the start; INT32_MAX when the start is not known. */
static int32_t start_day(const struct activity_summary *summary)
{
	if (summary->start_ms == TIME_UNKNOWN_MS)
		return INT32_MAX;
	int64_t start_s = summary->start_ms / 1000 - (summary->start_ms % 1000 < 0);
	return days_local_day(start_s, summary->has_utc_offset ? summary->utc_offset_s : 0, 0);
}

static void work_done(struct work *work)
{
	timeline_done(&work->timeline);
	way_done(&work->way);
}

int numbers_compute(const struct activity *activity, const struct runner_profile *runner,
	const struct file_profile *file, struct activity_numbers *ret)
{
	struct activity_numbers numbers;
	numbers_init(&numbers);
	const struct activity_summary *summary = &activity->summary;
	CLEANUP(work_done)
	struct work work = {
		.activity = activity,
		.is_run = summary->has_sport && summary->sport == SPORT_RUNNING,
		.counts_steps = summary->has_sport && sport_counts_steps(summary->sport),
		.numbers = &numbers,
	};
	profile_resolve(runner, file, start_day(summary), &numbers.profile);
	struct samples samples;
	samples_read(activity, &samples);
	numbers.has_series = samples.has_series;
	numbers.hr_avg_bpm = samples.hr_avg_bpm;
	numbers.hr_max_bpm = samples.hr_max_bpm;
	numbers.elapsed_s = samples.elapsed_s;
	const struct timeline_rules rules = {
		.merges_seconds = true,
		.stated_timer_s = summary->stated.timer_s,
	};
	int r = timeline_init(activity, &rules, &work.timeline);
	if (r < 0)
		return r;
	work.n = work.timeline.rows_n;
	if (work.n > 0)
		r = compute_rows(&work);
	if (r < 0)
		return r;
	complete_from_stated(&work);
	choose_load(&work);
	numbers.doubts |= find_doubts(&work);
	*ret = numbers;
	return 0;
}
