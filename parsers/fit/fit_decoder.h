/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the steps of this reader share while a file is read, and the tools for it. The walk over messages
 * (fit_record.c) calls the collector (fit_activity.c), which puts what it got into activities at the end of each
 * part (fit_assign.c). */

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

/* Empty, with everything unknown. Returns NULL without memory; the caller frees. All is borrowed. */
struct fit_decoder *fit_decoder_new(
	const uint8_t *data, size_t size, struct decoded_file *file, struct parse_error *err);
void fit_decoder_free(struct fit_decoder **pointer);

void fit_pool_init(struct fit_pool *pool);
void fit_pool_done(struct fit_pool *pool);
