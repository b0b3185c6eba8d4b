/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The part of the FIT profile that this reader wants: which fields of which messages, where their
 * value goes, scale and offset. Everything else is counted and skipped. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fit_message {
	FIT_OTHER,
	FIT_FILE_ID,
	FIT_USER_PROFILE,
	FIT_ZONES_TARGET,
	FIT_SPORT,
	FIT_SESSION,
	FIT_LAP,
	FIT_RECORD,
	FIT_EVENT,
	FIT_DEVICE_INFO,
	FIT_ACTIVITY,
	FIT_HR,
	FIT_TIMESTAMP_CORRELATION,
	FIT_TIME_IN_ZONE,
	FIT_MONITORING,
	FIT_MONITORING_INFO,
	FIT_MONITORING_HR,
	FIT_STRESS,
	FIT_SLEEP_INFO,
	FIT_SLEEP_LEVEL,
	FIT_SLEEP_ASSESSMENT,
	FIT_HRV_STATUS,
	FIT_HRV_VALUE,
	FIT_MESSAGE_COUNT,
};

/* Slots: where a decoded message keeps its values. The timestamp (field 253) has none, since it is
 * read from every message. */
#define FIT_MAX_SLOTS 24
#define FIT_MAX_RAWS 4

enum {
	FILE_ID_TYPE = 1,
	FILE_ID_MANUFACTURER,
	FILE_ID_PRODUCT,
	FILE_ID_SERIAL,
	FILE_ID_TIME_CREATED,
};
enum {
	USER_GENDER = 1,
	USER_AGE,
	USER_WEIGHT,
	USER_RESTING_HR,
	USER_MAX_RUNNING_HR,
	USER_MAX_HR,
};
enum { ZONES_MAX_HR = 1, ZONES_THRESHOLD_HR, ZONES_RESTING_HR };
enum { SPORT_SPORT = 1, SPORT_SUB_SPORT };
enum {
	SESSION_START = 1,
	SESSION_SPORT,
	SESSION_SUB_SPORT,
	SESSION_ELAPSED,
	SESSION_TIMER,
	SESSION_MOVING,
	SESSION_DISTANCE,
	SESSION_CYCLES,
	SESSION_CYCLES_FRACTION,
	SESSION_CALORIES,
	SESSION_HR_AVG,
	SESSION_HR_MAX,
	SESSION_CADENCE,
	SESSION_CADENCE_FRACTION,
	SESSION_ASCENT,
	SESSION_ASCENT_FRACTION,
	SESSION_DESCENT,
	SESSION_DESCENT_FRACTION,
	SESSION_FEEL,
	SESSION_RPE,
};
enum { LAP_START = 1, LAP_ELAPSED, LAP_SPORT, LAP_SUB_SPORT };
enum {
	RECORD_LATITUDE = 1,
	RECORD_LONGITUDE,
	RECORD_ALTITUDE,
	RECORD_ALTITUDE_ENHANCED,
	RECORD_HR,
	RECORD_CADENCE,
	RECORD_CADENCE_FRACTION,
	RECORD_DISTANCE,
	RECORD_SPEED,
	RECORD_SPEED_ENHANCED,
	RECORD_POWER,
	RECORD_OSCILLATION,
	RECORD_CONTACT,
};
enum { EVENT_EVENT = 1, EVENT_TYPE };
enum {
	DEVICE_INDEX = 1,
	DEVICE_MANUFACTURER,
	DEVICE_SERIAL,
	DEVICE_PRODUCT,
	DEVICE_TYPE,
	DEVICE_SOURCE_TYPE,
};
enum { ACTIVITY_TIMER = 1, ACTIVITY_LOCAL };
enum { HR_FRACTION = 1 };
enum { CORRELATION_SYSTEM = 1, CORRELATION_LOCAL };
enum { MONITORING_TIME_16 = 1 };
enum { INFO_LOCAL = 1 }; /* of monitoring_info and of sleep_data_info */
enum { MONITORING_HR_RESTING = 1, MONITORING_HR_RESTING_TODAY };
enum { STRESS_VALUE = 1, STRESS_TIME };
enum { SLEEP_LEVEL = 1 };
enum { SLEEP_SCORE = 1 };
enum { HRV_STATUS_LAST_NIGHT = 1 };
enum { HRV_VALUE = 1 };

/* Raw slots: bytes that the handler unpacks itself (texts, arrays). */
enum { FILE_ID_RAW_PRODUCT_NAME };
enum { DEVICE_RAW_PRODUCT_NAME };
enum { RECORD_RAW_SPEED_DISTANCE };
enum { HR_RAW_BPM, HR_RAW_EVENT, HR_RAW_EVENT_12 };

struct fit_field {
	uint8_t number;
	uint8_t slot;
	bool raw;
	uint16_t scale; /* value = raw / scale - offset; 0 stands for 1 */
	uint16_t offset;
};

struct fit_message_fields {
	uint16_t number; /* global message number */
	enum fit_message message;
	const struct fit_field *fields;
	size_t fields_n;
};

/* The wanted fields of a global message; NULL when none is. */
const struct fit_message_fields *fit_message_fields(uint16_t number);

/* A base type of the FIT protocol. */
struct fit_base_type {
	uint8_t bytes; /* 0: unknown, or not a number */
	bool is_signed, is_float;
	uint64_t invalid;
};

struct fit_base_type fit_base_type(uint8_t number);
