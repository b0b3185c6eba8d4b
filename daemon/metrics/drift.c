/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/drift.h"

#include "metrics/stats.h"

#include <math.h>

#define BIN_MPS 0.1
#define WINDOW_MPS 0.25
#define GRADE_LEVEL 0.05 /* the timing is not valid on inclines (Meyer 2023, Int J Sports Med) */

void drift_tally(const struct steps_input *input, struct tally_contacts *ret)
{
	double seconds[TALLY_CONTACT_BINS] = { 0 }, ms[TALLY_CONTACT_BINS] = { 0 };
	for (size_t i = 0; i < input->n; i++) {
		double contact_ms = input->contact_time_ms[i], speed = input->speed_mps[i];
		double grade = input->grade ? input->grade[i] : 0;
		double bin = floor((speed - TALLY_CONTACT_MIN_MPS) / BIN_MPS);
		if (!(contact_ms >= 120 && contact_ms <= 400 && fabs(grade) <= GRADE_LEVEL) ||
			!(bin >= 0 && bin < TALLY_CONTACT_BINS) || !steps_is_running(input, i))
			continue;
		seconds[(size_t)bin]++;
		ms[(size_t)bin] += contact_ms;
	}
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++) {
		ret->seconds[i] = (float)seconds[i];
		ret->ms_sum[i] = (float)ms[i];
	}
}

static double seconds_of(const struct tally_contacts *contacts)
{
	double sum = 0;
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++)
		sum += (double)contacts->seconds[i];
	return sum;
}

bool drift_has_contacts(const struct tally_contacts *contacts)
{
	return seconds_of(contacts) >= DRIFT_MIN_S;
}

void drift_add(struct drift_base *base, const struct tally_contacts *before)
{
	if (!drift_has_contacts(before))
		return;
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++) {
		base->sum.seconds[i] += before->seconds[i];
		base->sum.ms_sum[i] += before->ms_sum[i];
	}
	base->runs++;
}

/* Most running is easy running: the middle of it is the usual easy speed. */
static double median_mps(const struct tally_contacts *contacts)
{
	double half = seconds_of(contacts) / 2, before = 0;
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++) {
		double seconds = (double)contacts->seconds[i];
		if (seconds > 0 && before + seconds >= half)
			return TALLY_CONTACT_MIN_MPS +
			       BIN_MPS * ((double)i + (half - before) / seconds);
		before += seconds;
	}
	return (double)NAN;
}

/* The mean contact time around a speed; of the bins at the ends the part that lies within. */
static double mean_ms(const struct tally_contacts *contacts, double speed_mps)
{
	double seconds = 0, ms = 0;
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++) {
		double from = TALLY_CONTACT_MIN_MPS + BIN_MPS * (double)i;
		double inside = fmin(from + BIN_MPS, speed_mps + WINDOW_MPS) -
				fmax(from, speed_mps - WINDOW_MPS);
		double share = clamp(inside / BIN_MPS, 0, 1);
		seconds += share * (double)contacts->seconds[i];
		ms += share * (double)contacts->ms_sum[i];
	}
	return seconds >= DRIFT_MIN_S ? ms / seconds : (double)NAN;
}

double drift_of(const struct tally_contacts *own, const struct drift_base *base)
{
	if (base->runs < DRIFT_MIN_RUNS)
		return (double)NAN;
	double easy_mps = median_mps(&base->sum);
	return mean_ms(own, easy_mps) / mean_ms(&base->sum, easy_mps) - 1;
}
