/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What an activity's records say as they stand, before any second is filled in. */

#include "activity/activity.h"

#include <stdint.h>

struct samples {
	uint32_t has_series;           /* bit 1u << enum series: at least one value that is not 0 */
	double hr_avg_bpm, hr_max_bpm; /* of the values that are not 0; NAN: none */
	double elapsed_s;              /* from the first record to the last; NAN: no times */
	/* From the first record to the last, in the order of the file; NAN when it falls in between. */
	double distance_m;
};

void samples_read(const struct activity *activity, struct samples *ret);
