/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What kneadd-parse is told before it looks at a file: who ran, and where. */

#include "metrics/profile.h"

struct parse_request {
	struct runner_profile runner;
	/* Local time minus UTC for an activity that does not carry its own; it decides which dated
	 * profile value holds. The helper has no time zones. */
	int32_t default_offset_s;
	int32_t day_start_h; /* when the runner's days begin: wellness is dated by them */
};

/* A runner of whom nothing is known, at UTC. */
static inline void parse_request_init(struct parse_request *request)
{
	*request = (struct parse_request) { 0 };
}
