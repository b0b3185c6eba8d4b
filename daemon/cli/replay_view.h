/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A replay as it is printed: messages as they come, and a line for each week. */

#include "cli/context.h"
#include "decide/situation.h"
#include "strain/replay.h"

#include <stdio.h>

struct replay_view {
	const struct cli_context *context;
	const struct situation *situation;
	bool bars;                        /* little charts: stdout is a terminal */
	unsigned width;                   /* of the terminal; 0: none */
	bool narrow;                      /* too narrow for all columns */
	bool tight;                       /* and for two blanks between them */
	int32_t week_day;                 /* Monday of the week under way; INT32_MIN: none */
	double highest[INDICATION_COUNT]; /* of the week so far; NAN: not evaluated */
	size_t imports, suggestions, rests, suppressed;
};

void replay_view_init(struct replay_view *view, const struct cli_context *context,
	const struct situation *situation);

/* A replay_fn on a view: prints what was said, and the line of a week when it is over. Returns 0; -ENOMEM; -EIO. */
int replay_view_look(const struct said_record *record, void *userdata);

/* The last week, and the sums. */
void replay_view_end(struct replay_view *view);
