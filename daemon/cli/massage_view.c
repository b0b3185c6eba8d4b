/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/massage_view.h"

#include "base/cleanup.h"
#include "cli/human.h"
#include "cli/table.h"
#include "decide/view.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define AROUND_H (1.0 / 60) /* a minute before and after */
#define CHANGES_BYTES 256u

void massage_scores(const struct situation *situation, double at_h, struct massage_scores *ret)
{
	strain_evaluate(situation->model, at_h - AROUND_H, &ret->before);
	strain_evaluate(situation->model, at_h + AROUND_H, &ret->after);
}

json_t *massage_json(const struct massage_scores *scores)
{
	return json_pack("{s:o,s:o}", "before", view_scores(&scores->before), "after",
		view_scores(&scores->after));
}

size_t massage_changes(const struct massage_scores *scores, char *ret, size_t capacity)
{
	size_t used = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		const struct indication_state *before = &scores->before.of[i];
		const struct indication_state *after = &scores->after.of[i];
		if (!before->evaluated || !after->evaluated || used >= capacity ||
			lround(before->score) == lround(after->score))
			continue;
		used += (size_t)snprintf(ret + used, capacity - used, "%s%s %.0f to %.0f",
			used ? ", " : "", indication_titles[i], before->score, after->score);
	}
	return used;
}

static int print_line(const struct strain_massage *massage, const struct massage_scores *scores)
{
	json_auto_t *object = json_pack("{s:o,s:o}", "at", view_instant(massage->at_h), "minutes",
		json_from_number(massage->minutes, 1));
	json_auto_t *more = massage_json(scores);
	if (!object || !more || json_object_update(object, more) < 0 ||
		json_print(stdout, object) < 0)
		return CLI_PART;
	return CLI_DONE;
}

static void add_row(struct table *table, const struct strain_massage *massage,
	const struct massage_scores *scores)
{
	char at[HUMAN_BYTES], changes[CHANGES_BYTES];
	table_cell(table, STYLE_PLAIN, "%s", human_time(ms_of_hours(massage->at_h), at));
	table_cell(table, STYLE_PLAIN, "%.0f min", massage->minutes);
	size_t n = massage_changes(scores, changes, sizeof changes);
	table_cell(table, STYLE_DIM, "%s", n ? changes : "no score changed by it");
}

int massage_list(const struct cli_context *context, struct session *session)
{
	static const struct table_column columns[] = { { "when", ALIGN_LEFT },
		{ "length", ALIGN_RIGHT }, { "before to after", ALIGN_LEFT } };
	CLEANUP(situation_done) struct situation situation = { 0 };
	CLEANUP(table_freep) struct table *table = NULL;
	int r = session_situation(session, REACH_WHOLE, &situation);
	if (r < 0 || (r = table_new(columns, ARRAY_SIZE(columns), &table)) < 0)
		return cli_fail_errno(CLI_STATE, "store", session->paths.state, r);
	const struct strain_history *history = &situation.history.view;
	int status = CLI_DONE;
	for (size_t i = 0; i < history->massages_n; i++) {
		struct massage_scores scores;
		massage_scores(&situation, history->massages[i].at_h, &scores);
		if (!context->json)
			add_row(table, &history->massages[i], &scores);
		else if (print_line(&history->massages[i], &scores) != CLI_DONE)
			status = CLI_PART;
	}
	if (context->json)
		return status;
	if (!history->massages_n)
		(void)puts("no massage is logged");
	return history->massages_n && table_print(table, context, 0, stdout) < 0 ? CLI_PART
										 : CLI_DONE;
}
