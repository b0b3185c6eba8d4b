/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* By which rules the stored days were counted: where a day begins, and the zone of what has no offset of its own.
 * Days are dated when their files are read; after a change of either setting only `knead recompute` dates the old
 * ones anew. */

#include "conf/conf.h"
#include "store/store.h"

#define DAY_RULES_BYTES 96u

/* Remembers the rules of the settings; with `first_only` unless some are remembered. In a transaction. */
int day_rules_set(struct store *store, const struct conf *conf, bool first_only);

/* Whether the stored days were counted by other rules than those of the settings.
 *
 * ret_were, ret_are  "days begin at 04:00, zone Europe/Berlin"
 * Returns 1 when they were; 0; negative errno. */
int day_rules_differ(struct store *store, const struct conf *conf, char ret_were[DAY_RULES_BYTES],
	char ret_are[DAY_RULES_BYTES]);
