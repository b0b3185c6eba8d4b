/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The alert rules (docs/metrics.md, "alert rules"): what is worth saying now, without look ahead and
 * without budget. The message policy builds on them; a replay of the rules alone is alerts_decide() and
 * alerts_spoken(). */

#include "strain/policy.h"

/* The scores of one instant and the severity of each: 0 below `on`, else 1...3. */
struct alert_look {
	struct strain_scores scores;
	int severity[INDICATION_COUNT];
};

/* What the rules let through. */
struct alert_decision {
	struct alert_look now;
	bool rest_first; /* a red flag is due: said at once, and nothing else with it */
	bool held;       /* by a flag of the runner's or a red flag of the last 48 h */
	uint32_t speaks; /* bit 1u << indication */
	int severity[INDICATION_COUNT]; /* of those that speak */
};

/* Evaluates an instant with what is known at known_h. */
void alerts_look(const struct strain_model *model, double known_h, double at_h,
	enum sensitivity sensitivity, struct alert_look *ret);

/* Rules 1 to 3: active and pending, by the scores of one instant and the stored values of the days
 * before it (rule 1 spares an indication that was announced). */
void alerts_apply(const struct alert_look *look, enum sensitivity sensitivity,
	const struct daily_store *daily, struct policy_state *state);

/* The score of a look that is compared with thresholds: shown, rounded to 4 decimals; NAN: none. */
double alerts_score(const struct alert_look *look, enum indication indication);

/* Rule 4 for one pending indication; `remembered` is the severity it rose from. */
struct alert_candidate {
	enum indication indication;
	int severity, remembered;
	bool announced; /* by a look ahead: the settle hold does not apply */
};
bool alerts_is_held(const struct strain_model *model, const struct alert_look *now,
	const struct policy_state *state, const struct alert_candidate *candidate);

/* Rule 5: whether twelve hours have passed since the last message. */
bool alerts_may_send(double at_h, const struct policy_state *state);

/* An evaluation up to and with rule 3: the daily value is stored, red flags are seen, and `speaks` is
 * still empty. Returns 0; -ENOMEM. */
int alerts_begin(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct policy_state *state, struct daily_store *daily, struct alert_decision *ret);

/* All rules, for a tick or for an import without look ahead. Returns 0; -ENOMEM. */
int alerts_decide(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct policy_state *state, struct daily_store *daily, struct alert_decision *ret);

/* What was decided went out. */
void alerts_spoken(const struct alert_decision *decision, struct policy_state *state);
