/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/constants.h"

#include <string.h>

/* The table of docs/metrics.md, typed again. */
static const struct {
	const char *name;
	double value;
} expected_constants[] = {
	{ "prior_load", 35 },
	{ "prior_km", 4 },
	{ "prior_mech", 4000 },
	{ "prior_dose", 330 },
	{ "baseline_from", 48 },
	{ "baseline_to", 7 },
	{ "cold_full", 28 },
	{ "cold_min", 7 },
	{ "floor_share", 0.3 },
	{ "tension_tau", 5 },
	{ "tension_cap", 2.5 },
	{ "tension_lo", 1.15 },
	{ "tension_hi", 1.75 },
	{ "tension_w", 0.75 },
	{ "mono_lo", 1.6 },
	{ "mono_hi", 2.6 },
	{ "mono_w", 0.45 },
	{ "runstreak_lo", 6 },
	{ "runstreak_hi", 12 },
	{ "runstreak_w", 0.35 },
	{ "drift_lo", 0.03 },
	{ "drift_hi", 0.08 },
	{ "drift_w", 0.35 },
	{ "spike_small", 0.35 },
	{ "spike_moderate", 0.55 },
	{ "spike_large", 0.8 },
	{ "spike_tau", 5 },
	{ "spike_min_km", 5 },
	{ "spike_min_runs", 3 },
	{ "week_lo", 1.2 },
	{ "week_hi", 1.8 },
	{ "week_w", 0.7 },
	{ "week_floor_km", 1 },
	{ "week_long_share", 0.5 },
	{ "tissue_lo", 1.3 },
	{ "tissue_hi", 2.2 },
	{ "tissue_w", 0.5 },
	{ "hard_lo", 2 },
	{ "hard_hi", 5 },
	{ "hard_w", 0.3 },
	{ "ramp_lo", 6 },
	{ "ramp_hi", 12 },
	{ "ramp_w", 0.3 },
	{ "dose_lo", 1 },
	{ "dose_hi", 2 },
	{ "dose_floor", 150 },
	{ "dose_abs_lo", 100 },
	{ "dose_abs_hi", 500 },
	{ "ctl_floor", 25 },
	{ "fatigue_lo", 0.3 },
	{ "fatigue_hi", 1 },
	{ "fatigue_w", 0.7 },
	{ "big_lo", 2.2 },
	{ "big_hi", 5 },
	{ "big_w", 0.9 },
	{ "big_hold", 24 },
	{ "big_tau", 36 },
	{ "big_own_q", 0.9 },
	{ "big_own_x", 1.2 },
	{ "big_own_min", 12 },
	{ "sleep_lo", 0.75 },
	{ "sleep_hi", 2.5 },
	{ "sleep_w", 0.25 },
	{ "rhr_lo", 3 },
	{ "rhr_hi", 8 },
	{ "rhr_w", 0.25 },
	{ "hrv_lo", 0.5 },
	{ "hrv_hi", 2 },
	{ "hrv_rec_w", 0.25 },
	{ "stress_lo", 0.5 },
	{ "stress_hi", 2 },
	{ "stress_w", 0.65 },
	{ "stress_sd_floor", 4 },
	{ "stress_abs_lo", 45 },
	{ "stress_abs_hi", 65 },
	{ "stress_abs_w", 0.3 },
	{ "hrv_str_w", 0.5 },
	{ "rhr_str_w", 0.25 },
	{ "sleep_str_w", 0.25 },
	{ "explained", 0.6 },
	{ "explained_x", 3 },
	{ "on", 60 },
	{ "off", 45 },
	{ "on_injury", 75 },
	{ "off_injury", 60 },
	{ "sens_step", 10 },
	{ "sev2", 75 },
	{ "sev3", 90 },
	{ "own_q", 0.85 },
	{ "own_min", 60 },
	{ "cool_same", 72 },
	{ "cool_any", 12 },
	{ "settle", 10 },
	{ "settle_max", 14 },
	{ "cool_up", 36 },
	{ "red_hold", 48 },
	{ "massage_quiet", 48 },
	{ "massage_quiet_injury", 168 },
	{ "relief_tension", 0.45 },
	{ "relief_injury", 0 },
	{ "relief_soreness", 0.25 },
	{ "relief_recovery", 0.15 },
	{ "relief_stress", 0.4 },
	{ "relief_tau_tension", 72 },
	{ "relief_tau_soreness", 36 },
	{ "relief_tau_recovery", 48 },
	{ "relief_tau_stress", 48 },
	{ "dose_min_full", 10 },
	{ "red_bpm", 10 },
	{ "region_ratio", 1.05 },
	{ "region_tau", 3 },
	{ "ahead_h", 48 },
	{ "ahead_step", 6 },
	{ "peak_slack", 0.5 },
	{ "best_sore_from", 24 },
	{ "best_sore_to", 72 },
	{ "recompute_hour", 21 },
	{ "budget_days", 30 },
	{ "budget_quiet", 1 },
	{ "budget_normal", 2 },
	{ "part_min", 0.005 },
	{ "ctl_days", 42 },
	{ "atl_days", 7 },
	{ "steps_per_km", 1000 },
	{ "dose_per_km", 18 },
	{ "days_hard", 14 },
	{ "days_all", 42 },
	{ "spike_days", 14 },
	{ "dose_full", 12 },
	{ "drift_hours", 72 },
	{ "explained_hours", 48 },
	{ "red_min_bpm", 7 },
	{ "red_sds", 3 },
	{ "report_hours", 24 },
	{ "gap_days", 14 },
};

static const double expected_kernel[][2] = { { 0, 0.10 }, { 12, 0.40 }, { 24, 0.80 }, { 36, 1.00 },
	{ 48, 1.00 }, { 72, 0.70 }, { 96, 0.40 }, { 120, 0.20 }, { 168, 0 } };

static void the_constants_are_those_of_the_document(void **state)
{
	(void)state;
	size_t found = 0;
	for (size_t i = 0; i < strain_constant_rows_n; i++) {
		const struct strain_constant_row *row = &strain_constant_rows[i];
		assert_true(row->source[0] && row->unit[0]);
		for (size_t j = 0; j < ARRAY_SIZE(expected_constants); j++) {
			if (strcmp(row->name, expected_constants[j].name) != 0)
				continue;
			if (row->value != expected_constants[j].value)
				fail_msg("%s is %g", row->name, row->value);
			found++;
		}
	}
	assert_int_equal(found, ARRAY_SIZE(expected_constants));
	assert_int_equal(strain_constant_rows_n, found + 1); /* and the kernel */
	assert_int_equal(strain_kernel_n, ARRAY_SIZE(expected_kernel));
	for (size_t i = 0; i < strain_kernel_n; i++) {
		assert_near(strain_kernel[i].hours, expected_kernel[i][0], 0);
		assert_near(strain_kernel[i].share, expected_kernel[i][1], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_constants_are_those_of_the_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
