/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* From an activity to its numbers. */

#include "metrics/numbers.h"
#include "metrics/tally.h"

/* Computes everything that the activity allows: measures, follows the chains of the profile without a history,
 * settles. The local day of the start decides which configured value holds. An activity without a timed record
 * takes what its own summary states.
 *
 * ret_tally  what is kept of the samples
 * Returns 0; -ENOMEM; -E2BIG when its timer seconds are more than FILE_MAX_TIMER_S. */
int numbers_compute(const struct activity *activity, const struct runner_profile *runner,
	const struct file_profile *file, struct activity_numbers *ret, struct tally *ret_tally);
