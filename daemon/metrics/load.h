/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* From the loads that an activity allows to the one that counts. docs/metrics.md, "one load". */

#include "metrics/numbers.h"

/* Session RPE: rating (0-10) times minutes, arbitrary units; NAN without a rating in (0, 10] or without
 * time. Source: Foster 2001, J Strength Cond Res. */
double load_srpe(double rpe, double timer_s);

/* What there is to choose from; NAN = not there. */
struct load_parts {
	double rtss, hrtss, power, srpe, timer_s;
};

/* The load and where it comes from. Pace and heart rate together: their mean if the larger is at most
 * twice the smaller, else the smaller (a spike is more likely a sensor's fault than a feat). Then pace,
 * heart rate, power, RPE (an hour at 7 is 100), 60 an hour; NAN with LOAD_NONE when there is nothing.
 * The conversions are heuristic. */
double load_choose(const struct load_parts *parts, enum load_source *ret_source);
