/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The collector: one function for each message that matters. */
#include "fit/fit_activity.h"
#include "fit/fit_device.h"
#include "fit/fit_hr.h"
#include "fit/fit_wellness.h"

#include "activity/names.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* FIT profile, type event and event_type */
#define EVENT_TIMER 0
#define EVENT_SLEEP 74 /* not in the public list, but in sleep files */
#define EVENT_TYPE_START 0
#define EVENT_TYPE_STOP 1
#define EVENT_TYPE_STOP_ALL 4
#define EVENT_TYPE_STOP_DISABLE 8
#define EVENT_TYPE_STOP_DISABLE_ALL 9

/* A pause every half minute for a hundred hours, and then some. */
#define TIMER_EVENTS_MAX 30000u

static bool given(double value)
{
	return !isnan(value);
}

static bool take_u8(double value, uint8_t *ret)
{
	uint32_t number = 0;
	if (!fit_take_number(value, UINT8_MAX - 1, &number))
		return false;
	*ret = (uint8_t)number;
	return true;
}

/* Remembers which kinds of time the part has. */
static void note_time(struct fit_decoder *d, int64_t time_ms)
{
	if (time_ms >= FIT_RELATIVE_BELOW_MS)
		d->absolute = true;
	else if (time_ms != TIME_UNKNOWN_MS)
		d->relative = true;
}

static void note_sport(struct fit_decoder *d, double sport, double sub_sport)
{
	if (d->has_sport)
		return;
	d->has_sport = take_u8(sport, &d->sport);
	d->has_sub_sport = d->has_sport && take_u8(sub_sport, &d->sub_sport);
}

static int on_sport(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	(void)time_ms;
	note_sport(d, def->values[SPORT_SPORT], def->values[SPORT_SUB_SPORT]);
	return 0;
}

/* The sum of a whole and its fraction field, where the fraction may be missing. */
static double with_fraction(double whole, double fraction)
{
	return given(fraction) ? whole + fraction : whole;
}

static double within(double value, double min, double max)
{
	return value >= min && value <= max ? value : NAN;
}

/* Cadence and strides stay as they are until the sport is known for certain. */
static struct activity_stated state(const double *v)
{
	return (struct activity_stated) {
		.elapsed_s = v[SESSION_ELAPSED],
		.timer_s = v[SESSION_TIMER],
		.moving_s = v[SESSION_MOVING],
		.distance_m = v[SESSION_DISTANCE],
		.ascent_m = with_fraction(v[SESSION_ASCENT], v[SESSION_ASCENT_FRACTION]),
		.descent_m = with_fraction(v[SESSION_DESCENT], v[SESSION_DESCENT_FRACTION]),
		.hr_avg_bpm = v[SESSION_HR_AVG],
		.hr_max_bpm = v[SESSION_HR_MAX],
		.cadence_avg_spm = with_fraction(v[SESSION_CADENCE], v[SESSION_CADENCE_FRACTION]),
		.energy_kcal = v[SESSION_CALORIES],
		.total_strides = with_fraction(v[SESSION_CYCLES], v[SESSION_CYCLES_FRACTION]),
		.rpe = within(v[SESSION_RPE], 0.1, 10),
		.feel = within(v[SESSION_FEEL], 0, 100),
	};
}

static int on_session(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	const double *v = def->values;
	struct fit_pool *part = &d->part;
	if (d->sessions_n + part->sessions_n >= FILE_MAX_ACTIVITIES)
		return parse_fail(d->err, -EFBIG, fit_offset(d, data), "too many sessions");
	int r = fit_grow((void **)&part->sessions, part->sessions_n, &part->sessions_capacity,
		sizeof *part->sessions);
	if (r < 0)
		return r;
	struct fit_session session = { .start_ms = fit_time_ms(v[SESSION_START]),
		.end_ms = time_ms };
	struct activity_summary *summary = &session.summary;
	summary->has_sport = take_u8(v[SESSION_SPORT], &summary->sport);
	summary->has_sub_sport = take_u8(v[SESSION_SUB_SPORT], &summary->sub_sport);
	summary->stated = state(v);
	note_time(d, session.start_ms);
	note_time(d, session.end_ms);
	part->sessions[part->sessions_n++] = session;
	return 0;
}

static int on_lap(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	struct fit_pool *part = &d->part;
	double elapsed_s = def->values[LAP_ELAPSED];
	struct fit_lap lap = { .start_ms = fit_time_ms(def->values[LAP_START]) };
	if (lap.start_ms == TIME_UNKNOWN_MS && time_ms != TIME_UNKNOWN_MS)
		lap.start_ms = given(elapsed_s) ? time_ms - (int64_t)(elapsed_s * 1000) : time_ms;
	if (d->laps_n++ >= FILE_MAX_RECORDS)
		return parse_fail(d->err, -EFBIG, fit_offset(d, data), "too many laps");
	int r = fit_grow(
		(void **)&part->laps, part->laps_n, &part->laps_capacity, sizeof *part->laps);
	if (r < 0)
		return r;
	note_sport(d, def->values[LAP_SPORT], def->values[LAP_SUB_SPORT]);
	note_time(d, lap.start_ms);
	part->laps[part->laps_n++] = lap;
	return 0;
}

/* Field 8 of a record: speed in 1/100 m/s and distance in 1/16 m, twelve bits each; the distance
 * turns over at 256 m. */
static void unpack_speed_distance(struct fit_decoder *d, const struct fit_raw *raw,
	const uint8_t *data, struct activity_record *record)
{
	const uint8_t *at = data + raw->at;
	if (raw->size != 3 || (at[0] == 0xFF && at[1] == 0xFF && at[2] == 0xFF))
		return;
	uint32_t speed = at[0] | (uint32_t)(at[1] & 0x0F) << 8;
	uint32_t distance = (uint32_t)at[1] >> 4 | (uint32_t)at[2] << 4;
	d->speed_distance_m += ((distance - d->speed_distance_last) & 0xFFF) / 16.0;
	d->speed_distance_last = distance;
	if (isnan(record->speed_mps))
		record->speed_mps = (float)speed / 100;
	if (isnan(record->distance_m))
		record->distance_m = d->speed_distance_m;
}

/* Half a circle is 2^31 semicircles; a latitude goes to a quarter. */
static void take_position(const double *v, struct activity_record *record)
{
	double latitude = v[RECORD_LATITUDE], longitude = v[RECORD_LONGITUDE];
	if (!(fabs(latitude) <= 1 << 30) || !(longitude >= INT32_MIN && longitude < INT32_MAX))
		return;
	record->latitude_semicircles = (int32_t)latitude;
	record->longitude_semicircles = (int32_t)longitude;
}

static int on_record(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	const double *v = def->values;
	if (d->records_n >= FILE_MAX_RECORDS)
		return parse_fail(d->err, -EFBIG, fit_offset(d, data), "too many records");
	double altitude = v[RECORD_ALTITUDE_ENHANCED], speed = v[RECORD_SPEED_ENHANCED];
	struct activity_record record = {
		.time_ms = time_ms,
		.distance_m = v[RECORD_DISTANCE],
		.latitude_semicircles = POSITION_UNKNOWN,
		.longitude_semicircles = POSITION_UNKNOWN,
		.altitude_m = (float)(given(altitude) ? altitude : v[RECORD_ALTITUDE]),
		.speed_mps = (float)(given(speed) ? speed : v[RECORD_SPEED]),
		.hr_bpm = (float)v[RECORD_HR],
		.cadence_rpm = (float)with_fraction(v[RECORD_CADENCE], v[RECORD_CADENCE_FRACTION]),
		.power_w = (float)v[RECORD_POWER],
		.contact_time_ms = (float)v[RECORD_CONTACT],
		.vertical_oscillation_mm = (float)v[RECORD_OSCILLATION],
	};
	take_position(v, &record);
	if (def->raws[RECORD_RAW_SPEED_DISTANCE].size > 0)
		unpack_speed_distance(d, &def->raws[RECORD_RAW_SPEED_DISTANCE], data, &record);
	note_time(d, time_ms);
	d->records_n++;
	return activity_add_record(&d->part.samples, &record);
}

static int on_event(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	const double *v = def->values;
	struct fit_pool *part = &d->part;
	if (v[EVENT_EVENT] == EVENT_SLEEP)
		fit_note_sleep(d, v[EVENT_TYPE], time_ms);
	if (v[EVENT_EVENT] != EVENT_TIMER || time_ms == TIME_UNKNOWN_MS)
		return 0;
	bool start = v[EVENT_TYPE] == EVENT_TYPE_START;
	bool stop = v[EVENT_TYPE] == EVENT_TYPE_STOP || v[EVENT_TYPE] == EVENT_TYPE_STOP_ALL ||
		    v[EVENT_TYPE] == EVENT_TYPE_STOP_DISABLE ||
		    v[EVENT_TYPE] == EVENT_TYPE_STOP_DISABLE_ALL;
	if (!start && !stop)
		return 0;
	if (part->events_n > 0 && part->events[part->events_n - 1].start == start)
		return 0; /* it stood, or ran, already */
	if (d->events_n == TIMER_EVENTS_MAX) {
		if (!d->events_dropped)
			decoded_file_add_problem(
				d->file, fit_offset(d, data), "more pauses than can be kept");
		d->events_dropped = true;
		return 0;
	}
	int r = fit_grow((void **)&part->events, part->events_n, &part->events_capacity,
		sizeof *part->events);
	if (r < 0)
		return r;
	note_time(d, time_ms);
	d->events_n++;
	part->events[part->events_n++] =
		(struct fit_timer_event) { .time_ms = time_ms, .start = start };
	return 0;
}

static int on_activity(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)data;
	if (!d->has_utc_offset)
		d->has_utc_offset =
			fit_utc_offset(def->values[ACTIVITY_LOCAL], time_ms, &d->utc_offset_s);
	if (isnan(d->activity_timer_s))
		d->activity_timer_s = def->values[ACTIVITY_TIMER];
	return 0;
}

static int on_correlation(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	(void)fit_on_local_time(d, def, data, time_ms);
	int64_t system_ms = fit_time_ms(def->values[CORRELATION_SYSTEM]);
	if (d->correlated || system_ms == TIME_UNKNOWN_MS || system_ms >= FIT_RELATIVE_BELOW_MS ||
		time_ms < FIT_RELATIVE_BELOW_MS)
		return 0;
	d->correlated = true;
	d->correlation_ms = time_ms - system_ms;
	return 0;
}

int fit_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	static int (*const collectors[FIT_MESSAGE_COUNT])(
		struct fit_decoder *, const struct fit_definition *, const uint8_t *, int64_t) = {
		[FIT_FILE_ID] = fit_on_file_id,
		[FIT_USER_PROFILE] = fit_on_user_profile,
		[FIT_ZONES_TARGET] = fit_on_zones_target,
		[FIT_SPORT] = on_sport,
		[FIT_SESSION] = on_session,
		[FIT_LAP] = on_lap,
		[FIT_RECORD] = on_record,
		[FIT_EVENT] = on_event,
		[FIT_DEVICE_INFO] = fit_on_device_info,
		[FIT_ACTIVITY] = on_activity,
		[FIT_HR] = fit_hr_collect,
		[FIT_TIMESTAMP_CORRELATION] = on_correlation,
		[FIT_TIME_IN_ZONE] = fit_on_time_in_zone,
		[FIT_MONITORING] = fit_on_monitoring,
		[FIT_MONITORING_INFO] = fit_on_local_time,
		[FIT_MONITORING_HR] = fit_on_monitoring_hr,
		[FIT_STRESS] = fit_on_stress,
		[FIT_SLEEP_INFO] = fit_on_local_time,
		[FIT_SLEEP_LEVEL] = fit_on_sleep_level,
		[FIT_SLEEP_ASSESSMENT] = fit_on_sleep_assessment,
		[FIT_HRV_STATUS] = fit_on_hrv_status,
		[FIT_HRV_VALUE] = fit_on_hrv_value,
	};
	return collectors[def->message](d, def, data, time_ms);
}
