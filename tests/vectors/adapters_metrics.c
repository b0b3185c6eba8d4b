/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adapters of daemon/metrics: one activity, its days, its nights. */

#include "vectors/adapter.h"
#include "vectors/metrics_adapters.h"

const struct adapter adapters_metrics[] = {
	/* one activity */
	{ "activity_load", run_activity_load },
	{ "hr_loads", run_hr_loads },
	{ "hr_max", run_hr_max },
	{ "hr_peak", run_hr_peak },
	{ "hr_rest", run_hr_rest },
	{ "resample_1hz", run_resample_1hz },
	{ "srpe", run_srpe },
	/* pace and terrain */
	{ "best_effort", run_best_effort },
	{ "critical_speed", run_critical_speed },
	{ "decoupling", run_decoupling },
	{ "elevation", run_elevation },
	{ "grades", run_grades },
	{ "minetti", run_minetti },
	{ "power_load", run_power_load },
	{ "rtss", run_rtss },
	{ "threshold_speed", run_threshold_speed },
	/* legs */
	{ "mechanics", run_mechanics },
	{ "region_exposure", run_region_exposure },
	{ "soreness_dose", run_soreness_dose },
	/* days and windows */
	{ "banister_ir", run_banister_ir },
	{ "daily_totals", run_daily_totals },
	{ "ewma_acwr", run_ewma_acwr },
	{ "foster", run_foster },
	{ "pmc", run_pmc },
	{ "rolling_acwr", run_rolling_acwr },
	{ "session_spike", run_session_spike },
	{ "streaks", run_streaks },
	/* nights */
	{ "hrv_shift", run_hrv_shift },
	{ "rhr_shift", run_rhr_shift },
	{ "sleep_hours", run_sleep_hours },
	{ "stress_day", run_stress_day },
	{ 0 },
};
