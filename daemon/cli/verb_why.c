/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead why: the evidence behind each score. */
#include "cli/session.h"
#include "cli/table.h"
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "decide/view.h"
#include "ipc/json_text.h"
#include "strain/constants.h"
#include "strain/texts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *knots_json(void)
{
	json_t *list = json_array();
	for (size_t i = 0; i < strain_kernel_n; i++)
		(void)json_array_append_new(
			list, json_pack("[o,o]", json_from_number(strain_kernel[i].hours, 2),
				      json_from_number(strain_kernel[i].share, 4)));
	return list;
}

static void print_knots(void)
{
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *out = open_memstream(&text, &size);
	if (!out)
		return;
	for (size_t i = 0; i < strain_kernel_n; i++)
		(void)fprintf(out, "%s %g h %g", i ? "," : "", strain_kernel[i].hours,
			strain_kernel[i].share);
	(void)fflush(out);
	(void)putchar('\n');
	lines_say(0, 4, "kernel:%s; linear between", text ? text : "");
}

static int print_constants(const struct cli_context *context)
{
	static const struct table_column columns[] = { { "constant", ALIGN_LEFT },
		{ "value", ALIGN_RIGHT }, { "unit", ALIGN_LEFT }, { "source", ALIGN_LEFT } };
	if (context->json) {
		json_auto_t *list = json_array();
		for (size_t i = 0; i < strain_constant_rows_n; i++) {
			const struct strain_constant_row *row = &strain_constant_rows[i];
			json_t *object = json_pack("{s:s,s:o,s:s,s:s}", "name", row->name, "value",
				json_from_number(row->value, 4), "unit", row->unit, "source",
				row->source);
			if (!isfinite(row->value))
				(void)json_object_set_new(object, "knots", knots_json());
			(void)json_array_append_new(list, object);
		}
		return json_print(stdout, list) < 0 ? CLI_PART : CLI_DONE;
	}
	CLEANUP(table_freep) struct table *table = NULL;
	if (table_new(columns, ARRAY_SIZE(columns), &table) < 0)
		return CLI_PART;
	for (size_t i = 0; i < strain_constant_rows_n; i++) {
		const struct strain_constant_row *row = &strain_constant_rows[i];
		table_cell(table, STYLE_PLAIN, "%s", row->name);
		if (isfinite(row->value))
			table_cell(table, STYLE_PLAIN, "%g", row->value);
		else
			table_cell(table, STYLE_PLAIN, "knots");
		table_cell(table, STYLE_DIM, "%s", row->unit);
		table_cell(table, STYLE_DIM, "%s", row->source);
	}
	if (table_print(table, context, 0, stdout) < 0)
		return CLI_PART;
	print_knots();
	return CLI_DONE;
}

static int find_indication(const char *name, size_t *ret)
{
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (strcasecmp(name, indication_names[i]) == 0 ||
			strcasecmp(name, indication_titles[i]) == 0) {
			*ret = i;
			return CLI_DONE;
		}
	return cli_fail(CLI_USAGE, "no such indication", name,
		"one of tension, injury_risk (load jump), soreness, recovery, stress");
}

#define INDENT 9u

/* A line below a score. */
static void print_note(const char *label, const char *text)
{
	char words[512];
	(void)snprintf(words, sizeof words, "%s%s", label, text);
	(void)printf("%*s", (int)INDENT, "");
	lines_print(stdout, words, INDENT, INDENT, lines_width(stdout));
	(void)putchar('\n');
}

static void print_pieces(const struct cli_context *context, const struct indication_state *state,
	const struct calendar *calendar)
{
	for (size_t i = 0; i < state->pieces_n; i++) {
		char text[256];
		(void)evidence_text(&state->pieces[i], calendar, text, sizeof text);
		(void)printf("    %s%3.0f%s  ", cli_style(context, STYLE_BOLD),
			100 * state->pieces[i].weight, cli_style(context, STYLE_PLAIN));
		lines_print(stdout, text, INDENT, INDENT, lines_width(stdout));
		(void)putchar('\n');
	}
	if (!state->pieces_n)
		(void)puts("         nothing out of the ordinary");
}

/* Pieces that come to more than the score were lowered together. */
static void print_explained(const struct indication_state *state)
{
	double rest = 1;
	for (size_t i = 0; i < state->pieces_n; i++)
		rest *= 1 - state->pieces[i].weight;
	if (100 * (1 - rest) > state->raw + 0.01)
		lines_say(0, 9,
			"         times %.1f: after a very big day these signs belong to that day",
			strain_constants.explained);
}

/* What brings the two largest kinds of evidence down. */
static void print_remedies(const struct indication_state *state)
{
	struct evidence largest[2];
	size_t n = strain_reasons(state, largest, ARRAY_SIZE(largest));
	const char *said = "";
	for (size_t i = 0; i < n; i++) {
		const char *text = remedy_text(largest[i].name);
		if (*text && strcmp(text, said) != 0)
			print_note("brings it down: ", text);
		said = text;
	}
}

static void print_one(const struct cli_context *context, const struct situation *situation,
	const struct strain_scores *scores, size_t i)
{
	const struct indication_state *state = &scores->of[i];
	const char *bold = cli_style(context, STYLE_BOLD), *plain = cli_style(context, STYLE_PLAIN);
	if (!state->evaluated) {
		(void)printf(
			"%s%s%s: not enough is known yet\n\n", bold, indication_titles[i], plain);
		return;
	}
	(void)printf("%s%s: %.0f%s", bold, indication_titles[i], state->score, plain);
	if (state->raw > state->score)
		(void)printf(" (%.0f without the massage)", state->raw);
	(void)putchar('\n');
	print_pieces(context, state, &situation->history.view.calendar);
	if (i == INDICATION_STRESS)
		print_explained(state);
	print_remedies(state);
	print_note("unseen: ", blind_spot_text((enum indication)i));
	double on = policy_on(situation->settings.sensitivity, INDICATION_TENSION);
	if (state->score >= on) {
		struct strain_regions regions = { 0 };
		char text[256];
		strain_regions(
			situation->model, situation->now_h, scores, (enum indication)i, &regions);
		if (regions_text(&regions, text, sizeof text))
			print_note("where: ", text);
		print_note("", massage_text((enum indication)i));
	}
	(void)putchar('\n');
}

static void print_doubts(const struct cli_context *context, const struct situation *situation,
	const struct strain_scores *scores)
{
	if (policy_is_held(situation->model, situation->now_h, &situation->state))
		lines_say(0, 0,
			"Suggestions are held: a flag, a quiet time or a high resting heart rate "
			"(knead status).");
	(void)printf("%s", cli_style(context, STYLE_DIM));
	if (scores->few_days)
		lines_say(0, 0, "Only %d %s known: scores are cautious before 28.",
			scores->days_known, scores->days_known == 1 ? "day is" : "days are");
	for (size_t i = 0; i < DOUBT_COUNT; i++)
		if (scores->doubts & 1u << i)
			lines_say(0, 0, "In doubt: %s.", doubt_text((enum doubt)i));
	char words[256];
	if (gap_text(scores, words, sizeof words))
		lines_say(0, 0, "In doubt: %s.", words);
	if (learned_text(scores, words, sizeof words))
		lines_say(0, 0, "%c%s.", words[0] - 'a' + 'A', words + 1);
	lines_say(0, 0, "A score is an order of concern from 0 to 100, not a probability.");
	(void)fputs(cli_style(context, STYLE_PLAIN), stdout);
}

int verb_why(struct cli_context *context, int count, char **arguments)
{
	if (cli_option(context, "constants"))
		return print_constants(context);
	size_t only = INDICATION_COUNT;
	int status = count ? find_indication(arguments[0], &only) : CLI_DONE;
	if (status != CLI_DONE)
		return status;
	AUTO_SESSION struct session session;
	status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(situation_done) struct situation situation = { 0 };
	int r = session_situation(&session, REACH_WHOLE, &situation);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	struct strain_scores scores;
	strain_evaluate(situation.model, situation.now_h, &scores);
	if (context->json) {
		json_auto_t *object = view_indications(&situation, &scores);
		for (size_t i = 0; i < INDICATION_COUNT; i++)
			if (only != INDICATION_COUNT && i != only)
				(void)json_object_del(object, indication_names[i]);
		return json_print(stdout, object) < 0 ? CLI_PART : CLI_DONE;
	}
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		if (only == INDICATION_COUNT || i == only)
			print_one(context, &situation, &scores, i);
	print_doubts(context, &situation, &scores);
	return CLI_DONE;
}
