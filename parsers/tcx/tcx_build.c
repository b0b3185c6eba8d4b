/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx_build.h"

#include "activity/activity_check.h"
#include "activity/names.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/utf8.h"

#include <errno.h>
#include <string.h>

/* No runner takes 120 strides a minute: such a number already counts both feet. */
#define STRIDES_MAX_RPM 120

enum oddity { ODD_NUMBER, ODD_RANGE, ODD_TIME, ODD_COUNT };

static const char *const oddities[ODD_COUNT] = {
	[ODD_NUMBER] = "a value that is not a number was left out",
	[ODD_RANGE] = "a value beyond what is possible was left out",
	[ODD_TIME] = "a time that cannot be read was left out",
};

static void report(struct tcx_build *build, enum oddity oddity)
{
	if (build->reported & 1u << oddity)
		return;
	build->reported |= 1u << oddity;
	decoded_file_add_problem(
		build->file, build->offset ? build->offset(build->userdata) : 0, oddities[oddity]);
}

static void forget(struct tcx_build *build, int from, int to)
{
	for (int i = from; i < to; i++)
		build->values[i] = NAN;
}

void tcx_build_init(struct tcx_build *build, struct decoded_file *file)
{
	*build = (struct tcx_build) { .file = file, .point_time_ms = TIME_UNKNOWN_MS };
	forget(build, 0, TCX_NUMBER_COUNT);
}

/* Borrowed until the next activity is added. */
static struct activity *current(const struct tcx_build *build)
{
	return &build->file->activities[build->file->activities_n - 1];
}

static void add(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

/* The mean of a quantity that cannot be 0 in a lap that was run: 0 is what writers put for "none". */
static void mean_add(struct tcx_mean *mean, double value, double weight_s)
{
	if (!(value > 0))
		return;
	mean->plain += value;
	mean->n++;
	if (weight_s > 0) {
		mean->weighted += value * weight_s;
		mean->weight_s += weight_s;
	}
}

static double mean_value(const struct tcx_mean *mean)
{
	if (mean->weight_s > 0)
		return mean->weighted / mean->weight_s;
	return mean->n > 0 ? mean->plain / mean->n : NAN;
}

static bool is(const char *text, size_t size, const char *name)
{
	return strlen(name) == size && strncasecmp(text, name, size) == 0;
}

/* Running, Biking and Other are the schema's own; what else writers put is taken where FIT has a
 * sport of that name. */
static uint8_t sport_of(const char *text, size_t size)
{
	uint8_t sport = SPORT_GENERIC;
	if (is(text, size, "Biking"))
		return SPORT_CYCLING;
	if (is(text, size, "Other") || !sport_from_name(text, size, &sport))
		return SPORT_GENERIC;
	return sport;
}

static int limit(struct tcx_build *build, const char *what)
{
	build->limit = what;
	return -EFBIG;
}

/* The first one that gives a start wins, except that an Id, wherever it stands, comes first. */
static void offer_start(struct tcx_build *build, const struct tcx_time *time, bool id)
{
	if (build->has_start_time && (!id || build->has_id))
		return;
	build->start_time = *time;
	build->has_start_time = true;
	build->has_id = id;
}

static int close_pauses(struct tcx_build *build, int64_t end_ms)
{
	return tcx_pauses_end_lap(&build->pauses, current(build), end_ms, build->lap_timer_s);
}

static int close_lap(struct tcx_build *build)
{
	if (!build->in_lap)
		return 0;
	build->in_lap = false;
	const double *lap = build->values;
	struct activity_stated *stated = &current(build)->summary.stated;
	double timer_s = lap[TCX_LAP_TIMER_S];
	add(&stated->timer_s, timer_s);
	add(&stated->distance_m, lap[TCX_LAP_DISTANCE_M]);
	add(&stated->energy_kcal, lap[TCX_LAP_ENERGY_KCAL]);
	add(&build->steps, lap[TCX_LAP_STEPS]);
	mean_add(&build->hr, lap[TCX_LAP_HR_AVG_BPM], timer_s);
	mean_add(&build->cadence, lap[TCX_LAP_CADENCE_RPM], timer_s);
	mean_add(&build->run_cadence, lap[TCX_LAP_RUN_CADENCE_RPM], timer_s);
	if (lap[TCX_LAP_HR_MAX_BPM] > 0)
		build->hr_max_bpm = fmax(build->hr_max_bpm, lap[TCX_LAP_HR_MAX_BPM]);
	build->lap_timer_s = timer_s;
	if (stated->timer_s > FILE_MAX_TIMER_S)
		return limit(build, "an activity of more than 100 hours of timer time");
	return 0;
}

static int open_lap(struct tcx_build *build, const char *start, size_t size)
{
	struct tcx_time time = { .utc_ms = TIME_UNKNOWN_MS };
	int r = close_lap(build);
	if (r < 0)
		return r;
	if (start && tcx_time_parse(start, size, &time) < 0)
		report(build, ODD_TIME);
	if (time.utc_ms != TIME_UNKNOWN_MS && current(build)->summary.laps == 0)
		offer_start(build, &time, false);
	r = close_pauses(build, time.utc_ms);
	if (r < 0)
		return r;
	tcx_pauses_begin_lap(&build->pauses, time.utc_ms);
	forget(build, TCX_LAP_TIMER_S, TCX_NUMBER_COUNT);
	build->in_lap = true;
	current(build)->summary.laps++;
	return 0;
}

static int close_activity(struct tcx_build *build)
{
	if (!build->in_activity)
		return 0;
	build->in_activity = build->in_point = false;
	int r = close_lap(build);
	if (r == 0)
		r = close_pauses(build, TIME_UNKNOWN_MS);
	if (r < 0)
		return r;
	struct activity *activity = current(build);
	struct activity_summary *summary = &activity->summary;
	tcx_pauses_tidy(activity);
	summary->records = (uint32_t)activity->records_n;
	if (build->has_start_time) {
		summary->start_ms = build->start_time.utc_ms / 1000 * 1000; /* from 1970 on */
		summary->has_utc_offset = build->start_time.has_offset;
		summary->utc_offset_s = build->start_time.offset_s;
	}
	bool steps = summary->has_sport && sport_counts_steps(summary->sport);
	double cadence = mean_value(&build->cadence), run_cadence = mean_value(&build->run_cadence);
	if (isnan(cadence) || (steps && !isnan(run_cadence)))
		cadence = run_cadence;
	summary->stated.cadence_avg_spm =
		steps && cadence < STRIDES_MAX_RPM ? cadence * 2 : cadence;
	summary->stated.hr_avg_bpm = mean_value(&build->hr);
	summary->stated.hr_max_bpm = build->hr_max_bpm;
	/* Steps of LX counts both feet, a stride is two of them; on a bicycle it means nothing. */
	if (steps && build->steps > 0)
		summary->stated.total_strides = build->steps / 2;
	(void)activity_check_summary(summary);
	return 0;
}

static int open_activity(struct tcx_build *build, const char *sport, size_t size)
{
	int r = close_activity(build);
	if (r < 0)
		return r;
	struct activity *activity = decoded_file_add_activity(build->file);
	if (!activity)
		return errno == EFBIG ? limit(build, "more than 1,000 activities") : -ENOMEM;
	if (sport && size) {
		activity->summary.has_sport = true;
		activity->summary.sport = sport_of(sport, size);
	}
	build->in_activity = true;
	build->has_start_time = build->has_id = false;
	build->hr = build->cadence = build->run_cadence = (struct tcx_mean) { 0 };
	build->hr_max_bpm = build->steps = build->lap_timer_s = NAN;
	tcx_pauses_begin_activity(&build->pauses);
	return 0;
}

/* 180 degrees east are 2^31 semicircles, one more than fits, and the largest number means unknown. */
static int32_t semicircles(double degrees)
{
	double value = round(degrees * (0x1p31 / 180));
	return value >= POSITION_UNKNOWN ? POSITION_UNKNOWN - 1 : (int32_t)value;
}

static int close_point(struct tcx_build *build)
{
	if (!build->in_point)
		return 0;
	build->in_point = false;
	if (build->file_records >= FILE_MAX_RECORDS)
		return limit(build, "more than 300,000 records");
	const double *point = build->values;
	struct activity_record record;
	activity_record_init(&record);
	record.time_ms = build->point_time_ms;
	record.distance_m = point[TCX_POINT_DISTANCE_M];
	record.altitude_m = (float)point[TCX_POINT_ALTITUDE_M];
	record.speed_mps = (float)point[TCX_POINT_SPEED_MPS];
	record.hr_bpm = (float)point[TCX_POINT_HR_BPM];
	record.power_w = (float)point[TCX_POINT_POWER_W];
	bool run = !isnan(point[TCX_POINT_RUN_CADENCE_RPM]);
	record.cadence_rpm = (float)point[run ? TCX_POINT_RUN_CADENCE_RPM : TCX_POINT_CADENCE_RPM];
	double latitude = point[TCX_POINT_LATITUDE_DEG];
	double longitude = point[TCX_POINT_LONGITUDE_DEG];
	if (!isnan(latitude) && !isnan(longitude)) {
		record.latitude_semicircles = semicircles(latitude);
		record.longitude_semicircles = semicircles(longitude);
	}
	int r = activity_add_record(current(build), &record);
	if (r < 0)
		return r;
	build->file_records++;
	if (record.time_ms == TIME_UNKNOWN_MS)
		return 0;
	return tcx_pauses_add_point(&build->pauses, current(build), record.time_ms);
}

static int open_point(struct tcx_build *build)
{
	int r = close_point(build);
	forget(build, 0, TCX_POINT_END);
	build->point_time_ms = TIME_UNKNOWN_MS;
	build->in_point = true;
	return r;
}

int tcx_build_open(
	struct tcx_build *build, enum tcx_element element, const char *attribute, size_t size)
{
	build->counts[element]++;
	if (element == TCX_ACTIVITY)
		return open_activity(build, attribute, size);
	if (!build->in_activity) /* laps and points of a course are counted, no more */
		return 0;
	switch (element) {
	case TCX_LAP:
		return open_lap(build, attribute, size);
	case TCX_TRACK:
		tcx_pauses_begin_track(&build->pauses);
		return 0;
	case TCX_TRACKPOINT:
		return open_point(build);
	default:
		return 0;
	}
}

int tcx_build_close(struct tcx_build *build, enum tcx_element element)
{
	switch (element) {
	case TCX_ACTIVITY:
		return close_activity(build);
	case TCX_LAP:
		return close_lap(build);
	case TCX_TRACKPOINT:
		return close_point(build);
	default:
		return 0;
	}
}

static void time_value(struct tcx_build *build, enum tcx_field field, const char *text, size_t size)
{
	struct tcx_time time;
	if (tcx_time_parse(text, size, &time) < 0) {
		report(build, ODD_TIME);
		return;
	}
	if (!build->in_activity)
		return;
	offer_start(build, &time, field == TCX_ACTIVITY_ID);
	if (field == TCX_POINT_TIME)
		build->point_time_ms = time.utc_ms;
}

/* The first Creator speaks for the file. Writers without a device put 0 for its numbers, or the
 * largest ones, which FIT has for "invalid". */
static void creator_value(
	struct tcx_build *build, enum tcx_field field, const char *text, size_t size)
{
	struct file_device *device = &build->file->device;
	int64_t value = 0;
	if (field == TCX_CREATOR_NAME) {
		if (!device->product_name[0])
			(void)utf8_clean(
				text, size, device->product_name, sizeof device->product_name);
		return;
	}
	int64_t max = field == TCX_CREATOR_UNIT_ID ? UINT32_MAX : UINT16_MAX;
	int r = num_int(text, size, 0, max, &value);
	if (r < 0)
		report(build, r == -ERANGE ? ODD_RANGE : ODD_NUMBER);
	else if (value == 0 || value == max)
		return;
	else if (field == TCX_CREATOR_UNIT_ID && !device->has_serial) {
		device->has_serial = true;
		device->serial = (uint32_t)value;
	} else if (field == TCX_CREATOR_PRODUCT_ID && !device->has_product) {
		device->has_product = true;
		device->product = (uint16_t)value;
	}
}

void tcx_build_value(struct tcx_build *build, enum tcx_field field, const char *text, size_t size)
{
	if (!size)
		return;
	if (field == TCX_POINT_TIME || field == TCX_ACTIVITY_ID) {
		time_value(build, field, text, size);
		return;
	}
	if (field >= TCX_NUMBER_COUNT) {
		creator_value(build, field, text, size);
		return;
	}
	double value;
	int r = num_double(text, size, &value);
	if (r < 0)
		report(build, r == -ERANGE ? ODD_RANGE : ODD_NUMBER);
	else if (!tcx_field_plausible(field, value))
		report(build, ODD_RANGE);
	else
		build->values[field] = value;
}

/* What `messages` shows; a course or a workout is told by what stands in it. */
static int fill_counts(struct tcx_build *build)
{
	static const uint8_t shown[] = { TCX_ACTIVITY, TCX_LAP, TCX_TRACKPOINT, TCX_COURSE,
		TCX_COURSE_POINT, TCX_WORKOUT, TCX_MULTI_SPORT_SESSION };
	struct message_count *counts = calloc(ARRAY_SIZE(shown), sizeof *counts);
	if (!counts)
		return -ENOMEM;
	build->file->counts = counts;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (build->counts[shown[i]])
			counts[build->file->counts_n++] = (struct message_count) {
				.name = tcx_element_name(shown[i]),
				.count = build->counts[shown[i]],
			};
	return 0;
}

int tcx_build_finish(struct tcx_build *build)
{
	int r = build->in_activity ? close_activity(build) : 0;
	enum file_kind kind = FILE_KIND_ACTIVITY;
	if (!build->counts[TCX_ACTIVITY] && build->counts[TCX_COURSE])
		kind = FILE_KIND_COURSE;
	else if (!build->counts[TCX_ACTIVITY] && build->counts[TCX_WORKOUT])
		kind = FILE_KIND_WORKOUT;
	build->file->kind = kind;
	int counted = fill_counts(build);
	return r < 0 ? r : counted;
}
