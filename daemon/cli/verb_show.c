/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead show ID: one activity with every number and where it came from. */
#include "cli/activity_view.h"
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "ipc/json_text.h"
#include "store/source_title.h"
#include "strain/texts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void row(struct table *table, const char *what, double stated, double computed, int decimals,
	const char *unit)
{
	char text[HUMAN_BYTES];
	if (!isfinite(stated) && !isfinite(computed))
		return;
	table_cell(table, STYLE_PLAIN, "%s", what);
	table_cell(table, STYLE_PLAIN, "%s", human_number(computed, decimals, unit, text));
	table_cell(table, STYLE_DIM, "%s", human_number(stated, decimals, unit, text));
}

static int print_numbers(const struct cli_context *context, const struct stored_activity *stored)
{
	static const struct table_column columns[] = { { "", ALIGN_LEFT },
		{ "from the samples", ALIGN_RIGHT }, { "the file says", ALIGN_RIGHT } };
	const struct activity_stated *stated = &stored->activity.summary.stated;
	const struct activity_numbers *n = &stored->activity.numbers;
	CLEANUP(table_freep) struct table *table = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);
	if (r < 0)
		return r;
	row(table, "timer", stated->timer_s, n->timer_s, 0, "s");
	row(table, "elapsed", stated->elapsed_s, n->elapsed_s, 0, "s");
	row(table, "moving", stated->moving_s, n->moving_s, 0, "s");
	row(table, "distance", stated->distance_m, n->distance_m, 0, "m");
	row(table, "ascent", stated->ascent_m, n->ascent_m, 0, "m");
	row(table, "descent", stated->descent_m, n->descent_m, 0, "m");
	row(table, "heart rate", stated->hr_avg_bpm, n->hr_avg_bpm, 0, "bpm");
	row(table, "highest", stated->hr_max_bpm, n->hr_max_bpm, 0, "bpm");
	row(table, "cadence", stated->cadence_avg_spm, n->cadence_avg_spm, 0, "a minute");
	row(table, "steps", stated->total_strides * 2, n->steps, 0, "");
	row(table, "effort (RPE)", stated->rpe, NAN, 1, "of 10");
	row(table, "felt", stated->feel, NAN, 0, "of 100");
	return table_print(table, context, 2, stdout);
}

static void load_line(FILE *out, const char *name, double value)
{
	if (isfinite(value))
		(void)fprintf(out, "  %s %.1f", name, value);
}

static void print_load(const struct activity_numbers *n)
{
	char text[HUMAN_BYTES];
	AUTO_FREE char *numbers = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *out = open_memstream(&numbers, &size);
	(void)printf("\nLoad %s (%s)\n", human_number(n->load, 1, "", text),
		load_source_names[n->load_source]);
	if (!out)
		return;
	load_line(out, "hrTSS", n->hrtss);
	load_line(out, "rTSS", n->rtss);
	load_line(out, "power", n->power_load);
	load_line(out, "session RPE", n->srpe);
	if (lines_width(stdout)) /* seven numbers do not fit a line of 80 */
		(void)fputs("\n", out);
	load_line(out, "TRIMP Banister", n->trimp_banister);
	load_line(out, "Edwards", n->trimp_edwards);
	load_line(out, "Lucia", n->trimp_lucia);
	if (fflush(out) != 0 || !numbers)
		return;
	while (size && numbers[size - 1] == '\n') /* a row of which nothing is known */
		numbers[--size] = '\0';
	if (size)
		lines_say(0, 0, "%s", numbers[0] == '\n' ? numbers + 1 : numbers);
}

static void print_profile(const struct profile *profile)
{
	static const struct {
		const char *name, *unit;
		int decimals;
	} keys[PROFILE_KEY_COUNT] = {
		[PROFILE_HR_MAX_BPM] = { "maximum heart rate", "bpm", 0 },
		[PROFILE_HR_REST_BPM] = { "resting heart rate", "bpm", 0 },
		[PROFILE_THRESHOLD_HR_BPM] = { "threshold heart rate", "bpm", 0 },
		[PROFILE_THRESHOLD_SPEED_MPS] = { "threshold speed", "m/s", 2 },
		[PROFILE_CRITICAL_POWER_W] = { "critical power", "W", 0 },
	};
	(void)puts("\nYour values for this activity");
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++) {
		char text[HUMAN_BYTES];
		if (isfinite(profile->values[i].value))
			lines_say(0, 4, "  %-20s  %9s  %s", keys[i].name,
				human_number(profile->values[i].value, keys[i].decimals,
					keys[i].unit, text),
				profile_source_text(
					(enum profile_key)i, profile->values[i].source));
	}
}

static void print_mechanics(const struct activity_numbers *n)
{
	if (!isfinite(n->soreness_dose))
		return;
	(void)puts("\nLegs");
	lines_say(0, 4, "  soreness dose %.0f weighted metres, %.0f of them downhill",
		n->soreness_dose, n->soreness_down);
	if (isfinite(n->peak_force_bw))
		lines_say(0, 4, "  peak force %.2f times body weight on average", n->peak_force_bw);
	if (isfinite(n->form_drift))
		lines_say(0, 4,
			"  ground contact %.3f times that of the six weeks before, at the same "
			"speed",
			1 + n->form_drift);
	if (isfinite(n->decoupling))
		lines_say(0, 4,
			"  heart rate against pace drifted by %.1f of 100 from the first half to "
			"the second",
			n->decoupling);
}

/* The files that tell of it, and where each came from. */
static void print_sources(struct store *store, const struct stored_activity *stored)
{
	for (size_t i = 0; i < stored->sources_n; i++) {
		const struct activity_source *source = &stored->sources[i];
		char title[SOURCE_TITLE_BYTES];
		(void)fputs("  ", stdout);
		cli_print_clean(source->path ? source->path : source->sha256);
		(void)fputs(", from ", stdout);
		(void)store_source_title(store, source->from, title);
		cli_print_clean(*title ? title : "a place that was not kept");
		(void)puts(source->leads ? "" : " (merged into it)");
	}
}

static int print_human(const struct cli_context *context, struct store *store,
	const struct stored_activity *stored)
{
	const struct activity_summary *summary = &stored->activity.summary;
	char start[HUMAN_BYTES], distance[HUMAN_BYTES], time[HUMAN_BYTES];
	const char *sport = summary->has_sport ? sport_name(summary->sport) : NULL;
	(void)fputs(cli_style(context, STYLE_BOLD), stdout);
	int used = printf("%s, %s", sport ? sport : "activity",
		human_time_at(summary->start_ms, stored->utc_offset_s, start));
	(void)fputs(cli_style(context, STYLE_PLAIN), stdout);
	lines_say(used > 0 ? (unsigned)used : 0, 2, "  %s in %s",
		human_distance(best_distance_m(stored), distance),
		human_duration(best_timer_s(stored), time));
	print_sources(store, stored);
	(void)putchar('\n');
	int r = print_numbers(context, stored);
	print_load(&stored->activity.numbers);
	print_mechanics(&stored->activity.numbers);
	print_profile(&stored->activity.numbers.profile);
	for (size_t i = 0; i < DOUBT_COUNT; i++)
		if (stored->activity.numbers.doubts & 1u << i)
			lines_say(0, 4, "  in doubt: %s", doubt_text((enum doubt)i));
	return r;
}

int verb_show(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	int64_t id;
	if (num_int(arguments[0], strlen(arguments[0]), 1, INT64_MAX, &id) < 0)
		return cli_fail(CLI_USAGE, "wrong value", arguments[0],
			"an activity's number, as `knead log` shows it");
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(stored_activity_done) struct stored_activity stored = { 0 };
	int r = store_get_activity(session.store, id, &stored);
	if (r == -ENOENT)
		return cli_fail(
			CLI_NOTHING, "no such activity", arguments[0], "`knead log` lists them");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	if (!context->json)
		return print_human(context, session.store, &stored) < 0 ? CLI_PART : CLI_DONE;
	json_auto_t *object = activity_to_json(&stored);
	return object && json_print(stdout, object) == 0 ? CLI_DONE : CLI_PART;
}
