/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_DAY 80
#define LONG_DAY 290

static int32_t even_day_of(const void *context, double at_h)
{
	(void)context;
	return (int32_t)floor(at_h / 24);
}

static double even_instant_of(const void *context, int32_t day, double hour)
{
	(void)context;
	return 24.0 * day + hour;
}

const struct calendar even_calendar = { even_day_of, even_instant_of, NULL };

static double dst_midnight(int32_t day)
{
	return 24.0 * day - (day > SHORT_DAY ? 1 : 0) + (day > LONG_DAY ? 1 : 0);
}

static int32_t dst_day_of(const void *context, double at_h)
{
	(void)context;
	int32_t day = (int32_t)floor(at_h / 24) + 1;
	while (dst_midnight(day) > at_h)
		day--;
	return day;
}

static double dst_instant_of(const void *context, int32_t day, double hour)
{
	(void)context;
	double at_h = dst_midnight(day) + hour;
	if (day == SHORT_DAY && hour >= 3)
		return at_h - 1;
	return day == LONG_DAY && hour >= 3 ? at_h + 1 : at_h;
}

const struct calendar dst_calendar = { dst_day_of, dst_instant_of, NULL };

void season_init(struct season *season, const struct calendar *calendar)
{
	*season = (struct season) {
		.sessions = calloc(SEASON_MAX, sizeof *season->sessions),
		.wellness = calloc(SEASON_MAX, sizeof *season->wellness),
		.massages = calloc(SEASON_MAX, sizeof *season->massages),
		.reports = calloc(SEASON_MAX, sizeof *season->reports),
		.flags = calloc(SEASON_MAX, sizeof *season->flags),
		.random = 1,
	};
	if (!season->sessions || !season->wellness || !season->massages || !season->reports ||
		!season->flags)
		abort();
	season->history = (struct strain_history) {
		.sessions = season->sessions,
		.wellness = season->wellness,
		.massages = season->massages,
		.reports = season->reports,
		.flags = season->flags,
		.calendar = *calendar,
	};
}

void season_done(struct season *season)
{
	free(season->sessions);
	free(season->wellness);
	free(season->massages);
	free(season->reports);
	free(season->flags);
}

static void count(size_t *n)
{
	if (++*n > SEASON_MAX)
		abort();
}

struct strain_session *season_run(struct season *season, int32_t day, double end_hour, double km)
{
	const struct calendar *calendar = &season->history.calendar;
	struct strain_session *run = &season->sessions[season->history.sessions_n];
	count(&season->history.sessions_n);
	double end_h = calendar->instant_of(calendar->context, day, end_hour);
	*run = (struct strain_session) {
		.start_h = end_h - km * 5.5 / 60,
		.end_h = end_h,
		.day = day,
		.load = 6 * km,
		.distance_km = km,
		.dose = 18 * km,
		.down = 0,
		.damage_steps = { 900 * km, 850 * km, 800 * km },
		.region_steps = { (double)NAN },
		.form_drift = (double)NAN,
		.feel = (double)NAN,
	};
	return run;
}

void season_weeks(struct season *season, int32_t first_day, int32_t last_day)
{
	static const double week[] = { 0, 9, 8, 0, 10, 6, 17 };
	for (int32_t day = first_day; day <= last_day; day++)
		if (week[day % 7] > 0)
			(void)season_run(season, day, 19, week[day % 7]);
}

struct wellness_day *season_night(struct season *season, int32_t day)
{
	struct wellness_day *night = &season->wellness[season->history.wellness_n];
	count(&season->history.wellness_n);
	*night = (struct wellness_day) {
		.day = day,
		.resting_hr_bpm = 50 + day % 3,
		.hrv_rmssd_ms = 60 + day % 5,
		.stress_avg = 30 + day % 4,
		.sleep_h = 7.5,
	};
	return night;
}

void season_massage(struct season *season, double at_h, double minutes)
{
	season->massages[season->history.massages_n] = (struct strain_massage) { at_h, minutes };
	count(&season->history.massages_n);
}

void season_report(struct season *season, double at_h, double soreness, uint32_t regions)
{
	season->reports[season->history.reports_n] =
		(struct strain_report) { at_h, soreness, regions };
	count(&season->history.reports_n);
}

void season_flag(struct season *season, double from_h, double to_h)
{
	season->flags[season->history.flags_n] = (struct strain_flag) { from_h, to_h };
	count(&season->history.flags_n);
}

double season_random(struct season *season, double lo, double hi)
{
	season->random = season->random * 1664525u + 1013904223u;
	return lo + (hi - lo) * (season->random >> 8) / 16777216.0;
}

void season_at_random(struct season *season, uint32_t seed, int32_t days)
{
	season->random = seed;
	for (int32_t day = 0; day < days; day++) {
		double hour = 0;
		while (season_random(season, 0, 1) < 0.6 && hour < 14) {
			double km = season_random(season, 2, 14);
			hour += km * 5.5 / 60 + season_random(season, 0.5, 8);
			struct strain_session *run = season_run(season, day, hour, km);
			run->down = season_random(season, 0, 1) < 0.2 ? run->dose : 0;
			if (season_random(season, 0, 1) < 0.1)
				run->dose = (double)NAN;
			if (season_random(season, 0, 1) < 0.1)
				run->form_drift = season_random(season, 0, 0.1);
			for (size_t i = 0; i < REGION_COUNT; i++)
				run->region_steps[i] = season_random(season, 100, 900) * km;
		}
		if (season_random(season, 0, 1) < 0.9) {
			struct wellness_day *night = season_night(season, day);
			night->resting_hr_bpm = season_random(season, 45, 58);
			night->hrv_rmssd_ms = season_random(season, 40, 90);
			night->stress_avg = season_random(season, 20, 60);
			night->sleep_h = season_random(season, 4, 9);
		}
		if (season_random(season, 0, 1) < 0.05)
			season_massage(season, 24.0 * day + 20, season_random(season, 1, 60));
		if (season_random(season, 0, 1) < 0.1)
			season_report(season, 24.0 * day + season_random(season, 0, 24),
				season_random(season, 0, 10), season_random(season, 0, 1) < 0.5);
	}
}

void season_until(const struct season *season, double at_h, struct season *ret)
{
	const struct strain_history *all = &season->history;
	season_init(ret, &all->calendar);
	struct strain_history *known = &ret->history;
	for (size_t i = 0; i < all->sessions_n; i++)
		if (all->sessions[i].end_h <= at_h)
			ret->sessions[known->sessions_n++] = all->sessions[i];
	for (size_t i = 0; i < all->wellness_n; i++)
		if (all->wellness[i].day <= all->calendar.day_of(all->calendar.context, at_h))
			ret->wellness[known->wellness_n++] = all->wellness[i];
	for (size_t i = 0; i < all->massages_n; i++)
		if (all->massages[i].at_h <= at_h)
			ret->massages[known->massages_n++] = all->massages[i];
	for (size_t i = 0; i < all->reports_n; i++)
		if (all->reports[i].at_h <= at_h)
			ret->reports[known->reports_n++] = all->reports[i];
	memcpy(ret->flags, season->flags, all->flags_n * sizeof *ret->flags);
	known->flags_n = all->flags_n;
}
