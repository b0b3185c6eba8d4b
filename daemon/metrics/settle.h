/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What of an activity's numbers depends on the runner: set once more whenever a value of the profile is another. */

#include "metrics/numbers.h"
#include "metrics/tally.h"

/* Sets every number that depends on the runner from a tally: loads, dose, regions, doubts. The others, and the
 * doubts about the samples, stay as they were measured. */
void numbers_settle(const struct activity_summary *summary, const struct tally *tally,
	const struct profile *profile, struct activity_numbers *numbers);

/* The local day of the start; INT32_MAX when the start is not known. */
int32_t numbers_start_day(const struct activity_summary *summary);
