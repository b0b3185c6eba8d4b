/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The events that no import brings: strain.cleared, watch.stale, strain.weekly. All are off unless a webhook chose
 * them, and nothing is kept for one that did not. They are raised at the looks of the morning and the evening, so
 * they need no timer of their own and never come at night.
 *
 *   strain.cleared  once after a suggestion or a red flag, when none of the five has been active for 24 h
 *   watch.stale     once when no file has come in for 14 days; again only after one came
 *   strain.weekly   once a week, at the first look from Monday 08:00 on, about the week before
 *
 * What was said stands in facts of the store that are written in the same transaction as the message. */

#include "decide/decide.h"
#include "decide/situation.h"

/* After every evaluation: remembers since when nothing is active, and that an alert was said. */
int rare_remember(
	struct store *store, const struct situation *situation, const struct said_record *record);

/* At a look. *ret_said becomes true when a message waits, and is left alone otherwise. */
int rare_raise(struct store *store, const struct decide_settings *settings,
	const struct situation *situation, const struct said_record *record, bool *ret_said);
