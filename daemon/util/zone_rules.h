/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The offsets of one time zone as plain values, for who has no time zones: a helper in its cage, and functions that
 * look at nothing but their arguments. */

#include <stddef.h>
#include <stdint.h>

#define ZONE_RULES_MAX 256u

struct zone_rules {
	size_t n; /* at least 1; an empty one is UTC */
	struct zone_rule {
		int64_t from_s;   /* UTC; the first holds before itself, too */
		int32_t offset_s; /* local time minus UTC from then on */
	} at[ZONE_RULES_MAX];     /* sorted */
};

/* One offset at all times. */
static inline struct zone_rules zone_rules_fixed(int32_t offset_s)
{
	return (struct zone_rules) { .n = 1, .at = { { 0, offset_s } } };
}

/* Local time minus UTC at an instant. */
static inline int32_t zone_rules_at(const struct zone_rules *rules, int64_t utc_s)
{
	size_t lo = 0, hi = rules->n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (rules->at[middle].from_s <= utc_s)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (rules->n == 0)
		return 0;
	return rules->at[lo > 0 ? lo - 1 : 0].offset_s;
}
