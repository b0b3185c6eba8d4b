/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Form drift: how much longer the feet stay on the ground at an easy pace than in the weeks before. Contact times
 * are compared at the same speed and on level ground only, and only those of one device. docs/metrics.md, "form
 * drift". */

#include "metrics/steps.h"
#include "metrics/tally.h"

#define DRIFT_DAYS 42

/* Adds up the recorded contact times of a run by speed: while it runs, 120...400 ms, |grade| <= 0.05. */
void drift_tally(const struct steps_input *input, struct tally_contacts *ret);

/* What the runs of the DRIFT_DAYS before come to. */
struct drift_base {
	struct tally_contacts sum;
	size_t runs; /* with at least DRIFT_MIN_S of contact times */
};
#define DRIFT_MIN_S 300.0
#define DRIFT_MIN_RUNS 3u

bool drift_has_contacts(const struct tally_contacts *contacts);
void drift_add(struct drift_base *base, const struct tally_contacts *before);

/* The mean contact time at speeds within 0.25 m/s of the base's median speed, against the same of the base: 0.03 is
 * 3 % longer. NAN with less than DRIFT_MIN_S at such speeds on either side, or fewer than DRIFT_MIN_RUNS before. */
double drift_of(const struct tally_contacts *own, const struct drift_base *base);
