/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A made-up history for tests of the strain model: runs at local times on a calendar of 24-hour days, or
 * on one whose clocks change twice. Hours count from 00:00 of day 0. */

#include "strain/strain.h"

#define SEASON_MAX 4096u

struct season {
	struct strain_session *sessions; /* owned; room for SEASON_MAX each */
	struct wellness_day *wellness;
	struct strain_massage *massages;
	struct strain_report *reports;
	struct strain_flag *flags;
	struct strain_history history; /* borrows them */
	uint32_t random;
};

/* Days of 24 hours. */
extern const struct calendar even_calendar;

/* Day 80 has 23 hours (02:00 to 03:00 is missing), day 290 has 25. */
extern const struct calendar dst_calendar;

void season_init(struct season *season, const struct calendar *calendar);
void season_done(struct season *season);

/* A run that ends at `end_hour` of a day: 5.5 min and 6 load units a km, dose and steps known. */
struct strain_session *season_run(struct season *season, int32_t day, double end_hour, double km);

/* The same runs every week from first_day up to last_day: 9, 8, 10, 6 and 17 km. */
void season_weeks(struct season *season, int32_t first_day, int32_t last_day);

/* An unremarkable night and day. */
struct wellness_day *season_night(struct season *season, int32_t day);

void season_massage(struct season *season, double at_h, double minutes);
void season_report(struct season *season, double at_h, double soreness, uint32_t regions);
void season_flag(struct season *season, double from_h, double to_h);

/* lo...hi, from a generator of the season's own. */
double season_random(struct season *season, double lo, double hi);

/* Runs of any length at any hour of most days, nights with holes, a few massages and reports. */
void season_at_random(struct season *season, uint32_t seed, int32_t days);

/* A copy that holds only what had happened, and was known, at an instant. */
void season_until(const struct season *season, double at_h, struct season *ret);
