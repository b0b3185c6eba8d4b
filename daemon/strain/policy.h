/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is said and when: docs/metrics.md, "alert rules" and "message policy", above the scores.
 *
 * Pure: state in, state and one record out. The state is small, and the caller keeps it.
 *
 * When runs or wellness came for days before today, the caller first calls policy_recompute_days() from
 * the earliest changed day to yesterday, then policy_tick() or policy_import(). */

#include "strain/strain.h"

enum sensitivity { SENSITIVITY_QUIET, SENSITIVITY_NORMAL, SENSITIVITY_EAGER, SENSITIVITY_COUNT };
enum timing { TIMING_NOW, TIMING_MORNING, TIMING_COUNT };
extern const char *const sensitivity_names[SENSITIVITY_COUNT];
extern const char *const timing_names[TIMING_COUNT];

struct policy_settings {
	enum sensitivity sensitivity;
	enum timing timing;
};

/* What is remembered of one indication. NAN instants: never. */
struct policy_indication {
	bool active, pending;
	double pending_since_h;
	double last_alert_h;
	int severity;             /* remembered; 0 none */
	double announced_until_h; /* end of an announcement */
};

#define POLICY_BUDGET_MAX 64u /* massage messages of the last 30 days that are remembered */

struct policy_state {
	struct policy_indication of[INDICATION_COUNT];
	double last_message_h; /* any that carried a suggestion: the 12 h; NAN: never, here and below */
	double last_rest_first_h;
	double red_flag_seen_h;
	struct {
		double at_h;
		int severity;
	} budget[POLICY_BUDGET_MAX]; /* oldest first */
	size_t budget_n;
};

void policy_state_init(struct policy_state *state);

/* True while suggestions are held by a flag of the runner's, or by a red flag of the last 48 h. */
bool policy_is_held(
	const struct strain_model *model, double at_h, const struct policy_state *state);

/* The score from which an indication speaks; `also` lists from policy_on() of INDICATION_TENSION. */
double policy_on(enum sensitivity sensitivity, enum indication indication);

/* Stored daily values: the last raw score of each indication computed on a day. Sorted by day. */
struct daily_scores {
	int32_t day;
	double raw[INDICATION_COUNT]; /* NAN: none stored */
};

/* The daily values, owned by the caller; the policy reads those of days before today, and writes
 * today's. */
struct daily_store {
	struct daily_scores *days;
	size_t days_n, capacity;
};

void daily_store_done(struct daily_store *store);

/* The value of a day is set (rounded to 4 decimals) or inserted. Returns 0; -ENOMEM. */
int daily_store_set(struct daily_store *store, int32_t day, const struct strain_scores *scores);

/* Computes the days first_day...last_day anew, each as of its recompute hour (21:00), with all that the
 * model knows; nothing when last_day lies before first_day. Returns 0; -ENOMEM. */
int policy_recompute_days(const struct strain_model *model, int32_t first_day, int32_t last_day,
	struct daily_store *store);

enum record_kind {
	RECORD_NONE, /* nothing to say */
	RECORD_IMPORT,
	RECORD_MASSAGE,
	RECORD_REST_FIRST,
	RECORD_SUPPRESSED,
	RECORD_KIND_COUNT,
};
extern const char *const record_kind_names[RECORD_KIND_COUNT];

enum lead { LEAD_NONE, LEAD_MASSAGE, LEAD_LOAD_JUMP, LEAD_REST, LEAD_COUNT };
extern const char *const lead_names[LEAD_COUNT]; /* "none", "massage", "load_jump", "rest" */

#define REASONS_MAX 3u

struct said_indication {
	enum indication indication;
	int severity;
	double score; /* shown score now */
	struct evidence reasons[REASONS_MAX];
	size_t reasons_n;
	struct strain_regions regions;
	double best_from_h, best_to_h; /* NAN: none */
};

struct said_record {
	enum record_kind kind;
	double at_h;
	enum lead lead;
	bool rest_first;
	int severity; /* 0: no suggestion */
	struct said_indication of[INDICATION_COUNT];
	size_t of_n;
	struct said_indication also[INDICATION_COUNT]; /* reasons only */
	size_t also_n;
	struct {
		enum indication indication;
		int severity;
	} suppressed[INDICATION_COUNT];
	size_t suppressed_n;
	bool held;             /* suggestions held by a flag or a red flag */
	size_t new_activities; /* imports */
	bool eject_first;      /* imports: of a drive that is still mounted for writing */
	struct strain_scores scores;
};

/* A tick (08:00, 21:00, or one for all that were slept through). *ret may be RECORD_NONE. Two records can
 * come out of one instant (rest_first beside a message is one record): at most one here.
 * Returns 0; -ENOMEM. */
int policy_tick(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, struct policy_state *state, struct daily_store *daily,
	struct said_record *ret);

/* An import that brought new_activities > 0 (with 0, nothing is decided: RECORD_NONE). */
int policy_import(const struct strain_model *model, const struct policy_settings *settings,
	double at_h, size_t new_activities, struct policy_state *state, struct daily_store *daily,
	struct said_record *ret);
