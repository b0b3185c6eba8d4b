/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* From what is stored to what is said: asks the model and the message policy, and writes the decision
 * and its outbox rows. Everything happens inside the caller's transaction, so that an activity, its day's
 * totals, the decision and the announcement are stored together or not at all. */

#include "store/store.h"
#include "strain/policy.h"

/* A webhook, as far as a decision must know it. */
struct decide_target {
	const char *name;
	uint32_t events; /* bits of conf/events.h */
};

struct decide_settings {
	struct policy_settings policy;
	int32_t day_start_h;
	const char *runner;
	const struct decide_target *targets;
	size_t targets_n;
	bool eject_first; /* what was read is a drive that is still mounted for writing */
};

/* What came of it. */
struct decided {
	bool said; /* an event waits for at least one webhook */
	struct said_record record;
};

/* After an import that stored new_activities. With 0 nothing is decided; nights and merges that came in still bring
 * the stored daily scores up to date. */
int decide_import(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	size_t new_activities, struct decided *ret);

/* The same for an import whose activities may have been announced before: what would be said counts as said, and
 * `why` stands in its place. */
int decide_quietly(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	size_t new_activities, const char *why);

/* At 08:00, at 21:00, and once for all that was slept through. */
int decide_tick(struct store *store, const struct decide_settings *settings, int64_t now_ms,
	struct decided *ret);

/* Brings the stored daily scores of changed days up to date, and decides nothing. */
int decide_recompute(struct store *store, const struct decide_settings *settings, int64_t now_ms);

/* Queues an alert.test for one webhook, whatever events it chose; an older one that still waits there is
 * dropped. The deliveries before it, which would hold it back, become due.
 *
 * ret_id  40 bytes: the id of the event */
int decide_test(struct store *store, const struct decide_settings *settings, const char *webhook,
	int64_t now_ms, char ret_id[40]);

/* What is in the way of reading a watch, or what is left on it. Nothing of the model is asked. */
struct decide_trouble {
	const char *watch;        /* "Forerunner 965" */
	const char *title, *text; /* as a phone shows them */
};

/* Queues a watch.stuck. ret_said: it waits for at least one webhook. */
int decide_watch_trouble(struct store *store, const struct decide_settings *settings,
	const struct decide_trouble *trouble, int64_t now_ms, bool *ret_said);
