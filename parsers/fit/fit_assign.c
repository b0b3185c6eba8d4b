/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which record, lap and pause belongs to which session. A summary may stand before or behind its
 * samples, so this waits for the end of a part; what has no session there waits for the end of the
 * file. Nothing is lost. */
#include "fit/fit_assign.h"
#include "fit/fit_altitude.h"
#include "fit/fit_device.h"
#include "fit/fit_hr.h"
#include "fit/fit_kind.h"
#include "fit/fit_wellness.h"

#include "activity/names.h"
#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* No runner makes 120 strides a minute: from here on a file counts steps. */
#define STEPS_FROM_PER_MINUTE 120

static void correct(const struct fit_decoder *d, int64_t *time_ms)
{
	if (*time_ms == TIME_UNKNOWN_MS || *time_ms >= FIT_RELATIVE_BELOW_MS)
		return;
	if (d->correlated)
		*time_ms += d->correlation_ms;
	else if (d->absolute)
		*time_ms = TIME_UNKNOWN_MS;
}

/* Relative times become absolute where the file tells how, and unknown where they stand among
 * absolute ones. Where all are relative they stay as they are: their differences still hold. */
static void correct_times(struct fit_decoder *d)
{
	struct fit_pool *part = &d->part;
	if (!d->relative || !(d->correlated || d->absolute))
		return;
	for (size_t i = 0; i < part->samples.records_n; i++)
		correct(d, &part->samples.records[i].time_ms);
	for (size_t i = 0; i < part->laps_n; i++)
		correct(d, &part->laps[i].start_ms);
	for (size_t i = 0; i < part->events_n; i++)
		correct(d, &part->events[i].time_ms);
	for (size_t i = 0; i < part->sessions_n; i++) {
		correct(d, &part->sessions[i].start_ms);
		correct(d, &part->sessions[i].end_ms);
	}
}

static int64_t after(int64_t time_ms, double seconds)
{
	return isnan(seconds) ? time_ms : time_ms + (int64_t)(seconds * 1000);
}

static int by_start(const void *a, const void *b)
{
	const struct fit_session *x = a, *y = b;
	bool x_known = x->start_ms != TIME_UNKNOWN_MS, y_known = y->start_ms != TIME_UNKNOWN_MS;
	if (x_known != y_known)
		return x_known ? -1 : 1;
	if (x->start_ms != y->start_ms)
		return x->start_ms < y->start_ms ? -1 : 1;
	return (x->activity > y->activity) - (x->activity < y->activity);
}

/* The last of the sorted sessions that has begun by then, else the first; what has no time stays
 * with what came before it. */
static size_t session_at(const struct fit_pool *pool, int64_t time_ms, size_t previous)
{
	size_t low = 0, high = pool->sessions_n;
	if (time_ms == TIME_UNKNOWN_MS)
		return previous;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int64_t start_ms = pool->sessions[middle].start_ms;
		if (start_ms != TIME_UNKNOWN_MS && start_ms <= time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : 0;
}

static struct activity *activity_at(struct fit_decoder *d, int64_t time_ms, size_t *previous)
{
	*previous = session_at(&d->part, time_ms, *previous);
	return &d->file->activities[d->part.sessions[*previous].activity];
}

static int place_records(struct fit_decoder *d)
{
	struct activity *samples = &d->part.samples;
	size_t session = 0;
	if (d->part.sessions_n == 1) {
		struct activity *only = &d->file->activities[d->part.sessions[0].activity];
		only->records = TAKE_PTR(samples->records);
		only->records_n = samples->records_n;
		only->records_capacity = samples->records_capacity;
		samples->records_n = samples->records_capacity = 0;
		return 0;
	}
	for (size_t i = 0; i < samples->records_n; i++) {
		struct activity *to = activity_at(d, samples->records[i].time_ms, &session);
		int r = activity_add_record(to, &samples->records[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int place_pauses(struct fit_decoder *d)
{
	const struct fit_pool *part = &d->part;
	int64_t stopped_ms = TIME_UNKNOWN_MS;
	size_t session = 0;
	for (size_t i = 0; i < part->events_n; i++) {
		const struct fit_timer_event *event = &part->events[i];
		if (!event->start) {
			stopped_ms = event->time_ms;
			continue;
		}
		if (stopped_ms == TIME_UNKNOWN_MS || event->time_ms == TIME_UNKNOWN_MS)
			continue;
		int r = activity_add_pause(
			activity_at(d, stopped_ms, &session), stopped_ms, event->time_ms);
		if (r < 0)
			return r;
		stopped_ms = TIME_UNKNOWN_MS;
	}
	return 0;
}

static int64_t first_time(const struct activity *activity)
{
	for (size_t i = 0; i < activity->records_n; i++)
		if (activity->records[i].time_ms != TIME_UNKNOWN_MS)
			return activity->records[i].time_ms;
	return TIME_UNKNOWN_MS;
}

/* Start and end of a session once its records are there. */
static void settle_session(struct fit_decoder *d, struct fit_session *session)
{
	struct activity *activity = &d->file->activities[session->activity];
	const struct activity_stated *stated = &activity->summary.stated;
	int64_t start_ms = session->start_ms;
	if (start_ms == TIME_UNKNOWN_MS)
		start_ms = first_time(activity);
	if (start_ms == TIME_UNKNOWN_MS && session->end_ms != TIME_UNKNOWN_MS)
		start_ms = after(session->end_ms, -stated->elapsed_s);
	if (start_ms == TIME_UNKNOWN_MS)
		start_ms = d->created_ms;
	session->start_ms = start_ms;
	if (start_ms >= FIT_RELATIVE_BELOW_MS)
		activity->summary.start_ms = start_ms;
	session->end_ms = start_ms;
	if (start_ms == TIME_UNKNOWN_MS)
		return;
	session->end_ms = after(start_ms, fmax(stated->elapsed_s, stated->timer_s));
	for (size_t i = 0; i < activity->records_n; i++)
		if (activity->records[i].time_ms > session->end_ms)
			session->end_ms = activity->records[i].time_ms;
}

/* The sessions of the part become activities, in the order of the file. */
static int place_part(struct fit_decoder *d)
{
	struct fit_pool *part = &d->part;
	for (size_t i = 0; i < part->sessions_n; i++) {
		struct activity *added = decoded_file_add_activity(d->file);
		if (!added)
			return -errno;
		added->summary = part->sessions[i].summary;
		added->summary.start_ms = TIME_UNKNOWN_MS;
		part->sessions[i].activity = d->file->activities_n - 1;
	}
	qsort(part->sessions, part->sessions_n, sizeof *part->sessions, by_start);
	int r = place_records(d);
	if (r == 0)
		r = place_pauses(d);
	if (r < 0)
		return r;
	size_t session = 0;
	for (size_t i = 0; i < part->laps_n; i++)
		activity_at(d, part->laps[i].start_ms, &session)->summary.laps++;
	for (size_t i = 0; i < part->sessions_n; i++) {
		r = fit_grow((void **)&d->sessions, d->sessions_n, &d->sessions_capacity,
			sizeof *d->sessions);
		if (r < 0)
			return r;
		settle_session(d, &part->sessions[i]);
		d->sessions[d->sessions_n++] = part->sessions[i];
	}
	return 0;
}

/* Keeps what has no session in its part. */
static int keep_orphans(struct fit_decoder *d)
{
	struct fit_pool *part = &d->part, *orphans = &d->orphans;
	if (orphans->samples.records_n + orphans->laps_n + orphans->events_n == 0) {
		struct fit_pool empty = *orphans;
		*orphans = *part;
		*part = empty;
		return 0;
	}
	int r = 0;
	for (size_t i = 0; i < part->samples.records_n && r == 0; i++)
		r = activity_add_record(&orphans->samples, &part->samples.records[i]);
	for (size_t i = 0; i < part->laps_n && r == 0; i++) {
		r = fit_grow((void **)&orphans->laps, orphans->laps_n, &orphans->laps_capacity,
			sizeof *orphans->laps);
		if (r == 0)
			orphans->laps[orphans->laps_n++] = part->laps[i];
	}
	for (size_t i = 0; i < part->events_n && r == 0; i++) {
		r = fit_grow((void **)&orphans->events, orphans->events_n,
			&orphans->events_capacity, sizeof *orphans->events);
		if (r == 0)
			orphans->events[orphans->events_n++] = part->events[i];
	}
	return r;
}

int fit_part_done(struct fit_decoder *d)
{
	struct fit_pool *part = &d->part;
	int r = 0;
	correct_times(d);
	if (part->sessions_n > 0)
		r = place_part(d);
	else if (part->samples.records_n + part->laps_n + part->events_n > 0)
		r = keep_orphans(d);
	fit_pool_done(part);
	d->absolute = d->relative = d->correlated = false;
	d->speed_distance_last = 0;
	d->speed_distance_m = 0;
	d->hr.anchored = false;
	return r;
}

/* The session in whose time something stands; the number of sessions when there is none. */
static size_t session_around(const struct fit_decoder *d, int64_t time_ms)
{
	size_t i = 0;
	while (i < d->sessions_n &&
		!(d->sessions[i].start_ms != TIME_UNKNOWN_MS &&
			time_ms >= d->sessions[i].start_ms && time_ms <= d->sessions[i].end_ms))
		i++;
	return i;
}

/* One activity for the samples that no session claims. */
static int make_session(struct fit_decoder *d)
{
	struct fit_pool *part = &d->part;
	int r = fit_grow(
		(void **)&part->sessions, 0, &part->sessions_capacity, sizeof *part->sessions);
	if (r < 0)
		return r;
	struct fit_session session = { .start_ms = TIME_UNKNOWN_MS, .end_ms = TIME_UNKNOWN_MS };
	activity_stated_init(&session.summary.stated);
	if (d->sessions_n == 0)
		session.summary.stated.timer_s = d->activity_timer_s;
	part->sessions[part->sessions_n++] = session;
	return place_part(d);
}

/* Gives orphans to the sessions of other parts in whose time they stand; leaves the others in part. */
static int adopt(struct fit_decoder *d, struct fit_pool *orphans)
{
	for (size_t i = 0; i < orphans->samples.records_n; i++) {
		const struct activity_record *record = &orphans->samples.records[i];
		size_t session = session_around(d, record->time_ms);
		int r = activity_add_record(
			session < d->sessions_n
				? &d->file->activities[d->sessions[session].activity]
				: &d->part.samples,
			record);
		if (r < 0)
			return r;
	}
	bool some_left = d->part.samples.records_n > 0 && d->file->kind == FILE_KIND_ACTIVITY;
	for (size_t i = 0; i < orphans->laps_n; i++) {
		size_t session = session_around(d, orphans->laps[i].start_ms);
		if (session == d->sessions_n && some_left) {
			int r = fit_grow((void **)&d->part.laps, d->part.laps_n,
				&d->part.laps_capacity, sizeof *d->part.laps);
			if (r < 0)
				return r;
			d->part.laps[d->part.laps_n++] = orphans->laps[i];
			continue;
		}
		if (session == d->sessions_n)
			session--;
		d->file->activities[d->sessions[session].activity].summary.laps++;
	}
	d->part.events = TAKE_PTR(orphans->events);
	d->part.events_n = orphans->events_n;
	return 0;
}

static int settle_orphans(struct fit_decoder *d)
{
	CLEANUP(fit_pool_done) struct fit_pool orphans = d->orphans;
	fit_pool_init(&d->orphans);
	int r = 0;
	if (d->sessions_n > 0) {
		r = adopt(d, &orphans);
	} else {
		d->part = orphans;
		fit_pool_init(&orphans);
	}
	if (r == 0 && d->file->kind == FILE_KIND_ACTIVITY && d->part.samples.records_n > 0)
		r = make_session(d);
	fit_pool_done(&d->part);
	return r;
}

static int by_pause_start(const void *a, const void *b)
{
	int64_t x = ((const struct activity_pause *)a)->start_ms,
		y = ((const struct activity_pause *)b)->start_ms;
	return (x > y) - (x < y);
}

/* Sorted and disjoint, whatever the clock did. */
static void sort_pauses(struct activity *activity)
{
	struct activity_pause *pauses = activity->pauses;
	size_t kept = 0;
	if (activity->pauses_n < 2)
		return;
	qsort(pauses, activity->pauses_n, sizeof *pauses, by_pause_start);
	for (size_t i = 1; i < activity->pauses_n; i++) {
		if (pauses[i].start_ms > pauses[kept].end_ms)
			pauses[++kept] = pauses[i];
		else if (pauses[i].end_ms > pauses[kept].end_ms)
			pauses[kept].end_ms = pauses[i].end_ms;
	}
	activity->pauses_n = kept + 1;
}

static void settle_activity(const struct fit_decoder *d, struct activity *activity)
{
	struct activity_summary *summary = &activity->summary;
	struct activity_stated *stated = &summary->stated;
	sort_pauses(activity);
	summary->records = (uint32_t)activity->records_n;
	summary->has_utc_offset = d->has_utc_offset;
	summary->utc_offset_s = d->utc_offset_s;
	if (!summary->has_sport && d->has_sport) {
		summary->has_sport = true;
		summary->sport = d->sport;
		summary->has_sub_sport = d->has_sub_sport;
		summary->sub_sport = d->sub_sport;
	}
	if (!summary->has_sport || !sport_counts_steps(summary->sport))
		stated->total_strides = NAN; /* cycles of another kind */
	else if (stated->cadence_avg_spm < STEPS_FROM_PER_MINUTE)
		stated->cadence_avg_spm *= 2;
}

int fit_file_done(struct fit_decoder *d)
{
	int r = settle_orphans(d);
	if (r < 0)
		return r;
	fit_hr_merge(d);
	fit_settle_limits(d);
	fit_settle_altitude(d);
	r = fit_settle_wellness(d);
	if (r < 0)
		return r;
	for (size_t i = 0; i < d->file->activities_n; i++)
		settle_activity(d, &d->file->activities[i]);
	for (size_t i = 0; i < d->file->activities_n; i++)
		if (d->file->activities[i].summary.stated.timer_s > FILE_MAX_TIMER_S)
			return parse_fail(d->err, -EFBIG, 0, "more than 100 hours of timer time");
	return 0;
}
