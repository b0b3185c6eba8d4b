/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Names of the FIT profile for sports and sub-sports, in snake_case, both ways. */

#include "activity/activity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The few numbers that code asks for by name (FIT profile, type sport). */
enum {
	SPORT_GENERIC = 0,
	SPORT_RUNNING = 1,
	SPORT_CYCLING = 2,
	SPORT_WALKING = 11,
	SPORT_HIKING = 17,
};

/* "running" for 1; NULL for a number that the profile does not have. */
const char *sport_name(uint8_t sport);
const char *sub_sport_name(uint8_t sub_sport);

/* The number of a sport whose name is text[0..size), without regard to case. Returns false when the
 * profile has none of that name. */
bool sport_from_name(const char *text, size_t size, uint8_t *ret);

/* Whether an activity is a run. One on a treadmill is, whichever of its two sports a watch names. */
bool summary_is_run(const struct activity_summary *summary);

/* Whether cadence counts steps (both feet) rather than revolutions: running, walking, hiking. */
bool sport_counts_steps(uint8_t sport);
