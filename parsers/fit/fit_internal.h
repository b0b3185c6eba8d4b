/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the files of this reader share: the walk over messages (fit_record.c) calls the collector
 * (fit_activity.c), which puts what it got into activities at the end of each part (fit_assign.c). */

#include "activity/activity.h"
#include "base/perr.h"
#include "fit/fit_profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIT_LOCAL_TYPES 16
#define FIT_EPOCH_S 631065600 /* 1989-12-31T00:00:00Z */

/* FIT times below 0x10000000 count from the start of the device, not from the epoch. */
#define FIT_RELATIVE_BELOW_MS ((FIT_EPOCH_S + (int64_t)0x10000000) * 1000)

/* A wanted number of a message: where it stands and how it is read. */
struct fit_op {
	uint32_t at;
	uint8_t slot;
	struct fit_base_type type;
	double scale, offset;
};

/* A wanted run of bytes. */
struct fit_raw {
	uint32_t at;
	uint8_t size; /* 0: not in the message */
	struct fit_base_type type;
};

/* A definition message with its plan, made once and used for every data message after it. */
struct fit_definition {
	bool known, big_endian, has_timestamp;
	uint16_t number;
	enum fit_message message;
	uint32_t size; /* of a data message without its header byte */
	uint32_t timestamp_at;
	size_t count; /* index in decoded_file.counts */
	size_t ops_n;
	struct fit_op ops[FIT_MAX_SLOTS];
	struct fit_raw raws[FIT_MAX_RAWS];
	double values[FIT_MAX_SLOTS]; /* of the message at hand; NAN: absent */
};

struct fit_timer_event {
	int64_t time_ms;
	bool start;
};

struct fit_lap {
	int64_t start_ms;
};

/* A session and the time that its records and laps start in. */
struct fit_session {
	struct activity_summary summary; /* start_ms as in the file, absolute or not */
	int64_t start_ms, end_ms;
	size_t activity; /* index in decoded_file.activities */
};

/* What was collected and has no place yet. */
struct fit_pool {
	struct activity samples; /* only its records are used */
	struct fit_lap *laps;    /* owned */
	size_t laps_n, laps_capacity;
	struct fit_timer_event *events; /* owned */
	size_t events_n, events_capacity;
	struct fit_session *sessions; /* owned */
	size_t sessions_n, sessions_capacity;
};

/* The mean heart rate of the beats of one second. */
struct fit_beats {
	int64_t second;
	uint32_t sum, n;
};

struct fit_hr {
	bool anchored;
	int64_t anchor_ms;
	uint32_t anchor_event, last_event; /* 1/1024 s */
	struct fit_beats *beats;           /* owned; of the whole file */
	size_t beats_n, beats_capacity;
	bool overflowed;
};

/* Max HR and the like, by the source that ranks higher (facts: device's own limits). */
struct fit_limits {
	double zones_max, zones_threshold;
	double zone_time_max, zone_time_rest, zone_time_threshold;
	double user_max_running, user_max, user_rest;
};

/* What the wellness messages need from one to the next, over the whole file. */
struct fit_wellness {
	int32_t utc_offset_s; /* of the messages that follow; UTC_OFFSET_UNKNOWN */
	unsigned sleep_starts, sleep_stops;
	int64_t sleep_start_ms, sleep_stop_ms; /* the last of each */
	double sleep_score;
	bool dropped;
};

struct fit_decoder {
	const uint8_t *data; /* borrowed: the whole file */
	size_t size;
	struct decoded_file *file; /* borrowed: what is filled */
	struct parse_error *err;   /* borrowed, may be NULL */
	bool valid;
	uint32_t *count_of; /* owned; by message number: index in counts + 1 */
	size_t counts_capacity;

	/* of the part at hand */
	struct fit_definition definitions[FIT_LOCAL_TYPES];
	bool has_time; /* the last timestamp, for compressed headers */
	uint32_t time;
	uint32_t speed_distance_last; /* 1/16 m modulo 4096, field 8 of record */
	double speed_distance_m;
	struct fit_pool part;
	bool absolute, relative; /* which kinds of time the part holds */
	bool correlated;
	int64_t correlation_ms; /* added to a relative time */
	double activity_timer_s;

	/* of the whole file */
	struct fit_pool orphans;      /* of parts without a session */
	struct fit_session *sessions; /* owned; parallel to activities */
	size_t sessions_n, sessions_capacity, records_n, laps_n, events_n;
	bool events_dropped;
	struct fit_hr hr;
	struct fit_limits limits;
	struct fit_wellness wellness;
	bool has_type, has_file_id;
	bool has_sport, has_sub_sport;
	uint8_t sport, sub_sport; /* of a message that names the sport outside a session */
	bool has_utc_offset;
	bool lists_gps, lists_barometer; /* among the sensors of the device itself */
	int32_t utc_offset_s;
	int64_t created_ms;
};

/* A place for one more in an owned array. Returns 0; -ENOMEM. */
int fit_grow(void **array, size_t n, size_t *capacity, size_t element);

/* Milliseconds since 1970 of a FIT time; TIME_UNKNOWN_MS for NAN and what is no time. */
int64_t fit_time_ms(double fit_s);

/* The local clock minus UTC at an instant, to the quarter of an hour. Files hold 0, the seconds since
 * boot and worse in place of the local time: false for what can be no time zone. */
bool fit_utc_offset(double local_s, int64_t time_ms, int32_t *ret);

/* Takes a value as a whole number between 0 and max; false when it is none. */
bool fit_take_number(double value, uint32_t max, uint32_t *ret);

/* Remembers an oddity that makes the file invalid. */
void fit_fault(struct fit_decoder *d, const uint8_t *at, const char *what);

/* The offset of a place in the file. */
static inline uint64_t fit_offset(const struct fit_decoder *d, const uint8_t *at)
{
	return (uint64_t)(at - d->data);
}

/* fit_header.c: all parts of the file. Returns 0; -EFBIG; -ENOMEM. */
int fit_read_parts(struct fit_decoder *d);

/* fit_record.c: the messages of data[0..size). On a fault it stops there.
 *
 * until_header  the length is not known: stop also where the next part begins
 * ret_stop      behind the last whole message */
int fit_read_messages(struct fit_decoder *d, const uint8_t *data, size_t size, bool until_header,
	const uint8_t **ret_stop);

/* fit_activity.c: takes in one message, whose values stand in def. */
int fit_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);

int fit_on_file_id(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_device_info(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_user_profile(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_zones_target(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_time_in_zone(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
void fit_settle_limits(struct fit_decoder *d);

/* fit_altitude.c: a sensor that a file names, and what its heights come from, once all are known. */
void fit_note_sensor(struct fit_decoder *d, double source_type, double device_type);
void fit_settle_altitude(struct fit_decoder *d);

/* fit_hr.c: unpacks an hr message; gives the beats to the records of their seconds. */
int fit_hr_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
void fit_hr_merge(struct fit_decoder *d);

/* fit_wellness.c: the messages of monitoring, sleep and HRV files, handed on as samples. */
int fit_on_monitoring(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_local_time(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_monitoring_hr(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_stress(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_sleep_level(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_sleep_assessment(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_hrv_status(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_hrv_value(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
/* A sleep event: the bounds of a night. */
void fit_note_sleep(struct fit_decoder *d, double event_type, int64_t time_ms);
/* At the end of the file. Returns 0; -ENOMEM. */
int fit_settle_wellness(struct fit_decoder *d);

/* fit_assign.c: at the end of a part, and of the file. */
int fit_part_done(struct fit_decoder *d);
int fit_file_done(struct fit_decoder *d);

void fit_pool_init(struct fit_pool *pool);
void fit_pool_done(struct fit_pool *pool);

/* fit_kind.c */
enum file_kind fit_kind_of_type(unsigned type);
enum file_kind fit_kind_of_messages(const struct decoded_file *file);
