/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The adapters of daemon/metrics, each for the function in its name (see adapter.h). */

#include "metrics/elevation.h"
#include "vectors/adapter.h"

/* metrics_activity.c */
int run_activity_load(const json_t *input, json_t **ret);
int run_hr_loads(const json_t *input, json_t **ret);
int run_hr_max(const json_t *input, json_t **ret);
int run_hr_peak(const json_t *input, json_t **ret);
int run_hr_rest(const json_t *input, json_t **ret);
int run_resample_1hz(const json_t *input, json_t **ret);
int run_srpe(const json_t *input, json_t **ret);

/* metrics_days.c */
int run_banister_ir(const json_t *input, json_t **ret);
int run_daily_totals(const json_t *input, json_t **ret);
int run_ewma_acwr(const json_t *input, json_t **ret);
int run_foster(const json_t *input, json_t **ret);
int run_hrv_shift(const json_t *input, json_t **ret);
int run_pmc(const json_t *input, json_t **ret);
int run_rhr_shift(const json_t *input, json_t **ret);
int run_rolling_acwr(const json_t *input, json_t **ret);
int run_session_spike(const json_t *input, json_t **ret);
int run_sleep_hours(const json_t *input, json_t **ret);
int run_streaks(const json_t *input, json_t **ret);
int run_stress_day(const json_t *input, json_t **ret);

/* metrics_terrain.c */
int run_best_effort(const json_t *input, json_t **ret);
int run_critical_speed(const json_t *input, json_t **ret);
int run_decoupling(const json_t *input, json_t **ret);
int run_elevation(const json_t *input, json_t **ret);
int run_grades(const json_t *input, json_t **ret);
int run_minetti(const json_t *input, json_t **ret);
int run_power_load(const json_t *input, json_t **ret);
int run_rtss(const json_t *input, json_t **ret);
int run_threshold_speed(const json_t *input, json_t **ret);

/* metrics_legs.c */
int run_mechanics(const json_t *input, json_t **ret);
int run_region_exposure(const json_t *input, json_t **ret);
int run_soreness_dose(const json_t *input, json_t **ret);

/* "baro", "gps", anything else. */
enum altitude_source altitude_source_of(const json_t *input);
