/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Every number of the strain model, once: value, unit and where it comes from. The code reads
 * them as members of `strain_constants`; `knead why --constants` prints `strain_constant_rows`.
 *
 * "heuristic" means that nobody has measured it: it was chosen so that the worked scenarios come out as
 * a sensible coach would say. */

#include <stddef.h>

#define STRAIN_CONSTANTS(X)                                                                        \
	X(prior_load, 35, "load/day", "heuristic: about 4 h of easy running a week")               \
	X(prior_km, 4, "km/day", "heuristic: recreational runner")                                 \
	X(prior_mech, 4000, "eq. steps/day", "heuristic: 4 km at ~1000 steps/km")                  \
	X(prior_dose, 330, "weighted m", "heuristic: about 18 easy flat km")                       \
	X(baseline_from, 48, "days back",                                                          \
		"heuristic: 42-day window as in CTL, current week left out")                       \
	X(baseline_to, 7, "days back", "uncoupled from the acute week (Lolli 2019)")               \
	X(cold_full, 28, "days", "the chronic window; before it the prior is blended in")          \
	X(cold_min, 7, "days", "heuristic")                                                        \
	X(floor_share, 0.3, "of prior", "heuristic: no division by ~0 after a break")              \
	X(tension_tau, 5, "days", "heuristic")                                                     \
	X(tension_cap, 2.5, "x baseline", "heuristic: one day alone cannot make tension")          \
	X(tension_lo, 1.15, "ratio", "heuristic")                                                  \
	X(tension_hi, 1.75, "ratio", "heuristic")                                                  \
	X(tension_w, 0.75, "weight", "heuristic")                                                  \
	X(mono_lo, 1.6, "-", "heuristic")                                                          \
	X(mono_hi, 2.6, "-", "heuristic; Foster 1998 warns near 2")                                \
	X(mono_w, 0.45, "weight", "heuristic")                                                     \
	X(runstreak_lo, 6, "days", "heuristic")                                                    \
	X(runstreak_hi, 12, "days", "heuristic")                                                   \
	X(runstreak_w, 0.35, "weight", "heuristic")                                                \
	X(drift_lo, 0.03, "fraction", "heuristic")                                                 \
	X(drift_hi, 0.08, "fraction", "heuristic")                                                 \
	X(drift_w, 0.35, "weight", "heuristic")                                                    \
	X(spike_small, 0.35, "evidence", "class from Frandsen 2025 (HRR 1.64), size heuristic")    \
	X(spike_moderate, 0.55, "evidence", "class from Frandsen 2025 (HRR 1.52), size heuristic") \
	X(spike_large, 0.8, "evidence", "class from Frandsen 2025 (HRR 2.28), size heuristic")     \
	X(spike_tau, 5, "days", "heuristic")                                                       \
	X(spike_min_km, 5, "km", "heuristic: ignores 1 km -> 3 km")                                \
	X(spike_min_runs, 3, "runs in 30 d", "heuristic")                                          \
	X(week_lo, 1.2, "ratio", "heuristic")                                                      \
	X(week_hi, 1.8, "ratio", "heuristic")                                                      \
	X(week_w, 0.7, "weight",                                                                   \
		"heuristic; alone below on_injury: not supported as an injury predictor "          \
		"(Frandsen 2025)")                                                                 \
	X(week_floor_km, 1, "km/day", "heuristic")                                                 \
	X(week_long_share, 0.5, "of 90-d mean", "heuristic: return from a break")                  \
	X(tissue_lo, 1.3, "ratio", "heuristic")                                                    \
	X(tissue_hi, 2.2, "ratio", "heuristic")                                                    \
	X(tissue_w, 0.5, "weight", "heuristic; direction from Edwards 2018")                       \
	X(hard_lo, 2, "days", "heuristic")                                                         \
	X(hard_hi, 5, "days", "heuristic")                                                         \
	X(hard_w, 0.3, "weight", "heuristic")                                                      \
	X(ramp_lo, 6, "CTL/week", "coaching convention 5-8 per week")                              \
	X(ramp_hi, 12, "CTL/week", "heuristic")                                                    \
	X(ramp_w, 0.3, "weight", "heuristic")                                                      \
	X(dose_lo, 1, "x own P90", "heuristic: unaccustomed = above what is usual")                \
	X(dose_hi, 2, "x own P90", "heuristic")                                                    \
	X(dose_floor, 150, "weighted m", "heuristic")                                              \
	X(dose_abs_lo, 100, "weighted m", "heuristic: about 6 easy flat km")                       \
	X(dose_abs_hi, 500, "weighted m",                                                          \
		"heuristic: a fast flat half marathon; a quarter of the dose of the usual "        \
		"downhill protocols (Bontemps 2020)")                                              \
	X(ctl_floor, 25, "load/day", "heuristic")                                                  \
	X(fatigue_lo, 0.3, "(ATL-CTL)/CTL", "heuristic")                                           \
	X(fatigue_hi, 1, "(ATL-CTL)/CTL", "heuristic")                                             \
	X(fatigue_w, 0.7, "weight", "heuristic")                                                   \
	X(big_lo, 2.2, "x CTL", "heuristic")                                                       \
	X(big_hi, 5, "x CTL", "heuristic")                                                         \
	X(big_w, 0.9, "weight", "heuristic")                                                       \
	X(big_hold, 24, "h", "heuristic")                                                          \
	X(big_tau, 36, "h", "heuristic")                                                           \
	X(big_own_q, 0.9, "quantile", "heuristic: own non-zero day loads of the 42 days before")   \
	X(big_own_x, 1.2, "x own P90", "heuristic: the usual weekly long run is not a big day")    \
	X(big_own_min, 12, "days", "heuristic")                                                    \
	X(sleep_lo, 0.75, "h/night short", "heuristic")                                            \
	X(sleep_hi, 2.5, "h/night short", "heuristic")                                             \
	X(sleep_w, 0.25, "weight", "heuristic")                                                    \
	X(rhr_lo, 3, "bpm over base", "heuristic")                                                 \
	X(rhr_hi, 8, "bpm over base", "heuristic")                                                 \
	X(rhr_w, 0.25, "weight", "heuristic")                                                      \
	X(hrv_lo, 0.5, "SD below base", "smallest worthwhile change, Plews 2013/Buchheit 2014")    \
	X(hrv_hi, 2, "SD below base", "heuristic")                                                 \
	X(hrv_rec_w, 0.25, "weight", "heuristic")                                                  \
	X(stress_lo, 0.5, "SD over base", "heuristic, by analogy with HRV")                        \
	X(stress_hi, 2, "SD over base", "heuristic")                                               \
	X(stress_w, 0.65, "weight", "heuristic")                                                   \
	X(stress_sd_floor, 4, "points", "heuristic")                                               \
	X(stress_abs_lo, 45, "points", "watch scale: 26-50 low, 51-75 medium")                     \
	X(stress_abs_hi, 65, "points", "watch scale: 26-50 low, 51-75 medium")                     \
	X(stress_abs_w, 0.3, "weight", "heuristic")                                                \
	X(hrv_str_w, 0.5, "weight", "heuristic")                                                   \
	X(rhr_str_w, 0.25, "weight", "heuristic")                                                  \
	X(sleep_str_w, 0.25, "weight", "heuristic")                                                \
	X(explained, 0.6, "factor",                                                                \
		"heuristic: a very big day in the last 48 h explains the signs")                   \
	X(explained_x, 3, "x CTL", "heuristic")                                                    \
	X(on, 60, "score", "heuristic")                                                            \
	X(off, 45, "score", "heuristic")                                                           \
	X(on_injury, 75, "score",                                                                  \
		"heuristic: massage is not what a load jump needs, so speak later")                \
	X(off_injury, 60, "score", "heuristic")                                                    \
	X(sens_step, 10, "score",                                                                  \
		"heuristic: eager lowers, quiet raises the four values above by this")             \
	X(sev2, 75, "score", "heuristic")                                                          \
	X(sev3, 90, "score", "heuristic")                                                          \
	X(own_q, 0.85, "quantile", "heuristic: own last 180 daily scores")                         \
	X(own_min, 60, "days", "heuristic")                                                        \
	X(cool_same, 72, "h", "heuristic")                                                         \
	X(cool_any, 12, "h", "heuristic")                                                          \
	X(settle, 10, "h after a run",                                                             \
		"heuristic: let the day's files arrive, speak the next morning")                   \
	X(settle_max, 14, "h pending", "heuristic: two runs a day must not silence it for ever")   \
	X(cool_up, 36, "h", "heuristic: an escalation waits less than a repeat")                   \
	X(red_hold, 48, "h", "heuristic")                                                          \
	X(massage_quiet, 48, "h", "heuristic")                                                     \
	X(massage_quiet_injury, 168, "h", "heuristic")                                             \
	X(relief_tension, 0.45, "fraction", "heuristic; flexibility effect small (Davis 2020)")    \
	X(relief_injury, 0, "fraction", "no evidence that massage lowers injury risk")             \
	X(relief_soreness, 0.25, "fraction", "Guo 2017, Davis 2020: real but small to moderate")   \
	X(relief_recovery, 0.15, "fraction",                                                       \
		"Poppendieck 2016, Hoffman 2016: little beyond the same day")                      \
	X(relief_stress, 0.4, "fraction", "Moyer 2004: state anxiety falls after one session")     \
	X(relief_tau_tension, 72, "h", "heuristic")                                                \
	X(relief_tau_soreness, 36, "h", "heuristic")                                               \
	X(relief_tau_recovery, 48, "h", "heuristic")                                               \
	X(relief_tau_stress, 48, "h", "heuristic")                                                 \
	X(dose_min_full, 10, "min", "Poppendieck 2016: 5-12 min no worse than longer")             \
	X(red_bpm, 10, "bpm over base", "heuristic")                                               \
	X(region_ratio, 1.05, "share ratio", "heuristic")                                          \
	X(region_tau, 3, "days", "heuristic")                                                      \
	X(ahead_h, 48, "h", "heuristic: soreness peaks within 24-72 h (Cheung 2003)")              \
	X(ahead_step, 6, "h", "heuristic")                                                         \
	X(peak_slack, 0.5, "score", "heuristic: of equal peaks the first is meant")                \
	X(best_sore_from, 24, "h after the run", "Guo 2017: effect seen at 24, 48, 72 h")          \
	X(best_sore_to, 72, "h after the run", "Guo 2017")                                         \
	X(recompute_hour, 21, "h of the day", "the evening evaluation")                            \
	X(budget_days, 30, "days", "heuristic")                                                    \
	X(budget_quiet, 1, "messages", "heuristic")                                                \
	X(budget_normal, 2, "messages", "heuristic; eager has no limit")                           \
	X(part_min, 0.005, "evidence", "heuristic")                                                \
	X(ctl_days, 42, "days", "Coggan 2003")                                                     \
	X(atl_days, 7, "days", "Coggan 2003")                                                      \
	X(steps_per_km, 1000, "eq. steps", "heuristic: where the file gives no steps")             \
	X(dose_per_km, 18, "weighted m", "heuristic: where the file gives no dose")                \
	X(days_hard, 14, "days", "heuristic: known days from which hard days in a row count")      \
	X(days_all, 42, "days", "heuristic: known days from which the CTL ramp counts")            \
	X(spike_days, 14, "days", "heuristic: runs that may still be a load jump")                 \
	X(dose_full, 12, "days",                                                                   \
		"heuristic: days with a dose from which the own P90 counts alone")                 \
	X(drift_hours, 72, "h", "heuristic: runs whose form drift counts")                         \
	X(explained_hours, 48, "h", "heuristic: how long a very big day explains the nights")      \
	X(red_min_bpm, 7, "bpm over base", "heuristic: a red flag is at least this far above")     \
	X(red_sds, 3, "SD over base", "heuristic: and this, but never more than red_bpm")          \
	X(report_hours, 24, "h", "heuristic: how long a reported soreness counts")                 \
	X(gap_days, 14, "days", "heuristic: without any file, before it is said")

#define STRAIN_CONSTANT_MEMBER(name, value, unit, source) double name;
struct strain_constants {
	STRAIN_CONSTANTS(STRAIN_CONSTANT_MEMBER)
};
#undef STRAIN_CONSTANT_MEMBER

extern const struct strain_constants strain_constants;

/* Share of the soreness that is felt some hours after a run: linear between the knots, the last one's
 * share from there on (shape after Cheung 2003, values heuristic). */
struct kernel_knot {
	double hours, share;
};
extern const struct kernel_knot strain_kernel[];
extern const size_t strain_kernel_n;

/* The same numbers for printing. The kernel has a row of its own with value NAN: its numbers are the
 * knots. */
struct strain_constant_row {
	const char *name;
	double value;
	const char *unit, *source;
};
extern const struct strain_constant_row strain_constant_rows[];
extern const size_t strain_constant_rows_n;
