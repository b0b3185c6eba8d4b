/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The scores around a massage: what it changed. */

#include "cli/session.h"

#include <jansson.h>

/* Just before, and just after with the massage counted. */
struct massage_scores {
	struct strain_scores before, after;
};

void massage_scores(const struct situation *situation, double at_h, struct massage_scores *ret);

/* {"before":{"tension":62.1,...},"after":{...}}. New reference. */
json_t *massage_json(const struct massage_scores *scores);

/* "muscle tension 62 to 41, stress 30 to 24"; "" when no shown score changes. */
size_t massage_changes(const struct massage_scores *scores, char *ret, size_t capacity);

/* All logged massages, oldest first, as lines of JSON or as a table. Returns an exit status. */
int massage_list(const struct cli_context *context, struct session *session);
