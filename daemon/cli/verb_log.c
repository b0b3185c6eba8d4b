/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead log: the activities, oldest first. */
#include "cli/human.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "cli/activity_view.h"
#include "ipc/json_text.h"
#include "store/store_query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct printing {
	const struct cli_context *context;
	struct table *table;
};

static int print_json_line(const struct stored_activity *stored, void *userdata)
{
	(void)userdata;
	json_auto_t *object = activity_line_to_json(stored);
	return object ? json_print(stdout, object) : -ENOMEM;
}

static int add_row(const struct stored_activity *stored, void *userdata)
{
	struct table *table = ((struct printing *)userdata)->table;
	const struct activity_summary *summary = &stored->activity.summary;
	const struct activity_numbers *numbers = &stored->activity.numbers;
	char text[HUMAN_BYTES];
	const char *sport = summary->has_sport ? sport_name(summary->sport) : NULL;
	table_cell(table, STYLE_DIM, "%lld", (long long)stored->id);
	table_cell(table, STYLE_PLAIN, "%s",
		human_time_at(summary->start_ms, stored->utc_offset_s, text));
	table_cell(table, STYLE_PLAIN, "%s", sport ? sport : "-");
	table_cell(table, STYLE_PLAIN, "%s", human_distance(best_distance_m(stored), text));
	table_cell(table, STYLE_PLAIN, "%s", human_duration(best_timer_s(stored), text));
	table_cell(table, STYLE_PLAIN, "%s", human_number(numbers->hr_avg_bpm, 0, "bpm", text));
	table_cell(table, STYLE_BOLD, "%s", human_number(numbers->load, 0, "", text));
	table_cell(table, STYLE_DIM, "%s%s", load_source_names[numbers->load_source],
		stored->sources_n > 1 ? ", merged" : "");
	return 0;
}

static int print_table(const struct cli_context *context, struct store *store, size_t last)
{
	static const struct table_column columns[] = { { "id", ALIGN_RIGHT },
		{ "start", ALIGN_LEFT }, { "sport", ALIGN_LEFT }, { "distance", ALIGN_RIGHT },
		{ "time", ALIGN_RIGHT }, { "heart rate", ALIGN_RIGHT }, { "load", ALIGN_RIGHT },
		{ "from", ALIGN_LEFT } };
	CLEANUP(table_freep) struct table *table = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);
	if (r < 0)
		return r;
	struct printing printing = { .context = context, .table = table };
	r = store_each_activity(store, last, add_row, &printing);
	return r < 0 ? r : table_print(table, context, 0, stdout);
}

int verb_log(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	long last = context->json ? 0 : 30;
	int status = cli_option_number(context, "last", 1, 1000000, &last);
	if (status != CLI_DONE)
		return status;
	AUTO_SESSION struct session session;
	status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	int r = context->json
			? store_each_activity(session.store, (size_t)last, print_json_line, NULL)
			: print_table(context, session.store, (size_t)last);
	return r < 0 ? cli_fail_errno(CLI_STATE, "store", session.paths.state, r) : CLI_DONE;
}
