/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the two strain adapters share: a history read from JSON, and values written as JSON. Hours run
 * from 00:00 of day 0, days have 24 of them. */

#include "strain/alerts.h"

#include <jansson.h>

/* A history that owns its arrays. */
struct case_history {
	struct strain_session *sessions;
	struct wellness_day *wellness;
	struct strain_massage *massages;
	struct strain_report *reports;
	struct strain_flag *flags;
	struct strain_history history; /* borrows them, sorted */
};

void case_history_done(struct case_history *history);

/* Lists of the vectors' format are added; absent ones add nothing. 0; -EINVAL; -ENOMEM. */
int case_add_sessions(struct case_history *history, const json_t *list);
int case_add_wellness(struct case_history *history, const json_t *list);
int case_add_massages(struct case_history *history, const json_t *list);
int case_add_reports(struct case_history *history, const json_t *list);
int case_add_flags(struct case_history *history, const json_t *list);

/* Sorts what was added and ties it together. */
void case_history_finish(struct case_history *history);

enum sensitivity case_sensitivity(const json_t *input);
int32_t case_day_of(double at_h);

json_t *reasons_json(const struct evidence *reasons, size_t n);
json_t *regions_json(const struct strain_regions *regions);
json_t *scores_json(const struct strain_scores *scores, bool raw);

int run_strain_model(const json_t *input, json_t **ret);
int run_strain_messages(const json_t *input, json_t **ret);
