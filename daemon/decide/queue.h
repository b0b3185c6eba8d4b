/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The outbox rows of an event that is told under its own name, to those who chose it. */

#include "conf/events.h"
#include "decide/decide.h"

/* How long an event is worth sending: 6 h for imports, 24 h for everything else. */
int64_t queue_life_ms(enum event_type type);

/* Whether any webhook chose events of a type. */
bool queue_is_chosen(const struct decide_settings *settings, enum event_type type);

/* One event and a delivery for each webhook that chose it; where none did a row that is held. Inside the caller's
 * transaction.
 *
 * ret_said  it waits for at least one webhook
 * Returns 0 or a negative errno. */
int queue_event(struct store *store, const struct decide_settings *settings, enum event_type type,
	const char *body, int64_t now_ms, bool *ret_said);
