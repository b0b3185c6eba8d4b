/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What kneadd-parse is told before it looks at a file: who ran, and where. */

#include "metrics/profile.h"
#include "util/zone_rules.h"

struct parse_request {
	struct runner_profile runner;
	/* The runner's time zone, for what does not carry its own offset: it decides which dated profile value
	 * holds, and dates wellness. The helper has no time zones. */
	struct zone_rules zone;
	int32_t day_start_h; /* when the runner's days begin: wellness is dated by them */
};

/* A runner of whom nothing is known, at UTC. */
static inline void parse_request_init(struct parse_request *request)
{
	*request = (struct parse_request) { 0 };
}
