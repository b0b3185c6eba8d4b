/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/steps.h"

#include "metrics/stats.h"

#include <math.h>

#define COUNTED_MIN_PER_MIN 120.0
#define RUN_MIN_SPM 140.0
#define RUN_MIN_MPS 1.5
#define WALK_MIN_SPM 60.0
#define WALK_MIN_MPS 0.8
#define WALK_FORCE_BW 1.2
#define FORCE_WINDOW_S 30u
#define FORCE_REFERENCE_BW 2.3
#define LATE_S 5400u
#define UNKNOWN_INTENSITY 0.75

const char *const region_names[REGION_COUNT] = {
	"calves_achilles",
	"quads",
	"hamstrings_glutes",
	"hips_itb",
	"feet",
};

bool steps_are_counted(const double *cadence, size_t n, double *scratch)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (cadence[i] > 0.0)
			scratch[kept++] = cadence[i];
	}
	return stats_median(scratch, kept) >= COUNTED_MIN_PER_MIN;
}

static bool is_there(const double *cadence, size_t n)
{
	for (size_t i = 0; cadence && i < n; i++) {
		if (cadence[i] > 0.0)
			return true;
	}
	return false;
}

static double estimated_spm(double speed_mps)
{
	if (speed_mps >= RUN_MIN_MPS)
		return clamp(138.0 + 9.0 * speed_mps, 150.0, 200.0);
	return speed_mps >= WALK_MIN_MPS ? 110.0 : 0.0;
}

bool steps_per_minute(const double *cadence, const double *speed_mps, size_t n, double *ret)
{
	if (!is_there(cadence, n)) {
		for (size_t i = 0; i < n; i++)
			ret[i] = speed_mps ? estimated_spm(speed_mps[i]) : (double)NAN;
		return false;
	}
	double per_step = steps_are_counted(cadence, n, ret) ? 1.0 : 2.0;
	for (size_t i = 0; i < n; i++)
		ret[i] = cadence[i] * per_step;
	return true;
}

static double at(const double *series, size_t i)
{
	return series && !isnan(series[i]) ? series[i] : 0.0;
}

bool steps_is_running(const struct steps_input *input, size_t i)
{
	return input->spm[i] >= RUN_MIN_SPM && at(input->speed_mps, i) >= RUN_MIN_MPS;
}

static double estimated_contact_s(double speed_mps)
{
	return clamp(0.45 / sqrt(fmax(speed_mps, 0.0)), 0.15, 0.40);
}

/* The timing method behind a recorded contact time is not valid on inclines (Meyer 2023). */
static double contact_s(const struct steps_input *input, size_t i)
{
	double recorded_ms = at(input->contact_time_ms, i);
	if (recorded_ms >= 120.0 && recorded_ms <= 400.0 && fabs(at(input->grade, i)) <= 0.05)
		return recorded_ms / 1000.0;
	return estimated_contact_s(at(input->speed_mps, i));
}

/* In body weights; NAN when neither running nor walking. */
static double peak_force_bw(const struct steps_input *input, size_t i)
{
	if (steps_is_running(input, i)) {
		double step_s = 60.0 / input->spm[i];
		return clamp(M_PI_2 * step_s / contact_s(input, i), 1.5, 4.0);
	}
	return input->spm[i] >= WALK_MIN_SPM ? WALK_FORCE_BW : (double)NAN;
}

/* The forces of the last seconds. */
struct force_window {
	double forces[FORCE_WINDOW_S];
	size_t next;
};

static double window_mean(const struct force_window *window)
{
	double sum = 0.0;
	size_t n = 0;
	for (size_t i = 0; i < FORCE_WINDOW_S; i++) {
		if (isnan(window->forces[i]))
			continue;
		sum += window->forces[i];
		n++;
	}
	return sum / (double)n;
}

/* How a slope shifts the load between the tissues (heuristic directions). */
static double slope_factor(size_t tissue, double grade)
{
	const double factors[TISSUE_COUNT] = { 1.0, 1.0 + fmax(0.0, grade),
		1.0 + fmax(0.0, -grade) };
	return factors[tissue];
}

static void add_damage(double steps, double force_bw, double grade, double damage[TISSUE_COUNT])
{
	/* tibia: stress-life slope of running models; Achilles: tendon fatigue tests; patella:
	 * cartilage fatigue tests (Edwards 2018, Firminger 2020, Miller & Krupenevich 2020) */
	static const double exponents[TISSUE_COUNT] = { 6.6, 9.3, 12.9 };
	for (size_t t = 0; t < TISSUE_COUNT; t++) {
		double relative = force_bw * slope_factor(t, grade) / FORCE_REFERENCE_BW;
		damage[t] += steps * pow(clamp(relative, 0.5, 1.6), exponents[t]);
	}
}

void steps_mechanics(const struct steps_input *input, struct steps_mechanics *ret)
{
	struct steps_mechanics sum = { 0 };
	struct force_window window = { 0 };
	for (size_t i = 0; i < FORCE_WINDOW_S; i++)
		window.forces[i] = (double)NAN;
	double loaded_steps = 0.0, forces_bw = 0.0;
	for (size_t i = 0; i < input->n; i++) {
		double steps = at(input->spm, i) / 60.0;
		double force = peak_force_bw(input, i);
		window.forces[window.next] = force;
		window.next = (window.next + 1) % FORCE_WINDOW_S;
		sum.steps += steps;
		if (isnan(force))
			continue;
		bool running = steps_is_running(input, i);
		sum.run_s += running;
		sum.walk_s += !running;
		double smooth_bw = window_mean(&window);
		loaded_steps += steps;
		forces_bw += steps * smooth_bw;
		add_damage(steps, smooth_bw, at(input->grade, i), sum.damage);
	}
	sum.peak_force_bw = loaded_steps > 0.0 ? forces_bw / loaded_steps : (double)NAN;
	*ret = sum;
}

/* What makes a step harder for one region than for another; all 0 on an easy level run. */
struct stress {
	double up, down, fast, brief, low, late;
};

static struct stress stress_at(const struct steps_input *input, size_t i, size_t run_s)
{
	double speed = at(input->speed_mps, i), grade = at(input->grade, i);
	double contact = at(input->contact_time_ms, i) / 1000.0;
	if (!(contact > 0.0))
		contact = estimated_contact_s(speed);
	struct stress stress = {
		.up = clamp(grade / 0.10, 0.0, 2.0),
		.down = clamp(-grade / 0.10, 0.0, 2.0),
		.brief = clamp((0.24 - contact) / 0.06, 0.0, 1.0),
		.late = run_s > LATE_S,
	};
	if (input->threshold_mps > 0.0)
		stress.fast = steps_fast_share(speed / input->threshold_mps);
	if (input->spm[i] >= RUN_MIN_SPM)
		stress.low = clamp((165.0 - input->spm[i]) / 20.0, 0.0, 1.0);
	return stress;
}

const double steps_fast_weights[REGION_COUNT] = { 0.8, 0.0, 1.0, 0.0, 0.3 };

double steps_fast_share(double intensity)
{
	return clamp((intensity - 0.9) / 0.2, 0.0, 1.0);
}

void steps_regions(const struct steps_input *input, double ret[REGION_COUNT])
{
	for (size_t r = 0; r < REGION_COUNT; r++)
		ret[r] = 0.0;
	size_t run_s = 0;
	for (size_t i = 0; i < input->n; i++) {
		run_s += steps_is_running(input, i);
		double steps = at(input->spm, i) / 60.0;
		if (!(steps > 0.0))
			continue;
		struct stress s = stress_at(input, i, run_s);
		const double weights[REGION_COUNT] = {
			1.0 + 1.0 * s.up + 0.5 * s.brief,
			1.0 + 1.5 * s.down + 0.3 * s.low,
			0.8 + 1.0 * s.up,
			0.8 + 0.5 * s.down + 0.3 * s.low + 0.4 * s.late,
			0.8 + 0.3 * s.down,
		};
		for (size_t r = 0; r < REGION_COUNT; r++)
			ret[r] += steps * (weights[r] + steps_fast_weights[r] * s.fast);
	}
}

double steps_level_weight(double intensity)
{
	double taken = isnan(intensity) ? UNKNOWN_INTENSITY : clamp(intensity, 0.4, 1.3);
	double relative = taken / UNKNOWN_INTENSITY;
	return 0.018 * relative * relative * relative;
}

static double intensity_at(const struct steps_dose_input *input, size_t i)
{
	if (!input->graded_mps || !(input->threshold_mps > 0.0))
		return (double)NAN;
	return input->graded_mps[i] / input->threshold_mps;
}

static double down_at(const struct steps_dose_input *input, size_t i)
{
	double grade = at(input->grade, i);
	double drop_m = input->height_m[i - 1] - input->height_m[i];
	if (!(grade < -0.02 && drop_m > 0.0))
		return 0.0;
	return drop_m * (1.0 + fabs(grade) / 0.10);
}

void steps_dose(const struct steps_dose_input *input, struct steps_dose *ret)
{
	struct steps_dose dose = { 0 };
	for (size_t i = 1; i < input->n; i++) {
		double way_m = input->distance_m[i] - input->distance_m[i - 1];
		if (way_m > 0.0)
			dose.level += way_m * steps_level_weight(intensity_at(input, i));
		if (input->height_m)
			dose.down += down_at(input, i);
	}
	if (!input->height_m && input->stated_descent_m > 0.0)
		dose.down = STEPS_STATED_DESCENT * input->stated_descent_m;
	dose.dose = dose.down + dose.level;
	*ret = dose;
}
