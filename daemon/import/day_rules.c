/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/day_rules.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

#define FACT "day_rules"

static void describe(const struct conf *conf, char ret[DAY_RULES_BYTES])
{
	const char *zone = conf->runner.time_zone;
	(void)snprintf(ret, DAY_RULES_BYTES, "days begin at %02d:00, zone %s",
		(int)conf->runner.day_start_h, *zone ? zone : "of the machine");
}

int day_rules_set(struct store *store, const struct conf *conf, bool first_only)
{
	AUTO_FREE char *stored = NULL;
	int r = first_only ? store_get_fact(store, FACT, &stored) : 0;
	if (r < 0 || stored)
		return r;
	char text[DAY_RULES_BYTES];
	describe(conf, text);
	return store_set_fact(store, FACT, text);
}

int day_rules_differ(struct store *store, const struct conf *conf, char ret_were[DAY_RULES_BYTES],
	char ret_are[DAY_RULES_BYTES])
{
	AUTO_FREE char *stored = NULL;
	int r = store_get_fact(store, FACT, &stored);
	if (r < 0)
		return r;
	describe(conf, ret_are);
	if (!stored || strcmp(stored, ret_are) == 0)
		return 0;
	(void)snprintf(ret_were, DAY_RULES_BYTES, "%s", stored);
	return 1;
}
