/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/strain_adapters.h"

#include "vectors/adapter.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const regions_in_order[REGION_COUNT] = { "calves_achilles", "quads",
	"hamstrings_glutes", "hips_itb", "feet" };

int32_t case_day_of(double at_h)
{
	return (int32_t)floor(at_h / 24);
}

static int32_t even_day_of(const void *context, double at_h)
{
	(void)context;
	return case_day_of(at_h);
}

static double even_instant_of(const void *context, int32_t day, double hour_of_day)
{
	(void)context;
	return 24.0 * day + hour_of_day;
}

void case_history_done(struct case_history *history)
{
	free(history->sessions);
	free(history->wellness);
	free(history->massages);
	free(history->reports);
	free(history->flags);
}

/* Room for the items of a list behind the n that are there; sizes from a file of ours. */
static int grow(void *array, size_t size, size_t n, const json_t *list)
{
	if (list && !json_is_null(list) && !json_is_array(list))
		return -EINVAL;
	void **items = array;
	void *more = reallocarray(*items, n + json_array_size(list) + 1, size);
	if (!more)
		return -ENOMEM;
	*items = more;
	return 0;
}

static uint32_t region_mask(const json_t *names)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		for (size_t r = 0; name && r < REGION_COUNT; r++)
			if (strcmp(name, regions_in_order[r]) == 0)
				mask |= 1u << r;
	}
	return mask;
}

static void read_session(const json_t *item, struct strain_session *ret)
{
	double end_h = number_get(item, "end_h", (double)NAN);
	*ret = (struct strain_session) {
		.start_h = end_h - number_get(item, "dur_h", 0),
		.end_h = end_h,
		.load = number_get(item, "load", (double)NAN),
		.distance_km = number_get(item, "dist_km", (double)NAN),
		.dose = number_get(item, "dose", (double)NAN),
		.down = number_get(item, "down", (double)NAN),
		.form_drift = number_get(item, "form_drift", (double)NAN),
		.feel = (double)NAN,
	};
	ret->day = case_day_of(ret->start_h);
	const json_t *steps = json_object_get(item, "mech");
	for (size_t t = 0; t < TISSUE_COUNT; t++) {
		const json_t *value = json_array_get(steps, t);
		ret->damage_steps[t] =
			json_is_number(value) ? json_number_value(value) : (double)NAN;
	}
	const json_t *regions = json_object_get(item, "regions");
	for (size_t r = 0; r < REGION_COUNT; r++)
		ret->region_steps[r] = json_is_object(regions)
					       ? number_get(regions, regions_in_order[r], 0)
					       : (double)NAN;
}

int case_add_sessions(struct case_history *history, const json_t *list)
{
	size_t *n = &history->history.sessions_n;
	int r = grow(&history->sessions, sizeof *history->sessions, *n, list);
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
		read_session(json_array_get(list, i), &history->sessions[(*n)++]);
	return r;
}

/* A later value of a day replaces the earlier one. */
static struct wellness_day *wellness_of(struct case_history *history, int32_t day)
{
	size_t n = history->history.wellness_n;
	for (size_t i = n; i-- > 0;)
		if (history->wellness[i].day == day)
			return &history->wellness[i];
	history->history.wellness_n++;
	return &history->wellness[n];
}

int case_add_wellness(struct case_history *history, const json_t *list)
{
	int r = grow(
		&history->wellness, sizeof *history->wellness, history->history.wellness_n, list);
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		int32_t day = (int32_t)number_get(item, "day", 0);
		*wellness_of(history, day) = (struct wellness_day) {
			.day = day,
			.resting_hr_bpm = number_get(item, "rhr", (double)NAN),
			.hrv_rmssd_ms = number_get(item, "hrv", (double)NAN),
			.stress_avg = number_get(item, "stress", (double)NAN),
			.sleep_h = number_get(item, "sleep_h", (double)NAN),
		};
	}
	return r;
}

int case_add_massages(struct case_history *history, const json_t *list)
{
	size_t *n = &history->history.massages_n;
	int r = grow(&history->massages, sizeof *history->massages, *n, list);
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		history->massages[(*n)++] = (struct strain_massage) {
			.at_h = number_get(item, "at_h", (double)NAN),
			.minutes = number_get(item, "minutes", (double)NAN),
		};
	}
	return r;
}

int case_add_reports(struct case_history *history, const json_t *list)
{
	size_t *n = &history->history.reports_n;
	int r = grow(&history->reports, sizeof *history->reports, *n, list);
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		history->reports[(*n)++] = (struct strain_report) {
			.at_h = number_get(item, "at_h", (double)NAN),
			.soreness = number_get(item, "vas", (double)NAN),
			.regions = region_mask(json_object_get(item, "regions")),
		};
	}
	return r;
}

int case_add_flags(struct case_history *history, const json_t *list)
{
	size_t *n = &history->history.flags_n;
	int r = grow(&history->flags, sizeof *history->flags, *n, list);
	for (size_t i = 0; r == 0 && i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		history->flags[(*n)++] = (struct strain_flag) {
			.from_h = number_get(item, "from_h", -INFINITY),
			.to_h = number_get(item, "to_h", INFINITY),
		};
	}
	return r;
}

static int compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int by_start(const void *a, const void *b)
{
	const struct strain_session *x = a, *y = b;
	return compare(x->start_h, y->start_h);
}

static int by_day(const void *a, const void *b)
{
	const struct wellness_day *x = a, *y = b;
	return compare(x->day, y->day);
}

static int by_massage(const void *a, const void *b)
{
	const struct strain_massage *x = a, *y = b;
	return compare(x->at_h, y->at_h);
}

static int by_report(const void *a, const void *b)
{
	const struct strain_report *x = a, *y = b;
	return compare(x->at_h, y->at_h);
}

static void sort(void *items, size_t n, size_t size, int (*order)(const void *, const void *))
{
	if (n)
		qsort(items, n, size, order);
}

void case_history_finish(struct case_history *history)
{
	struct strain_history *h = &history->history;
	sort(history->sessions, h->sessions_n, sizeof *history->sessions, by_start);
	sort(history->wellness, h->wellness_n, sizeof *history->wellness, by_day);
	sort(history->massages, h->massages_n, sizeof *history->massages, by_massage);
	sort(history->reports, h->reports_n, sizeof *history->reports, by_report);
	h->sessions = history->sessions;
	h->wellness = history->wellness;
	h->massages = history->massages;
	h->reports = history->reports;
	h->flags = history->flags;
	h->calendar = (struct calendar) { .day_of = even_day_of, .instant_of = even_instant_of };
}

enum sensitivity case_sensitivity(const json_t *input)
{
	const char *name = string_get(input, "sensitivity", "normal");
	for (enum sensitivity s = 0; s < SENSITIVITY_COUNT; s++)
		if (strcmp(name, sensitivity_names[s]) == 0)
			return s;
	return SENSITIVITY_NORMAL;
}

json_t *reasons_json(const struct evidence *reasons, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(reasons[i].name));
	return list;
}

json_t *regions_json(const struct strain_regions *regions)
{
	json_t *list = json_array();
	for (size_t i = 0; i < regions->n; i++)
		json_array_append_new(list, json_string(regions_in_order[regions->order[i]]));
	if (regions->legs)
		json_array_append_new(list, json_string("legs"));
	return list;
}

json_t *scores_json(const struct strain_scores *scores, bool raw)
{
	json_t *object = json_object();
	for (enum indication i = 0; i < INDICATION_COUNT; i++)
		number_set(
			object, indication_names[i], raw ? scores->of[i].raw : scores->of[i].score);
	return object;
}
