/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is kept of an activity's samples: counts that are enough to compute every number that depends on
 * the runner's profile, for any profile, without the file. So a late file, a night or a changed setting
 * moves the numbers of other activities exactly and at once, whether or not originals are kept.
 *
 * Speeds fall into bins of 0.1 m/s, each with the moment that makes its own mean exact: only the two bins
 * in which a limit lies are approximated. docs/metrics.md, "what is kept of an activity". */

#include "activity/activity.h"
#include "metrics/efforts.h"
#include "metrics/heart.h"
#include "metrics/numbers.h"

#define TALLY_HR_MIN_BPM 30
#define TALLY_HR_BINS 201u    /* 30...230 bpm */
#define TALLY_SPEED_BINS 128u /* 0, 0.1 ... 12.7 m/s and more */

/* Amounts by speed: how much, and the sum of amount * speed^p. Floats: seven digits are more than a watch
 * measures, and there are many. */
struct tally_speeds {
	float amount[TALLY_SPEED_BINS];
	float moment[TALLY_SPEED_BINS];
};

/* Recorded ground contact on level ground by speed, from TALLY_CONTACT_MIN_MPS on in bins of 0.1 m/s. */
#define TALLY_CONTACT_BINS 40u
#define TALLY_CONTACT_MIN_MPS 2.0
struct tally_contacts {
	float seconds[TALLY_CONTACT_BINS];
	float ms_sum[TALLY_CONTACT_BINS]; /* the contact times of those seconds, added up */
};

/* NAN where a number cannot be had. */
struct tally {
	double seconds;               /* timer time */
	uint32_t hr_s[TALLY_HR_BINS]; /* believable seconds at each heart rate */
	double paced_mps;             /* normalized graded speed, or the mean without samples */
	double power_w;               /* the same of power */
	double down;                  /* downhill part of the soreness dose; NAN: no dose */
	double level_m;               /* metres at an unknown speed */
	struct tally_speeds level;    /* metres by graded speed, p = 3 */
	double region_steps[REGION_COUNT]; /* weighted steps, but for speed; [0] NAN: none */
	struct tally_speeds steps;         /* steps by speed, p = 1 */
	double effort_s[EFFORT_DISTANCES]; /* best times over effort_distances_m */
	double graded_mps;                 /* median graded speed of a run */
	struct file_profile file;          /* what the file says of the runner */
	struct tally_contacts contacts;
};

/* Everything unknown. */
void tally_init(struct tally *tally);

/* Adds to the bin of a speed; `power` is p. Speeds that are NAN or negative are ignored. */
struct tally_sums {
	double amount[TALLY_SPEED_BINS], moment[TALLY_SPEED_BINS];
};
void tally_add(struct tally_sums *sums, double amount, double speed_mps, int power);
void tally_close(const struct tally_sums *sums, struct tally_speeds *ret);

/* Everything that is a sum over the samples of a run, times a factor: the rest of a recording is lost. */
void tally_scale(struct tally *tally, double factor);

/* The loads of the heart rates in a tally, as heart_loads() of its series. */
void tally_heart(
	const struct tally *tally, const struct heart_limits *limits, struct heart_loads *ret);

/* The soreness dose and the weighted steps of the regions with a threshold speed (NAN: unknown). */
double tally_dose(const struct tally *tally, double threshold_mps);
void tally_regions(const struct tally *tally, double threshold_mps, double ret[REGION_COUNT]);
