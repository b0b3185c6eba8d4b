/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/replay_view.h"

#include "cli/human.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "cli/text_width.h"

#include "base/cleanup.h"
#include "decide/body.h"
#include "decide/view.h"
#include "ipc/json_text.h"
#include "strain/texts.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define WEEK_DAYS 7
/* On a narrower terminal the little chart of the days is left out, and then what the week was. */
#define WIDTH_OF_DAYS 86u
#define WIDTH_OF_SCORES 50u
#define WIDTH_OF_SUMS 77u
#define LOAD_OF_FULL_BAR 150.0 /* a day of three easy hours fills the chart */

void replay_view_init(struct replay_view *view, const struct cli_context *context,
	const struct situation *situation)
{
	*view = (struct replay_view) { .context = context,
		.situation = situation,
		.bars = isatty(STDOUT_FILENO) == 1,
		.width = lines_width(stdout),
		.week_day = INT32_MIN };
	view->narrow = view->width && view->width < WIDTH_OF_SUMS;
	view->tight = view->width && view->width < WIDTH_OF_SCORES;
}

/* One of eight heights; a blank for nothing at all. */
static const char *bar(double value, double full)
{
	static const char *const bars[] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588" };
	if (!(value > 0))
		return " ";
	const size_t highest = ARRAY_SIZE(bars) - 1;
	double step = floor(value / full * (double)(highest + 1));
	return bars[(size_t)fmin(step, (double)highest)];
}

static int32_t monday_of(int32_t day)
{
	int32_t behind = (day + 3) % WEEK_DAYS; /* day 0 was a Thursday */
	return day - (behind < 0 ? behind + WEEK_DAYS : behind);
}

/* Columns of the five. */
static const char *const titles[INDICATION_COUNT] = { [INDICATION_TENSION] = "tension",
	[INDICATION_INJURY_RISK] = "jump",
	[INDICATION_SORENESS] = "soreness",
	[INDICATION_RECOVERY] = "recovery",
	[INDICATION_STRESS] = "stress" };

static const char *const short_titles[INDICATION_COUNT] = { [INDICATION_TENSION] = "tens",
	[INDICATION_INJURY_RISK] = "jump",
	[INDICATION_SORENESS] = "sore",
	[INDICATION_RECOVERY] = "recov",
	[INDICATION_STRESS] = "stress" };

/* Columns of a score, without the blanks before it. */
static int score_width(const struct replay_view *view, size_t i)
{
	return view->tight ? 4 : (int)text_width(view->narrow ? short_titles[i] : titles[i]);
}

static const char *gap(const struct replay_view *view)
{
	return view->tight ? " " : "  ";
}

static void print_titles(const struct replay_view *view)
{
	(void)fputs(cli_style(view->context, STYLE_DIM), stdout);
	(void)fputs(view->tight    ? "week of    load"
		    : view->narrow ? "week of     load"
				   : "week of        km   load  CTL  ATL",
		stdout);
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		(void)printf("%s%.*s", gap(view), score_width(view, i),
			view->narrow ? short_titles[i] : titles[i]);
	(void)printf("%s\n", cli_style(view->context, STYLE_PLAIN));
}

static void print_scores(const struct replay_view *view)
{
	double on = policy_on(view->situation->settings.sensitivity, INDICATION_TENSION);
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		double score = view->highest[i];
		int width = score_width(view, i);
		enum style style = score >= on ? STYLE_WARN : STYLE_PLAIN;
		(void)fputs(cli_style(view->context, style), stdout);
		if (isnan(score))
			(void)printf("%s%*s", gap(view), width, "-");
		else if (view->bars && !view->narrow)
			(void)printf("  %*.0f %s", width - 2, score, bar(score, 100));
		else
			(void)printf("%s%*.0f", gap(view), width, score);
		(void)fputs(cli_style(view->context, STYLE_PLAIN), stdout);
	}
}

/* The week under way is over. */
static void print_week(struct replay_view *view)
{
	if (view->week_day == INT32_MIN)
		return;
	const struct strain_model *model = view->situation->model;
	struct strain_day sums = { 0 }, days[WEEK_DAYS];
	for (int i = 0; i < WEEK_DAYS; i++) {
		strain_day(model, view->week_day + i, &days[i]);
		sums.load += days[i].load;
		sums.distance_km += days[i].distance_km;
	}
	const struct calendar *calendar = strain_calendar(model);
	double noon_h = calendar->instant_of(calendar->context, view->week_day, 12);
	char date[HUMAN_BYTES];
	(void)human_time(ms_of_hours(noon_h), date);
	if (view->narrow)
		(void)printf("%.10s%s%4.0f", date, gap(view), sums.load);
	else
		(void)printf("%.10s  %5.1f  %5.0f  %3.0f  %3.0f", date, sums.distance_km, sums.load,
			days[WEEK_DAYS - 1].ctl, days[WEEK_DAYS - 1].atl);
	print_scores(view);
	if (view->bars && view->width >= WIDTH_OF_DAYS) {
		(void)fputs("  ", stdout);
		for (int i = 0; i < WEEK_DAYS; i++)
			(void)fputs(bar(days[i].load, LOAD_OF_FULL_BAR), stdout);
	}
	(void)putchar('\n');
}

static void begin_week(struct replay_view *view, int32_t monday)
{
	if (view->week_day == INT32_MIN)
		print_titles(view);
	print_week(view);
	view->week_day = monday;
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		view->highest[i] = (double)NAN;
}

static void print_said(const struct replay_view *view, const struct said_record *record)
{
	char at[HUMAN_BYTES], title[TEXTS_TITLE_BYTES], body[TEXTS_BODY_BYTES];
	const struct calendar *calendar = strain_calendar(view->situation->model);
	(void)said_title(record, title, sizeof title);
	(void)said_body(record, calendar, body, sizeof body);
	(void)human_time(ms_of_hours(record->at_h), at);
	(void)printf("\n%s%s  ", cli_style(view->context, STYLE_BOLD), at);
	lines_print(stdout, title, (unsigned)strlen(at) + 2, 2, view->width);
	(void)printf("%s\n  ", cli_style(view->context, STYLE_PLAIN));
	lines_print(stdout, body, 2, 2, lines_width(stdout));
	(void)puts("\n");
}

static int print_json(const struct replay_view *view, const struct said_record *record)
{
	const struct calendar *calendar = strain_calendar(view->situation->model);
	json_auto_t *object = json_pack("{s:o,s:o,s:o}", "at", view_instant(record->at_h), "scores",
		view_scores(&record->scores), "alert", body_alert(record, calendar));
	return object ? json_print(stdout, object) : -ENOMEM;
}

int replay_view_look(const struct said_record *record, void *userdata)
{
	struct replay_view *view = userdata;
	bool said = record->of_n || record->rest_first;
	view->imports += record->kind == RECORD_IMPORT;
	view->suggestions += record->of_n > 0;
	view->rests += record->rest_first;
	view->suppressed += record->suppressed_n > 0;
	if (view->context->json)
		return print_json(view, record);
	int32_t monday = monday_of(record->scores.today);
	if (monday != view->week_day)
		begin_week(view, monday);
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (record->scores.of[i].evaluated)
			view->highest[i] = fmax(view->highest[i], record->scores.of[i].score);
	if (said)
		print_said(view, record);
	return 0;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void replay_view_end(struct replay_view *view)
{
	if (view->context->json)
		return;
	print_week(view);
	char sums[160];
	(void)snprintf(sums, sizeof sums,
		"%zu plug-in%s, %zu suggestion%s, %zu time%s \"rest first\", %zu held back by the "
		"budget",
		view->imports, plural(view->imports), view->suggestions, plural(view->suggestions),
		view->rests, plural(view->rests), view->suppressed);
	(void)putchar('\n');
	lines_print(stdout, sums, 0, 0, view->width);
	(void)putchar('\n');
}
