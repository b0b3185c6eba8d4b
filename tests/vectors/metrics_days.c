/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/metrics_adapters.h"

#include "base/cleanup.h"
#include "metrics/days.h"
#include "metrics/wellness.h"

#include <errno.h>
#include <math.h>
#include <time.h>

int run_rolling_acwr(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list daily = { 0 };
	int r = list_get(input, "daily", &daily);
	if (r < 0)
		return r;
	struct days_acwr acwr;
	days_rolling_acwr(daily.values, daily.n, &acwr);
	json_t *result = json_object();
	number_set(result, "acute", acwr.acute);
	number_set(result, "chronic", acwr.chronic);
	number_set(result, "chronic_uncoupled", acwr.chronic_uncoupled);
	number_set(result, "coupled", acwr.coupled);
	number_set(result, "uncoupled", acwr.uncoupled);
	*ret = result;
	return 0;
}

int run_ewma_acwr(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list daily = { 0 };
	int r = list_get(input, "daily", &daily);
	if (r < 0)
		return r;
	struct days_acwr acwr;
	days_ewma_acwr(daily.values, daily.n, &acwr);
	json_t *result = json_object();
	number_set(result, "acute", acwr.acute);
	number_set(result, "chronic", acwr.chronic);
	number_set(result, "ratio", acwr.coupled);
	*ret = result;
	return 0;
}

int run_foster(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list week = { 0 };
	int r = list_get(input, "week", &week);
	if (r < 0)
		return r;
	struct days_foster foster;
	days_foster(week.values, week.n, &foster);
	json_t *result = json_object();
	number_set(result, "weekly", foster.weekly);
	number_set(result, "monotony", foster.monotony);
	number_set(result, "strain", foster.strain);
	*ret = result;
	return 0;
}

int run_banister_ir(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list daily = { 0 };
	int r = list_get(input, "daily", &daily);
	if (r < 0)
		return r;
	struct days_response_constants constants = {
		.p0 = number_get(input, "p0", days_response_defaults.p0),
		.k1 = number_get(input, "k1", days_response_defaults.k1),
		.k2 = number_get(input, "k2", days_response_defaults.k2),
		.tau1_days = number_get(input, "tau1", days_response_defaults.tau1_days),
		.tau2_days = number_get(input, "tau2", days_response_defaults.tau2_days),
	};
	struct days_response response;
	days_banister(daily.values, daily.n, &constants, &response);
	json_t *result = json_object();
	number_set(result, "fitness", response.fitness);
	number_set(result, "fatigue", response.fatigue);
	number_set(result, "performance", response.performance);
	*ret = result;
	return 0;
}

int run_pmc(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list daily = { 0 };
	int r = list_get(input, "daily", &daily);
	if (r < 0)
		return r;
	AUTO_FREE struct days_pmc *pmc = calloc(daily.n + 1, sizeof *pmc);
	if (!pmc)
		return -ENOMEM;
	days_pmc(daily.values, daily.n, number_get(input, "seed", 0.0), pmc);
	json_t *ctl = json_array(), *atl = json_array(), *tsb = json_array();
	for (size_t i = 0; i < daily.n; i++) {
		json_array_append_new(ctl, number_json(pmc[i].ctl));
		json_array_append_new(atl, number_json(pmc[i].atl));
		json_array_append_new(tsb, number_json(pmc[i].tsb));
	}
	*ret = json_pack("{s:o, s:o, s:o, s:o}", "ctl", ctl, "atl", atl, "tsb", tsb, "ramp",
		number_json(days_pmc_ramp(pmc, daily.n)));
	return 0;
}

int run_streaks(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list daily = { 0 };
	int r = list_get(input, "daily", &daily);
	if (r < 0)
		return r;
	json_t *result = json_object();
	number_set(result, "hard", (double)days_hard_streak(daily.values, daily.n));
	number_set(result, "run", (double)days_run_streak(daily.values, daily.n));
	*ret = result;
	return 0;
}

int run_session_spike(const json_t *input, json_t **ret)
{
	const json_t *list = json_object_get(input, "sessions");
	size_t n = json_array_size(list);
	AUTO_FREE struct spike_session *sessions = calloc(n + 1, sizeof *sessions);
	if (!sessions)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		sessions[i].start_s = number_get(item, "start_utc", (double)NAN);
		sessions[i].distance_m = number_get(item, "distance_m", (double)NAN);
	}
	double index = number_get(input, "index", -1.0);
	if (!(index >= 0.0 && index < (double)n))
		return -EINVAL;
	struct days_spike spike;
	days_session_spike(sessions, n, (size_t)index, &spike);
	json_t *result = json_object();
	number_set(result, "ratio", spike.ratio);
	json_object_set_new(result, "class", json_string(spike_class_names[spike.class]));
	number_set(result, "prior_runs", (double)spike.prior_runs);
	*ret = result;
	return 0;
}

static json_t *date_json(int32_t day)
{
	time_t at = (time_t)day * 86400;
	struct tm date;
	char text[32];
	if (!gmtime_r(&at, &date) || strftime(text, sizeof text, "%Y-%m-%d", &date) == 0)
		return json_null();
	return json_string(text);
}

static json_t *totals_json(const struct day_totals *totals)
{
	json_t *result = json_object();
	bool any = totals->days_n > 0;
	json_object_set_new(
		result, "first_day", any ? json_real((double)totals->first_day) : json_null());
	json_object_set_new(result, "first_date", any ? date_json(totals->first_day) : json_null());
	json_object_set_new(result, "totals", list_json(totals->loads, totals->days_n));
	return result;
}

int run_daily_totals(const json_t *input, json_t **ret)
{
	const json_t *list = json_object_get(input, "activities");
	size_t n = json_array_size(list);
	AUTO_FREE struct day_activity *activities = calloc(n + 1, sizeof *activities);
	if (!activities)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		double offset_s = number_get(item, "offset_s", (double)NAN);
		activities[i] = (struct day_activity) {
			.start_utc_s = (int64_t)floor(number_get(item, "start_utc", 0.0)),
			.has_offset = !isnan(offset_s),
			.offset_s = isnan(offset_s) ? 0 : (int32_t)offset_s,
			.load = number_get(item, "load", (double)NAN),
		};
	}
	struct day_totals totals = { 0 };
	int r = days_totals(activities, n, (int32_t)number_get(input, "as_of_day", 0.0),
		(int32_t)number_get(input, "default_offset_s", 0.0),
		(int32_t)number_get(input, "day_start_hour", 0.0), &totals);
	if (r < 0)
		return r;
	*ret = totals_json(&totals);
	free(totals.loads);
	return 0;
}

static json_t *shift_json(const struct wellness_shift *shift)
{
	json_t *result = json_object();
	number_set(result, "recent", shift->recent);
	number_set(result, "base", shift->base);
	number_set(result, "sd", shift->sd);
	number_set(result, "z", shift->z);
	return result;
}

int run_hrv_shift(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list nights = { 0 };
	int r = list_get(input, "rmssd_ms", &nights);
	if (r < 0)
		return r;
	struct wellness_shift shift;
	wellness_hrv_shift(nights.values, nights.n, &shift);
	enum wellness_state state = wellness_state_of(&shift);
	json_t *result = shift_json(&shift);
	json_object_set_new(result, "state",
		state == WELLNESS_UNKNOWN ? json_null() : json_string(wellness_state_names[state]));
	*ret = result;
	return 0;
}

int run_rhr_shift(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list nights = { 0 };
	int r = list_get(input, "bpm", &nights);
	if (r < 0)
		return r;
	struct wellness_shift shift;
	wellness_rhr_shift(nights.values, nights.n, &shift);
	*ret = shift_json(&shift);
	return 0;
}

int run_stress_day(const json_t *input, json_t **ret)
{
	CLEANUP(list_done) struct number_list samples = { 0 };
	int r = list_get(input, "samples", &samples);
	if (r < 0)
		return r;
	struct wellness_stress stress;
	wellness_stress_day(samples.values, samples.n, &stress);
	json_t *result = json_object();
	number_set(result, "mean", stress.mean);
	number_set(result, "high_share", stress.high_share);
	number_set(result, "valid", (double)stress.valid);
	*ret = result;
	return 0;
}

int run_sleep_hours(const json_t *input, json_t **ret)
{
	const json_t *list = json_object_get(input, "levels");
	size_t n = json_array_size(list);
	AUTO_FREE struct sleep_level *levels = calloc(n + 1, sizeof *levels);
	if (!levels)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		levels[i].t_s = json_number_value(json_array_get(item, 0));
		levels[i].level = (int)json_number_value(json_array_get(item, 1));
	}
	double hours = wellness_sleep_hours(levels, n, number_get(input, "end_t", (double)NAN));
	json_t *result = json_object();
	number_set(result, "hours", hours);
	*ret = result;
	return 0;
}
