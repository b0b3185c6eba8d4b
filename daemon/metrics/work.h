/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The computation of one activity's numbers under way. Only the files of this folder see this. */

#include "metrics/numbers.h"
#include "metrics/resample.h"
#include "metrics/tally.h"
#include "metrics/way.h"

struct work {
	const struct activity *activity;
	bool is_run, counts_steps;
	struct timeline timeline;
	size_t n;         /* rows */
	double *clean_hr; /* owned; NULL without heart rate */
	struct way way;
	struct activity_numbers *numbers;
	struct tally *tally;
};

/* What the samples do not give comes from the file's own summary: everything when there are none, the way of a
 * run that was not measured second by second, and the rest of a recording of which a part is lost. */
void numbers_complete(struct work *work);
