/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/model.h"

#include "base/cleanup.h"
#include "metrics/stats.h"
#include "strain/constants.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* A century and a half: a day further back than that before the last one is a broken clock. */
#define MODEL_MAX_DAYS 60000

/* Time constants after which nothing is left of a fitness: exp(-40) is 4e-18, and a double has 16 digits. */
#define FORGOTTEN_AFTER 40

static double or_else(double value, double otherwise)
{
	return isnan(value) ? otherwise : value;
}

bool session_is_run(const struct strain_session *session)
{
	return session->distance_km > 0 || session->dose > 0;
}

static void day_clear(struct day_sums *day)
{
	*day = (struct day_sums) { .end_h = (double)NAN, .run_end_h = (double)NAN };
}

static void day_add(struct day_sums *day, const struct strain_session *session)
{
	double km = or_else(session->distance_km, 0);
	day->load += or_else(session->load, 0);
	day->km += km;
	day->dose += or_else(session->dose, strain_constants.dose_per_km * km);
	if (!isnan(session->dose))
		day->down += or_else(session->down, 0);
	for (size_t t = 0; t < TISSUE_COUNT; t++)
		day->steps[t] +=
			or_else(session->damage_steps[t], strain_constants.steps_per_km * km);
	day->end_h = fmax(day->end_h, session->end_h);
	if (session_is_run(session))
		day->run_end_h = fmax(day->run_end_h, session->end_h);
}

static void fitness_step(double load, double *ctl, double *atl)
{
	*ctl += (load - *ctl) * (1 - exp(-1 / strain_constants.ctl_days));
	*atl += (load - *atl) * (1 - exp(-1 / strain_constants.atl_days));
}

struct strain_model *strain_model_free(struct strain_model *model)
{
	if (!model)
		return NULL;
	free(model->days);
	free(model->ctl);
	free(model->atl);
	free(model->order);
	free(model->from);
	free(model);
	return NULL;
}

static void strain_model_freep(struct strain_model **model)
{
	*model = strain_model_free(*model);
}

/* A session counts when its times can be true and its day lies on the model's days. A view relies on
 * older days being known whole. */
static bool is_possible(const struct strain_session *session)
{
	return isfinite(session->start_h) && session->end_h >= session->start_h &&
	       session->end_h - session->start_h <= STRAIN_SESSION_MAX_HOURS;
}

static bool usable(const struct strain_model *model, const struct strain_session *session)
{
	return is_possible(session) && session->day >= model->first_day;
}

/* The first day with a session from `oldest` on: the model's days begin with one, since
 * fill_fitness() would add up all of them otherwise. */
static int32_t first_day_from(const struct strain_history *history, int32_t oldest, int32_t last)
{
	int32_t first = last;
	for (size_t i = 0; i < history->sessions_n; i++) {
		const struct strain_session *session = &history->sessions[i];
		if (is_possible(session) && session->day >= oldest && session->day < first)
			first = session->day;
	}
	return first;
}

static void find_days(struct strain_model *model)
{
	bool cut = model->history.has_earlier;
	int32_t first = cut ? model->history.from_day : INT32_MAX;
	int32_t last = cut ? model->history.from_day : INT32_MIN;
	for (size_t i = 0; i < model->history.sessions_n; i++) {
		int32_t day = model->history.sessions[i].day;
		if (!is_possible(&model->history.sessions[i]))
			continue;
		first = day < first ? day : first;
		last = day > last ? day : last;
	}
	if (first > last)
		return;
	if ((int64_t)last - first >= MODEL_MAX_DAYS) {
		first = first_day_from(&model->history, last - MODEL_MAX_DAYS + 1, last);
		cut = false;
	}
	model->has_earlier = cut;
	model->first_day = first;
	model->days_n = (size_t)(last - first) + 1;
}

/* Sessions by day; a stable counting sort, since they come sorted by start. */
static void sort_by_day(struct strain_model *model)
{
	const struct strain_history *history = &model->history;
	size_t *end_of = model->from + 1; /* of each day, while it is filled from the back */
	for (size_t i = 0; i < history->sessions_n; i++)
		if (usable(model, &history->sessions[i]))
			end_of[history->sessions[i].day - model->first_day]++;
	for (size_t d = 1; d < model->days_n; d++)
		end_of[d] += end_of[d - 1];
	size_t total = end_of[model->days_n - 1];
	for (size_t i = history->sessions_n; i-- > 0;)
		if (usable(model, &history->sessions[i]))
			model->order[--end_of[history->sessions[i].day - model->first_day]] = i;
	for (size_t d = 0; d < model->days_n; d++)
		model->from[d] = end_of[d];
	model->from[model->days_n] = total;
}

static void sum_days(struct strain_model *model)
{
	double ctl = strain_constants.prior_load, atl = strain_constants.prior_load;
	model->all_runs = true;
	for (size_t i = 0; i < model->from[model->days_n]; i++)
		model->all_runs &= session_is_run(&model->history.sessions[model->order[i]]);
	for (size_t d = 0; d < model->days_n; d++) {
		day_clear(&model->days[d]);
		for (size_t i = model->from[d]; i < model->from[d + 1]; i++)
			day_add(&model->days[d], &model->history.sessions[model->order[i]]);
		fitness_step(model->days[d].load, &ctl, &atl);
		model->ctl[d] = ctl;
		model->atl[d] = atl;
	}
}

int strain_model_new(const struct strain_history *history, struct strain_model **ret)
{
	CLEANUP(strain_model_freep) struct strain_model *model = calloc(1, sizeof *model);
	if (!model)
		return -ENOMEM;
	model->history = *history;
	find_days(model);
	if (model->days_n) {
		model->days = calloc(model->days_n, sizeof *model->days);
		model->ctl = calloc(model->days_n, sizeof *model->ctl);
		model->atl = calloc(model->days_n, sizeof *model->atl);
		model->from = calloc(model->days_n + 1, sizeof *model->from);
		model->order = calloc(history->sessions_n, sizeof *model->order);
		if (!model->days || !model->ctl || !model->atl || !model->from || !model->order)
			return -ENOMEM;
		sort_by_day(model);
		sum_days(model);
	}
	*ret = TAKE_PTR(model);
	return 0;
}

const struct calendar *strain_calendar(const struct strain_model *model)
{
	return &model->history.calendar;
}

struct session_walk view_sessions(const struct view *view, int32_t first_day, int32_t last_day)
{
	const struct strain_model *model = view->model;
	struct session_walk walk = { .view = view };
	int64_t from = (int64_t)first_day - model->first_day;
	int64_t to = (int64_t)last_day - model->first_day + 1;
	int64_t days = (int64_t)model->days_n;
	from = from < 0 ? 0 : from;
	to = to > days ? days : to;
	if (from < to) {
		walk.at = model->from[from];
		walk.end = model->from[to];
	}
	return walk;
}

const struct strain_session *session_next(struct session_walk *walk)
{
	const struct strain_model *model = walk->view->model;
	while (walk->at < walk->end) {
		const struct strain_session *session =
			&model->history.sessions[model->order[walk->at++]];
		if (session->end_h <= walk->view->known_h)
			return session;
	}
	return NULL;
}

/* What the model summed for the whole day, or the sum of what had ended. */
static struct day_sums sums_of(const struct view *view, int32_t day)
{
	const struct strain_model *model = view->model;
	struct day_sums sums;
	day_clear(&sums);
	int64_t index = (int64_t)day - model->first_day;
	if (index < 0 || index >= (int64_t)model->days_n)
		return sums;
	const struct day_sums *whole = &model->days[index];
	if (!(whole->end_h > view->known_h))
		return *whole;
	struct session_walk walk = view_sessions(view, day, day);
	for (const struct strain_session *s; (s = session_next(&walk));)
		day_add(&sums, s);
	return sums;
}

static void fill_day(struct view *view, size_t k, const struct day_sums *sums)
{
	view->load[k] = sums->load;
	view->km[k] = sums->km;
	view->dose[k] = sums->dose;
	view->down[k] = sums->down;
	for (size_t t = 0; t < TISSUE_COUNT; t++)
		view->steps[t][k] = sums->steps[t];
	view->end_h[k] = sums->end_h;
	view->run_end_h[k] = sums->run_end_h;
}

/* CTL and ATL at the end of a day whose sessions, and those of all days before, are known whole. */
static void fitness_at(const struct strain_model *model, int32_t day, double *ctl, double *atl)
{
	int64_t index = (int64_t)day - model->first_day;
	int64_t last = (int64_t)model->days_n - 1;
	int64_t rest = index > last ? index - last : 0; /* days without load since */
	*ctl = *atl = strain_constants.prior_load;
	if (index < 0)
		return;
	*ctl = model->ctl[index - rest] * exp(-(double)rest / strain_constants.ctl_days);
	*atl = model->atl[index - rest] * exp(-(double)rest / strain_constants.atl_days);
}

/* The model's own CTL and ATL hold up to the first day that is not known whole, as long as the first day
 * is the model's first. From there on they are computed with the days of the view. */
static void fill_fitness(struct view *view, int32_t first_day)
{
	const struct strain_model *model = view->model;
	int32_t oldest = view->reference_day - (int32_t)VIEW_DAYS; /* the day before the view */
	double ctl = strain_constants.prior_load, atl = strain_constants.prior_load;
	for (size_t k = 0; k <= VIEW_DAYS; k++)
		view->ctl[k] = view->atl[k] = strain_constants.prior_load;
	int32_t day = first_day;
	if (first_day == model->first_day && oldest >= first_day) {
		fitness_at(model, oldest, &ctl, &atl);
		view->ctl[VIEW_DAYS] = ctl;
		view->atl[VIEW_DAYS] = atl;
		day = oldest + 1;
	}
	for (; day <= view->reference_day; day++) {
		int64_t back = (int64_t)view->reference_day - day;
		double load =
			back < (int64_t)VIEW_DAYS ? view->load[back] : sums_of(view, day).load;
		fitness_step(load, &ctl, &atl);
		if (back <= (int64_t)VIEW_DAYS) {
			view->ctl[back] = ctl;
			view->atl[back] = atl;
		}
	}
}

static double last_end(const struct view *view)
{
	double last = (double)NAN;
	for (size_t k = 0; k < view->days; k++)
		last = fmax(last, view->end_h[k]);
	return last;
}

/* The day of the first session that was known then, and the one that the fitness is added up from. */
static bool known_since(const struct view *view, int32_t *ret_day, int32_t *ret_fitness_day)
{
	const struct strain_model *model = view->model;
	if (model->has_earlier) {
		*ret_day = model->history.earlier_day;
		*ret_fitness_day = model->first_day;
		return true;
	}
	struct session_walk walk = view_sessions(view, model->first_day, view->reference_day);
	const struct strain_session *first = session_next(&walk);
	if (first)
		*ret_day = *ret_fitness_day = first->day;
	return first != NULL;
}

int32_t strain_reach_days(void)
{
	/* the oldest day of a view lies VIEW_DAYS + 1 days before the one that is asked for */
	return (int32_t)VIEW_DAYS + 2 + FORGOTTEN_AFTER * (int32_t)strain_constants.ctl_days;
}

void view_init(const struct strain_model *model, double known_h, double at_h, struct view *ret)
{
	const struct calendar *calendar = &model->history.calendar;
	*ret = (struct view) { .model = model, .known_h = known_h, .at_h = at_h };
	ret->today = calendar->day_of(calendar->context, at_h);
	ret->nights_day = calendar->day_of(calendar->context, known_h);
	struct session_walk walk = view_sessions(ret, ret->today, ret->today);
	ret->reference_day = session_next(&walk) ? ret->today : ret->today - 1;
	ret->last_end_h = (double)NAN;
	int32_t since, fitness_since;
	if (!known_since(ret, &since, &fitness_since))
		return;
	ret->days_known = ret->reference_day - since + 1;
	ret->days = (uint32_t)ret->days_known < VIEW_DAYS ? (size_t)ret->days_known : VIEW_DAYS;
	for (size_t k = 0; k < VIEW_DAYS; k++) {
		struct day_sums sums = sums_of(ret, ret->reference_day - (int32_t)k);
		fill_day(ret, k, &sums);
	}
	fill_fitness(ret, fitness_since);
	ret->last_end_h = last_end(ret);
}

double view_mean(const struct view *view, const double *series, size_t first, size_t last)
{
	if (last >= view->days)
		last = view->days -
		       1; /* wraps for an empty view, which has no entry `first` either */
	return view->days > first ? stats_mean(series + first, last - first + 1) : (double)NAN;
}

double view_baseline(const struct view *view, const double *series, double prior)
{
	const struct strain_constants *k = &strain_constants;
	size_t first = (size_t)k->baseline_to, last = (size_t)k->baseline_from;
	size_t days = view->days > first ? view->days - first : 0;
	days = days < last - first + 1 ? days : last - first + 1;
	double w = fmin(1, (double)days / k->cold_full);
	double mean = days ? view_mean(view, series, first, last) : 0;
	return fmax(w * mean + (1 - w) * prior, k->floor_share * prior);
}

size_t view_nonzero(
	const struct view *view, const double *series, size_t first, size_t last, double *ret)
{
	size_t n = 0;
	for (size_t i = first; i <= last && i < view->days; i++)
		if (series[i] > 0)
			ret[n++] = series[i];
	return n;
}

size_t view_oldest_first(const struct view *view, const double *series, double ret[VIEW_DAYS])
{
	for (size_t i = 0; i < view->days; i++)
		ret[i] = series[view->days - 1 - i];
	return view->days;
}

void strain_day(const struct strain_model *model, int32_t day, struct strain_day *ret)
{
	*ret = (struct strain_day) { 0, 0, (double)NAN, (double)NAN };
	int64_t at = (int64_t)day - model->first_day, last = (int64_t)model->days_n - 1;
	if (last < 0 || at < 0)
		return;
	size_t i = (size_t)(at < last ? at : last);
	ret->ctl = model->ctl[i];
	ret->atl = model->atl[i];
	for (int64_t k = last; k < at; k++)
		fitness_step(0, &ret->ctl, &ret->atl);
	if (at > last)
		return;
	ret->load = model->days[i].load;
	ret->distance_km = model->days[i].km;
}
