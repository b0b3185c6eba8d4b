/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated years: five invented runners, twenty seeds, two years each, the second one counted. Sessions come
 * straight from a generator (four-week waves, long runs that grow towards a race, a taper and a rest around it, three
 * weeks off a year and two to come back, skipped days), not from files; no nights, no massages; plugged in 0.7 h after each run. Prints messages a year beside those of the model's
 * specification, whose runners were invented independently: the same order of size is what is wanted. */
#include "base/cleanup.h"
#include "strain/replay.h"
#include "support/season.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 20u
#define YEAR 365
#define DAYS (2 * YEAR)
#define WEEK 7

struct race {
	int32_t day; /* of the year */
	double km, intensity, down_m;
	/* Of a race that the training leads up to: the longest run before it, and in how many weeks the long runs grow to
	 * that. Three weeks before it they are longest, then comes the taper; after it the legs get their rest. 0: a
	 * race on the way. */
	double peak_long_km;
	int32_t build_weeks;
};

struct runner {
	const char *name;
	double week_km[WEEK]; /* Monday first; 0: rest */
	int quick_day;        /* run at tempo; -1: none */
	double long_down_m;   /* downhill metres of the long run */
	double skip;          /* share of runs that do not happen */
	double noise;         /* relative, of a distance */
	struct race races[4];
	double wanted[SENSITIVITY_COUNT]; /* messages a year in the specification */
	double wanted_of[INDICATION_COUNT];
	double least, most; /* accepted at normal */
};

static const struct runner runners[] = {
	{ "casual", { 0, 7, 0, 0, 7, 0, 10 }, -1, 0, 0.12, 0.12,
		{ { 120, 10, 1.0, 0, 0, 0 }, { 270, 10, 1.0, 0, 0, 0 } }, { 1.9, 3.8, 6.5 },
		{ 0.0, 2.8, 1.1, 0.0, 0 }, 3, 8 },
	{ "beginner", { 0, 7.5, 0, 7.5, 0, 0, 9.5 }, -1, 0, 0.30, 0.30,
		{ { 150, 5, 1.0, 0, 0, 0 }, { 300, 10, 0.98, 0, 0, 0 } }, { 6.6, 11.4, 16.5 },
		{ 0.5, 10.5, 0.2, 0.5, 0 }, 0, 12 },
	{ "half", { 0, 9, 0, 10, 0, 5, 14 }, 3, 0, 0.10, 0.12,
		{ { 110, 21.1, 0.94, 0, 19, 8 }, { 200, 10, 1.0, 0, 0, 0 },
			{ 280, 21.1, 0.94, 0, 19, 8 }, { 320, 10, 1.0, 0, 0, 0 } },
		{ 5.5, 9.5, 14.6 }, { 0.0, 2.5, 3.0, 7.6, 0 }, 5, 12 },
	{ "marathon", { 0, 11, 10, 0, 13, 7, 19 }, 2, 0, 0.08, 0.10,
		{ { 70, 10, 1.0, 0, 0, 0 }, { 98, 21.1, 0.94, 0, 0, 0 },
			{ 119, 42.2, 0.86, 0, 30, 12 }, { 285, 42.2, 0.86, 0, 30, 12 } },
		{ 4.0, 7.4, 16.1 }, { 1.1, 2.8, 2.5, 4.6, 0 }, 6, 14 },
	{ "trail", { 0, 7, 0, 9, 0, 5, 17 }, -1, 450, 0.12, 0.15,
		{ { 130, 25, 0.85, 1200, 0, 0 }, { 190, 32, 0.80, 2000, 0, 0 },
			{ 260, 25, 0.85, 1200, 0, 0 } },
		{ 5.9, 10.1, 15.8 }, { 0.0, 3.9, 3.9, 8.0, 0 }, 8, 18 },
};

static double normal(struct season *season)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += season_random(season, 0, 1);
	return sum;
}

/* Load and dose by the formulas of docs/metrics.md for an even run at a share of the threshold speed of 3.3 m/s. */
static void add_run(struct season *season, int32_t day, double km, double intensity, double down_m)
{
	double hours = km / (3.3 * 3.6 * intensity);
	struct strain_session *run =
		season_run(season, day, day % WEEK == 6 ? 10 + hours : 18 + hours, km);
	run->start_h = run->end_h - hours;
	run->load = 100 * hours * intensity * intensity;
	run->down = 2 * down_m;
	run->dose = run->down + 18 * km * pow(intensity / 0.75, 3);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		run->damage_steps[i] = 1000 * km * (1 + 1.2 * fmax(0, intensity - 0.75));
}

static const struct race *race_on(const struct runner *runner, int32_t day)
{
	for (size_t i = 0; i < ARRAY_SIZE(runner->races); i++)
		if (runner->races[i].km > 0 && day % YEAR / WEEK == runner->races[i].day / WEEK &&
			day % WEEK == 6)
			return &runner->races[i];
	return NULL;
}

/* What a race ahead, or just run, makes of a day's distance. */
static double planned_km(const struct runner *runner, int32_t day, double km)
{
	static const double taper[] = { 1, 0.6, 0.8 }, after_half[] = { 1, 0.6, 0.85 },
			    after_marathon[] = { 1, 0.3, 0.6, 0.8 };
	double factor = 1, long_km = km;
	for (size_t i = 0; i < ARRAY_SIZE(runner->races); i++) {
		const struct race *race = &runner->races[i];
		int32_t ahead = race->day / WEEK - day % YEAR / WEEK;
		if (!race->build_weeks)
			continue;
		bool marathon = race->km > 30;
		if (ahead == 1 || ahead == 2)
			factor = taper[ahead];
		else if (ahead < 0 && -ahead <= (marathon ? 3 : 2))
			factor = (marathon ? after_marathon : after_half)[-ahead];
		else if (ahead >= 3 && ahead < 3 + race->build_weeks)
			long_km = fmax(km, km + (race->peak_long_km - km) *
							   (race->build_weeks + 3 - ahead) /
							   race->build_weeks);
	}
	return factor * (day % WEEK == 6 ? long_km : km);
}

/* The first weeks after three without running. */
static double return_factor(int32_t of_year, int32_t off_week)
{
	int32_t back = of_year - off_week - 3;
	return back == 0 ? 0.6 : back == 1 ? 0.8 : 1;
}

static void live(const struct runner *runner, uint32_t seed, struct season *season)
{
	static const double wave[] = { 0.95, 1.03, 1.12, 0.75 };
	season->random = seed * 2654435761u + 17;
	int32_t off_week = 28 + (int32_t)season_random(season, 0, 6);
	for (int32_t day = 0; day < DAYS; day++) {
		int32_t week = day / WEEK, of_year = day % YEAR / WEEK;
		const struct race *race = race_on(runner, day);
		double km = planned_km(runner, day, runner->week_km[day % WEEK]) * wave[week % 4] *
			    return_factor(of_year, off_week);
		bool skipped = season_random(season, 0, 1) < runner->skip;
		km *= fmax(0.4, 1 + runner->noise * normal(season));
		if (of_year >= off_week && of_year < off_week + 3)
			continue;
		if (race) {
			add_run(season, day, race->km, race->intensity, race->down_m);
			continue;
		}
		if (skipped || km < 1)
			continue;
		bool quick = day % WEEK == runner->quick_day, is_long = day % WEEK == 6;
		double easy = 0.74 + 0.02 * normal(season);
		add_run(season, day, km, quick ? 0.88 : easy, is_long ? runner->long_down_m : 0);
	}
}

/* What was said in the second year of one life. */
struct count {
	double messages, suppressed;
	double of[INDICATION_COUNT];
};

static int on_look(const struct said_record *record, void *userdata)
{
	struct count *count = userdata;
	if (record->scores.today < YEAR)
		return 0;
	count->messages += record->of_n > 0;
	count->suppressed += record->suppressed_n > 0;
	for (size_t i = 0; i < record->of_n; i++)
		count->of[record->of[i].indication]++;
	return 0;
}

/* The mean, lowest and highest of all seeds. */
struct years {
	struct count mean;
	double lowest, highest, km;
};

static void measure(
	const struct runner *runner, const struct policy_settings *settings, struct years *ret)
{
	*ret = (struct years) { .lowest = INFINITY };
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		CLEANUP(season_done) struct season season;
		season_init(&season, &even_calendar);
		live(runner, seed, &season);
		struct strain_model *model = NULL;
		struct count count = { 0 };
		struct replay_plan plan = { *settings, REPLAY_PLUG_IN_H, 0, 24.0 * DAYS };
		if (strain_model_new(&season.history, &model) < 0 ||
			replay_run(model, &season.history, &plan, on_look, &count) < 0)
			abort();
		for (size_t i = 0; i < season.history.sessions_n; i++)
			ret->km += season.sessions[i].distance_km / SEEDS / DAYS * WEEK;
		model = strain_model_free(model);
		ret->mean.messages += count.messages / SEEDS;
		ret->mean.suppressed += count.suppressed / SEEDS;
		for (size_t i = 0; i < INDICATION_COUNT; i++)
			ret->mean.of[i] += count.of[i] / SEEDS;
		ret->lowest = fmin(ret->lowest, count.messages);
		ret->highest = fmax(ret->highest, count.messages);
	}
}

static void print_runner(const struct runner *runner)
{
	struct years years[SENSITIVITY_COUNT], morning;
	for (int s = 0; s < SENSITIVITY_COUNT; s++)
		measure(runner, &(struct policy_settings) { (enum sensitivity)s, TIMING_NOW },
			&years[s]);
	measure(runner, &(struct policy_settings) { SENSITIVITY_NORMAL, TIMING_MORNING }, &morning);
	(void)printf("%-9s %5.0f", runner->name, years[SENSITIVITY_NORMAL].km);
	for (int s = 0; s < SENSITIVITY_COUNT; s++)
		(void)printf("  %5.1f (%2.0f-%2.0f) [%4.1f]", years[s].mean.messages,
			years[s].lowest, years[s].highest, runner->wanted[s]);
	(void)printf("  %7.1f  %5.1f  ", morning.mean.messages,
		years[SENSITIVITY_NORMAL].mean.suppressed);
	for (size_t i = 0; i < INDICATION_STRESS; i++)
		(void)printf("  %5.1f [%4.1f]", years[SENSITIVITY_NORMAL].mean.of[i],
			runner->wanted_of[i]);
	double mean = years[SENSITIVITY_NORMAL].mean.messages;
	bool met = mean >= runner->least && mean <= runner->most;
	(void)printf("%s\n", met ? "" : "  outside");
}

int main(void)
{
	(void)printf("messages a year, mean of %u seeds (lowest-highest) [in the specification]; "
		     "then by indication at "
		     "normal\n\n",
		SEEDS);
	(void)printf("%-9s %5s  %-20s  %-20s  %-20s  %7s  %5s   %13s %13s %13s %13s\n", "runner",
		"km/wk", "quiet", "normal", "eager", "morning", "held", "tension", "load jump",
		"soreness", "recovery");
	for (size_t i = 0; i < ARRAY_SIZE(runners); i++)
		print_runner(&runners[i]);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
