/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead parse: what is in these files? Decodes in the sandboxed helper and stores nothing. */

#include "cli/verbs.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/human.h"
#include "cli/open_file.h"
#include "cli/say.h"
#include "cli/table.h"
#include "helper/helper.h"
#include "ipc/json_text.h"
#include "ipc/report_json.h"
#include "util/zone.h"

#include <errno.h>
#include <string.h>

/* One argument and what became of it. */
struct outcome {
	struct report report;
	bool missing;
};

static void outcome_done(struct outcome *outcome)
{
	report_done(&outcome->report);
}

/* Parses one file. A helper that was ended from outside is tried once more. */
static int parse_one(const char *helper, const char *path, struct outcome *ret)
{
	char why[OPEN_WHY_BYTES];
	AUTO_CLOSE int fd = -EBADF;
	if (open_file(path, &fd, &ret->missing, why) < 0) {
		(void)snprintf(ret->report.why, sizeof ret->report.why, "%s", why);
		return 0;
	}
	struct parse_request request;
	parse_request_init(&request);
	struct helper_job job = { .path = helper, .input_fd = fd, .request = &request };
	enum verdict verdict = VERDICT_ENDED;
	int r = 0;
	for (int tries = 0; r == 0 && verdict == VERDICT_ENDED && tries < 2; tries++)
		r = helper_run_parse(&job, &ret->report, &verdict);
	return r;
}

static void print_head(
	const struct cli_context *context, const struct report *report, const char *path)
{
	static const char *const formats[FILE_FORMAT_COUNT] = {
		[FILE_FORMAT_FIT] = "FIT", [FILE_FORMAT_TCX] = "TCX"
	};
	char name[4096];
	(void)utf8_clean(path, strlen(path), name, sizeof name);
	(void)printf(
		"%s%s%s", cli_style(context, STYLE_BOLD), name, cli_style(context, STYLE_PLAIN));
	if (report->format != FILE_FORMAT_UNKNOWN)
		(void)printf("  %s", formats[report->format]);
	if (!report->why[0])
		(void)printf(" %s", file_kind_names[report->kind]);
	if (report->manufacturer_name[0])
		(void)printf(", %s", report->manufacturer_name);
	if (report->device.product_name[0])
		(void)printf("%s%s", report->manufacturer_name[0] ? " " : ", ",
			report->device.product_name);
	if (report->device.has_serial)
		(void)printf(", serial %u", report->device.serial);
	if (!report->valid)
		(void)printf("  %s%s%s", cli_style(context, STYLE_BAD),
			report->why[0] ? "refused" : "not valid", cli_style(context, STYLE_PLAIN));
	(void)putchar('\n');
}

/* What a sample says, else what the file's summary says. */
static double either(double computed, double stated)
{
	return isnan(computed) ? stated : computed;
}

static void activity_row(struct table *table, const struct report_activity *activity)
{
	const struct activity_summary *s = &activity->summary;
	const struct activity_numbers *n = &activity->numbers;
	char text[HUMAN_BYTES];
	const char *sport = s->has_sport ? sport_name(s->sport) : NULL;
	const char *sub = s->has_sub_sport && s->sub_sport ? sub_sport_name(s->sub_sport) : NULL;
	table_cell(table, STYLE_PLAIN, "%s",
		s->has_utc_offset ? human_time_at(s->start_ms, s->utc_offset_s, text)
				  : human_time(s->start_ms, text));
	table_cell(
		table, STYLE_PLAIN, "%s%s%s", sport ? sport : "-", sub ? ", " : "", sub ? sub : "");
	table_cell(table, STYLE_PLAIN, "%s",
		human_duration(either(s->stated.timer_s, n->timer_s), text));
	table_cell(table, STYLE_PLAIN, "%s",
		human_distance(either(n->distance_m, s->stated.distance_m), text));
	table_cell(table, STYLE_PLAIN, "%s",
		human_number(either(n->ascent_m, s->stated.ascent_m), 0, "m", text));
	table_cell(table, STYLE_PLAIN, "%s",
		human_number(either(n->hr_avg_bpm, s->stated.hr_avg_bpm), 0, "", text));
	table_cell(table, STYLE_PLAIN, "%s",
		human_number(either(n->hr_max_bpm, s->stated.hr_max_bpm), 0, "", text));
	table_cell(table, STYLE_PLAIN, "%u", s->records);
	table_cell(table, STYLE_BOLD, "%s", human_number(n->load, 1, "", text));
	table_cell(table, STYLE_PLAIN, "%s",
		n->load_source == LOAD_NONE ? "-" : load_source_names[n->load_source]);
}

static int print_activities(const struct cli_context *context, const struct report *report)
{
	static const struct table_column columns[] = { { "start", ALIGN_LEFT },
		{ "sport", ALIGN_LEFT }, { "time", ALIGN_RIGHT }, { "distance", ALIGN_RIGHT },
		{ "climb", ALIGN_RIGHT }, { "hr", ALIGN_RIGHT }, { "max", ALIGN_RIGHT },
		{ "records", ALIGN_RIGHT }, { "load", ALIGN_RIGHT }, { "from", ALIGN_LEFT } };
	if (!report->activities_n)
		return 0;
	CLEANUP(table_freep) struct table *table = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);
	if (r < 0)
		return r;
	for (size_t i = 0; i < report->activities_n; i++)
		activity_row(table, &report->activities[i]);
	return table_print(table, context, 2, stdout);
}

static int print_day(const struct wellness_day *day, double sleep_score, void *userdata)
{
	(void)userdata;
	char text[5][HUMAN_BYTES], date[HUMAN_BYTES];
	(void)printf("  %.10s  resting hr %s, stress %s, hrv %s, sleep %s",
		human_time_at((int64_t)day->day * 86400000, 0, date),
		human_number(day->resting_hr_bpm, 0, "bpm", text[0]),
		human_number(day->stress_avg, 0, "", text[1]),
		human_number(day->hrv_rmssd_ms, 0, "ms", text[2]),
		human_number(day->sleep_h, 1, "h", text[3]));
	if (!isnan(sleep_score))
		(void)printf(", score %s", human_number(sleep_score, 0, "", text[4]));
	(void)putchar('\n');
	return 0;
}

static void print_notes(const struct cli_context *context, const struct report *report)
{
	const char *warn = cli_style(context, STYLE_WARN);
	const char *plain = cli_style(context, STYLE_PLAIN);
	if (report->why[0])
		(void)printf("  %s%s%s\n", warn, report->why, plain);
	for (size_t i = 0; i < report->problems_n; i++) {
		const struct report_problem *problem = &report->problems[i];
		if (strcmp(problem->what, report->why) == 0)
			continue;
		(void)printf("  %s%s%s", warn, problem->what, plain);
		if (problem->offset != REPORT_NO_OFFSET)
			(void)printf(" (at byte %llu)", (unsigned long long)problem->offset);
		(void)putchar('\n');
	}
	char text[REPORT_TEXT_BYTES];
	for (size_t i = 0; report->activities_n && i < 2; i++)
		if (report_assumption(&report->activities[0].numbers, i, text))
			(void)printf("  %s\n", text);
}

static int print_human(
	const struct cli_context *context, const struct report *report, const char *path)
{
	print_head(context, report, path);
	int r = print_activities(context, report);
	if (r == 0)
		r = report_each_day(report, print_day, NULL);
	print_notes(context, report);
	return r;
}

static int print_json(const struct report *report, const char *path)
{
	json_auto_t *object = report_to_json(report, path);
	return object ? json_print(stdout, object) : -ENOMEM;
}

/* Says on stderr what could not be used, on stdout what was found. */
static int print(const struct cli_context *context, const struct outcome *outcome, const char *path)
{
	const struct report *report = &outcome->report;
	if (report->why[0])
		(void)cli_fail(0, "cannot use", path, "%s", report->why);
	else if (!report->valid)
		(void)cli_fail(0, "not valid", path, "%s",
			report->problems_n ? report->problems[0].what : "it breaks the format");
	if (context->json)
		return print_json(report, path);
	return report->why[0] ? 0 : print_human(context, report, path);
}

int verb_parse(struct cli_context *context, int count, char **arguments)
{
	AUTO_FREE char *helper = NULL;
	int r = helper_find_parse(&helper);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "cannot find the reader", "kneadd-parse", r);
	(void)zone_set(NULL);
	int missing = 0, failed = 0;
	for (int i = 0; i < count; i++) {
		CLEANUP(outcome_done) struct outcome outcome = { 0 };
		report_init(&outcome.report);
		r = parse_one(helper, arguments[i], &outcome);
		if (r < 0)
			return cli_fail_errno(CLI_STATE, "cannot start the reader", helper, r);
		missing += outcome.missing;
		failed += !outcome.report.valid;
		r = print(context, &outcome, arguments[i]);
		if (r == -ENOMEM)
			return cli_fail_errno(CLI_PART, "cannot print", arguments[i], r);
		if (fflush(stdout) != 0 || r < 0)
			return CLI_PART; /* main says so */
	}
	if (missing == count)
		return CLI_NOTHING;
	return failed ? CLI_PART : CLI_DONE;
}
