/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/metrics_adapters.h"

#include "base/cleanup.h"
#include "metrics/steps.h"

#include <errno.h>
#include <math.h>

/* The series of a case; those that are absent have no values. */
struct legs {
	struct number_list speed, cadence, contact, grade;
};

static void legs_done(struct legs *legs)
{
	list_done(&legs->speed);
	list_done(&legs->cadence);
	list_done(&legs->contact);
	list_done(&legs->grade);
}

static bool fits(const struct number_list *list, size_t n)
{
	return !list->values || list->n == n;
}

/* `cadence` is the key that holds it: "cadence" in either unit, "spm" in steps. */
static int legs_get(const json_t *input, const char *cadence, struct legs *ret)
{
	int r = list_get(input, "speed", &ret->speed);
	if (r == 0)
		r = list_get(input, cadence, &ret->cadence);
	if (r == 0)
		r = list_get(input, "gct", &ret->contact);
	if (r == 0)
		r = list_get(input, "grade", &ret->grade);
	if (r < 0)
		return r;
	size_t n = ret->speed.n;
	bool same = fits(&ret->cadence, n) && fits(&ret->contact, n) && fits(&ret->grade, n);
	return same ? 0 : -EINVAL;
}

static struct steps_input steps_of(const struct legs *legs, const double *spm)
{
	return (struct steps_input) {
		.n = legs->speed.n,
		.spm = spm,
		.speed_mps = legs->speed.values,
		.contact_time_ms = legs->contact.values,
		.grade = legs->grade.values,
		.threshold_mps = (double)NAN,
	};
}

int run_mechanics(const json_t *input, json_t **ret)
{
	CLEANUP(legs_done) struct legs legs = { 0 };
	int r = legs_get(input, "cadence", &legs);
	if (r < 0)
		return r;
	AUTO_FREE double *spm = calloc(legs.speed.n + 1, sizeof *spm);
	if (!spm)
		return -ENOMEM;
	steps_per_minute(legs.cadence.values, legs.speed.values, legs.speed.n, spm);
	struct steps_input steps = steps_of(&legs, spm);
	struct steps_mechanics mechanics;
	steps_mechanics(&steps, &mechanics);
	json_t *result = json_object();
	number_set(result, "steps", mechanics.steps);
	number_set(result, "run_s", mechanics.run_s);
	number_set(result, "walk_s", mechanics.walk_s);
	number_set(result, "mean_peak_bw", mechanics.peak_force_bw);
	number_set(result, "eq_tibia", mechanics.damage[0]);
	number_set(result, "eq_achilles", mechanics.damage[1]);
	number_set(result, "eq_patella", mechanics.damage[2]);
	*ret = result;
	return 0;
}

int run_region_exposure(const json_t *input, json_t **ret)
{
	CLEANUP(legs_done) struct legs legs = { 0 };
	int r = legs_get(input, "spm", &legs);
	if (r < 0)
		return r;
	struct steps_input steps = steps_of(&legs, legs.cadence.values);
	steps.threshold_mps = number_get(input, "threshold", (double)NAN);
	if (!legs.cadence.values)
		steps.n = 0;
	double regions[REGION_COUNT];
	steps_regions(&steps, regions);
	json_t *result = json_object();
	for (size_t i = 0; i < REGION_COUNT; i++)
		number_set(result, region_names[i], regions[i]);
	*ret = result;
	return 0;
}

struct way {
	struct number_list distance, altitude, graded;
};

static void way_done(struct way *way)
{
	list_done(&way->distance);
	list_done(&way->altitude);
	list_done(&way->graded);
}

static int way_get(const json_t *input, struct way *ret)
{
	int r = list_get(input, "dist", &ret->distance);
	if (r == 0)
		r = list_get(input, "alt", &ret->altitude);
	if (r == 0)
		r = list_get(input, "gspeed", &ret->graded);
	if (r < 0)
		return r;
	return fits(&ret->altitude, ret->distance.n) && fits(&ret->graded, ret->distance.n)
		       ? 0
		       : -EINVAL;
}

int run_soreness_dose(const json_t *input, json_t **ret)
{
	CLEANUP(way_done) struct way way = { 0 };
	int r = way_get(input, &way);
	if (r < 0)
		return r;
	size_t n = way.distance.n;
	AUTO_FREE double *height = calloc(n + 1, sizeof *height);
	AUTO_FREE double *grade = calloc(n + 1, sizeof *grade);
	if (!height || !grade)
		return -ENOMEM;
	struct steps_dose_input steps = {
		.n = n,
		.distance_m = way.distance.values,
		.graded_mps = way.graded.values,
		.threshold_mps = number_get(input, "threshold", (double)NAN),
		.stated_descent_m = number_get(input, "session_descent", (double)NAN),
	};
	enum altitude_source source = altitude_source_of(input);
	if (way.altitude.values && elevation_smooth(way.altitude.values, n, source, height) > 0) {
		elevation_grades(way.distance.values, height, n, grade);
		steps.height_m = height;
		steps.grade = grade;
	}
	struct steps_dose dose;
	steps_dose(&steps, &dose);
	json_t *result = json_object();
	number_set(result, "down", dose.down);
	number_set(result, "level", dose.level);
	number_set(result, "dose", dose.dose);
	*ret = result;
	return 0;
}
