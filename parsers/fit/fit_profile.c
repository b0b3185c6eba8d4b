/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_profile.h"

#include "base/cleanup.h"

static const struct fit_field file_id[] = {
	{ .number = 0, .slot = FILE_ID_TYPE },
	{ .number = 1, .slot = FILE_ID_MANUFACTURER },
	{ .number = 2, .slot = FILE_ID_PRODUCT },
	{ .number = 3, .slot = FILE_ID_SERIAL },
	{ .number = 4, .slot = FILE_ID_TIME_CREATED },
	{ .number = 8, .slot = FILE_ID_RAW_PRODUCT_NAME, .raw = true },
};

static const struct fit_field user_profile[] = {
	{ .number = 1, .slot = USER_GENDER },
	{ .number = 2, .slot = USER_AGE },
	{ .number = 4, .slot = USER_WEIGHT, .scale = 10 },
	{ .number = 8, .slot = USER_RESTING_HR },
	{ .number = 9, .slot = USER_MAX_RUNNING_HR },
	{ .number = 11, .slot = USER_MAX_HR },
};

static const struct fit_field zones_target[] = {
	{ .number = 1, .slot = ZONES_MAX_HR },
	{ .number = 2, .slot = ZONES_THRESHOLD_HR },
};

static const struct fit_field time_in_zone[] = {
	{ .number = 11, .slot = ZONES_MAX_HR },
	{ .number = 12, .slot = ZONES_RESTING_HR },
	{ .number = 13, .slot = ZONES_THRESHOLD_HR },
};

static const struct fit_field sport[] = {
	{ .number = 0, .slot = SPORT_SPORT },
	{ .number = 1, .slot = SPORT_SUB_SPORT },
};

static const struct fit_field session[] = {
	{ .number = 2, .slot = SESSION_START },
	{ .number = 5, .slot = SESSION_SPORT },
	{ .number = 6, .slot = SESSION_SUB_SPORT },
	{ .number = 7, .slot = SESSION_ELAPSED, .scale = 1000 },
	{ .number = 8, .slot = SESSION_TIMER, .scale = 1000 },
	{ .number = 9, .slot = SESSION_DISTANCE, .scale = 100 },
	{ .number = 10, .slot = SESSION_CYCLES },
	{ .number = 11, .slot = SESSION_CALORIES },
	{ .number = 16, .slot = SESSION_HR_AVG },
	{ .number = 17, .slot = SESSION_HR_MAX },
	{ .number = 18, .slot = SESSION_CADENCE },
	{ .number = 22, .slot = SESSION_ASCENT },
	{ .number = 23, .slot = SESSION_DESCENT },
	{ .number = 59, .slot = SESSION_MOVING, .scale = 1000 },
	{ .number = 92, .slot = SESSION_CADENCE_FRACTION, .scale = 128 },
	{ .number = 94, .slot = SESSION_CYCLES_FRACTION, .scale = 128 },
	{ .number = 192, .slot = SESSION_FEEL },
	/* listed as a plain number, but files hold ten times the scale of 0 to 10 */
	{ .number = 193, .slot = SESSION_RPE, .scale = 10 },
	{ .number = 199, .slot = SESSION_ASCENT_FRACTION, .scale = 100 },
	{ .number = 200, .slot = SESSION_DESCENT_FRACTION, .scale = 100 },
};

static const struct fit_field lap[] = {
	{ .number = 2, .slot = LAP_START },
	{ .number = 7, .slot = LAP_ELAPSED, .scale = 1000 },
	{ .number = 25, .slot = LAP_SPORT },
	{ .number = 39, .slot = LAP_SUB_SPORT },
};

static const struct fit_field record[] = {
	{ .number = 0, .slot = RECORD_LATITUDE },
	{ .number = 1, .slot = RECORD_LONGITUDE },
	{ .number = 2, .slot = RECORD_ALTITUDE, .scale = 5, .offset = 500 },
	{ .number = 3, .slot = RECORD_HR },
	{ .number = 4, .slot = RECORD_CADENCE },
	{ .number = 5, .slot = RECORD_DISTANCE, .scale = 100 },
	{ .number = 6, .slot = RECORD_SPEED, .scale = 1000 },
	{ .number = 7, .slot = RECORD_POWER },
	{ .number = 8, .slot = RECORD_RAW_SPEED_DISTANCE, .raw = true },
	{ .number = 39, .slot = RECORD_OSCILLATION, .scale = 10 },
	{ .number = 41, .slot = RECORD_CONTACT, .scale = 10 },
	{ .number = 53, .slot = RECORD_CADENCE_FRACTION, .scale = 128 },
	{ .number = 73, .slot = RECORD_SPEED_ENHANCED, .scale = 1000 },
	{ .number = 78, .slot = RECORD_ALTITUDE_ENHANCED, .scale = 5, .offset = 500 },
};

static const struct fit_field event[] = {
	{ .number = 0, .slot = EVENT_EVENT },
	{ .number = 1, .slot = EVENT_TYPE },
};

static const struct fit_field device_info[] = {
	{ .number = 0, .slot = DEVICE_INDEX },
	{ .number = 1, .slot = DEVICE_TYPE },
	{ .number = 25, .slot = DEVICE_SOURCE_TYPE },
	{ .number = 2, .slot = DEVICE_MANUFACTURER },
	{ .number = 3, .slot = DEVICE_SERIAL },
	{ .number = 4, .slot = DEVICE_PRODUCT },
	{ .number = 27, .slot = DEVICE_RAW_PRODUCT_NAME, .raw = true },
};

static const struct fit_field activity[] = {
	{ .number = 0, .slot = ACTIVITY_TIMER, .scale = 1000 },
	{ .number = 5, .slot = ACTIVITY_LOCAL },
};

static const struct fit_field hr[] = {
	{ .number = 0, .slot = HR_FRACTION, .scale = 32768 },
	{ .number = 6, .slot = HR_RAW_BPM, .raw = true },
	{ .number = 9, .slot = HR_RAW_EVENT, .raw = true },
	{ .number = 10, .slot = HR_RAW_EVENT_12, .raw = true },
};

static const struct fit_field timestamp_correlation[] = {
	{ .number = 1, .slot = CORRELATION_SYSTEM },
	{ .number = 3, .slot = CORRELATION_LOCAL },
};

static const struct fit_field monitoring[] = {
	{ .number = 26, .slot = MONITORING_TIME_16 },
};

static const struct fit_field monitoring_info[] = {
	{ .number = 0, .slot = INFO_LOCAL },
};

static const struct fit_field monitoring_hr_data[] = {
	{ .number = 0, .slot = MONITORING_HR_RESTING },
	{ .number = 1, .slot = MONITORING_HR_RESTING_TODAY },
};

static const struct fit_field stress_level[] = {
	{ .number = 0, .slot = STRESS_VALUE },
	{ .number = 1, .slot = STRESS_TIME },
};

/* Not in the public list. In files its field 2 stands as far from the timestamp as the local time of
 * monitoring_info does in the monitoring files of the same days. */
static const struct fit_field sleep_data_info[] = {
	{ .number = 2, .slot = INFO_LOCAL },
};

static const struct fit_field sleep_level[] = {
	{ .number = 0, .slot = SLEEP_LEVEL },
};

static const struct fit_field sleep_assessment[] = {
	{ .number = 6, .slot = SLEEP_SCORE },
};

static const struct fit_field hrv_status_summary[] = {
	{ .number = 1, .slot = HRV_STATUS_LAST_NIGHT, .scale = 128 },
};

static const struct fit_field hrv_value[] = {
	{ .number = 0, .slot = HRV_VALUE, .scale = 128 },
};

#define ROW(number_, message_, fields_)                                          \
	{                                                                        \
		.number = (number_), .message = (message_), .fields = (fields_), \
		.fields_n = ARRAY_SIZE(fields_)                                  \
	}

/* The frequent ones first. */
static const struct fit_message_fields messages[] = {
	ROW(20, FIT_RECORD, record),
	ROW(132, FIT_HR, hr),
	ROW(21, FIT_EVENT, event),
	ROW(19, FIT_LAP, lap),
	ROW(18, FIT_SESSION, session),
	ROW(0, FIT_FILE_ID, file_id),
	ROW(3, FIT_USER_PROFILE, user_profile),
	ROW(7, FIT_ZONES_TARGET, zones_target),
	ROW(12, FIT_SPORT, sport),
	ROW(23, FIT_DEVICE_INFO, device_info),
	ROW(34, FIT_ACTIVITY, activity),
	ROW(162, FIT_TIMESTAMP_CORRELATION, timestamp_correlation),
	ROW(216, FIT_TIME_IN_ZONE, time_in_zone),
	ROW(55, FIT_MONITORING, monitoring),
	ROW(103, FIT_MONITORING_INFO, monitoring_info),
	ROW(211, FIT_MONITORING_HR, monitoring_hr_data),
	ROW(227, FIT_STRESS, stress_level),
	ROW(273, FIT_SLEEP_INFO, sleep_data_info),
	ROW(275, FIT_SLEEP_LEVEL, sleep_level),
	ROW(346, FIT_SLEEP_ASSESSMENT, sleep_assessment),
	ROW(370, FIT_HRV_STATUS, hrv_status_summary),
	ROW(371, FIT_HRV_VALUE, hrv_value),
};

const struct fit_message_fields *fit_message_fields(uint16_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		if (messages[i].number == number)
			return &messages[i];
	return NULL;
}

/* FIT protocol, "Base type": the low five bits are the number, bit 7 says "more than one byte". Some
 * writers forget bit 7, so it does not count. */
struct fit_base_type fit_base_type(uint8_t number)
{
	static const struct fit_base_type types[] = {
		[0] = { .bytes = 1, .invalid = 0xFF },                    /* enum */
		[1] = { .bytes = 1, .is_signed = true, .invalid = 0x7F }, /* sint8 */
		[2] = { .bytes = 1, .invalid = 0xFF },                    /* uint8 */
		[3] = { .bytes = 2, .is_signed = true, .invalid = 0x7FFF },
		[4] = { .bytes = 2, .invalid = 0xFFFF },
		[5] = { .bytes = 4, .is_signed = true, .invalid = 0x7FFFFFFF },
		[6] = { .bytes = 4, .invalid = 0xFFFFFFFF },
		[7] = { 0 }, /* string */
		[8] = { .bytes = 4, .is_float = true, .invalid = 0xFFFFFFFF },
		[9] = { .bytes = 8, .is_float = true, .invalid = UINT64_MAX },
		[10] = { .bytes = 1 }, /* uint8z: 0 is invalid */
		[11] = { .bytes = 2 },
		[12] = { .bytes = 4 },
		[13] = { .bytes = 1, .invalid = 0xFF }, /* byte */
		[14] = { .bytes = 8, .is_signed = true, .invalid = INT64_MAX },
		[15] = { .bytes = 8, .invalid = UINT64_MAX },
		[16] = { .bytes = 8 },
	};
	number &= 0x7F;
	return number < ARRAY_SIZE(types) ? types[number] : (struct fit_base_type) { 0 };
}
