/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Nights and stress as the scores need them (docs/metrics.md, "wellness"), for the local day of what is
 * known. A value that cannot be had is NAN. Only the files of this folder see this. */

#include "strain/model.h"

struct nights {
	double hrv_z, hrv_recent_ms, hrv_base_ms; /* 7-day mean against the 60 days before */
	double rhr_recent_bpm, rhr_base_bpm; /* last three mornings; 60 days before the last 7 */
	double sleep_short_h, sleep_h, sleep_need_h; /* a night, over the last three */
	double stress_z, stress_recent, stress_base; /* last three complete days; the 60 before */
	bool red_flag; /* resting heart rate far up, today and yesterday */
};

/* How many of the nights, sorted by day, belong to a day or an earlier one. */
size_t wellness_until(const struct strain_history *history, int32_t day);

void nights_read(const struct view *view, struct nights *ret);
