/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "activity/activity_check.h"

#include "base/cleanup.h"
#include "base/utf8.h"

#include <string.h>

/* One row per value: where it is, and what a watch can mean. */
struct check {
	size_t offset;
	double min, max;
};

#define CHECK(type, member, low, high)                                               \
	{                                                                            \
		.offset = offsetof(struct type, member), .min = (low), .max = (high) \
	}

static int check_doubles(void *structure, const struct check *checks, size_t n)
{
	int changed = 0;
	for (size_t i = 0; i < n; i++) {
		double *value = (void *)((char *)structure + checks[i].offset);
		if (isnan(*value) || (*value >= checks[i].min && *value <= checks[i].max))
			continue;
		*value = NAN;
		changed++;
	}
	return changed;
}

static int check_floats(void *structure, const struct check *checks, size_t n)
{
	int changed = 0;
	for (size_t i = 0; i < n; i++) {
		float *value = (void *)((char *)structure + checks[i].offset);
		if (isnan(*value) ||
			(*value >= (float)checks[i].min && *value <= (float)checks[i].max))
			continue;
		*value = NAN;
		changed++;
	}
	return changed;
}

static int check_time(int64_t *time_ms)
{
	if (*time_ms == TIME_UNKNOWN_MS)
		return 0;
	if (*time_ms >= ACTIVITY_TIME_MIN_MS && *time_ms <= ACTIVITY_TIME_MAX_MS)
		return 0;
	*time_ms = TIME_UNKNOWN_MS;
	return 1;
}

static int check_offset(struct activity_summary *summary)
{
	if (summary->has_utc_offset && summary->utc_offset_s >= -ACTIVITY_UTC_OFFSET_MAX_S &&
		summary->utc_offset_s <= ACTIVITY_UTC_OFFSET_MAX_S)
		return 0;
	int changed = summary->has_utc_offset;
	summary->has_utc_offset = false;
	summary->utc_offset_s = 0;
	return changed;
}

/* 255 is the profile's "invalid". */
static int check_sport(bool *has, uint8_t *sport)
{
	int changed = *has && *sport == UINT8_MAX;
	if (changed)
		*has = false;
	if (!*has)
		*sport = 0;
	return changed;
}

int activity_check_summary(struct activity_summary *summary)
{
	/* An elapsed time may be much longer than the timer's: a watch left paused for days. */
	static const struct check checks[] = {
		CHECK(activity_stated, elapsed_s, 0, 366 * 86400.0),
		CHECK(activity_stated, timer_s, 0, FILE_MAX_TIMER_S),
		CHECK(activity_stated, moving_s, 0, FILE_MAX_TIMER_S),
		CHECK(activity_stated, distance_m, 0, ACTIVITY_DISTANCE_MAX_M),
		CHECK(activity_stated, ascent_m, 0, 1e5),
		CHECK(activity_stated, descent_m, 0, 1e5),
		CHECK(activity_stated, hr_avg_bpm, 1, 255),
		CHECK(activity_stated, hr_max_bpm, 1, 255),
		CHECK(activity_stated, cadence_avg_spm, 0, 512),
		CHECK(activity_stated, energy_kcal, 0, 100000),
		CHECK(activity_stated, total_strides, 0, 1e7),
		CHECK(activity_stated, rpe, 0, 10),
		CHECK(activity_stated, feel, 0, 100),
	};
	int changed = check_doubles(&summary->stated, checks, ARRAY_SIZE(checks));
	changed += check_time(&summary->start_ms);
	changed += check_offset(summary);
	changed += check_sport(&summary->has_sport, &summary->sport);
	changed += check_sport(&summary->has_sub_sport, &summary->sub_sport);
	if (summary->laps > FILE_MAX_RECORDS) {
		summary->laps = FILE_MAX_RECORDS;
		changed++;
	}
	if (summary->records > FILE_MAX_RECORDS) {
		summary->records = FILE_MAX_RECORDS;
		changed++;
	}
	return changed;
}

int activity_check_record(struct activity_record *record)
{
	static const struct check doubles[] = {
		CHECK(activity_record, distance_m, 0, ACTIVITY_DISTANCE_MAX_M),
	};
	static const struct check floats[] = {
		CHECK(activity_record, altitude_m, -1000, 20000),
		CHECK(activity_record, speed_mps, 0, 150),
		CHECK(activity_record, hr_bpm, 0, 255),
		CHECK(activity_record, cadence_rpm, 0, 512),
		CHECK(activity_record, power_w, 0, 5000),
		CHECK(activity_record, contact_time_ms, 0, 10000),
		CHECK(activity_record, vertical_oscillation_mm, 0, 10000),
	};
	const int32_t quarter = 1 << 30; /* 90 degrees */
	int changed = check_doubles(record, doubles, ARRAY_SIZE(doubles));
	changed += check_floats(record, floats, ARRAY_SIZE(floats));
	changed += check_time(&record->time_ms);
	bool latitude = record->latitude_semicircles != POSITION_UNKNOWN;
	bool longitude = record->longitude_semicircles != POSITION_UNKNOWN;
	bool possible =
		record->latitude_semicircles >= -quarter && record->latitude_semicircles <= quarter;
	if ((latitude || longitude) && !(latitude && longitude && possible)) {
		record->latitude_semicircles = record->longitude_semicircles = POSITION_UNKNOWN;
		changed++;
	}
	return changed;
}

int activity_check_profile(struct file_profile *profile)
{
	static const struct check checks[] = {
		CHECK(file_profile, hr_max_bpm, 80, 250),
		CHECK(file_profile, hr_rest_bpm, 20, 130),
		CHECK(file_profile, threshold_hr_bpm, 50, 240),
		CHECK(file_profile, age_years, 1, 120),
		CHECK(file_profile, weight_kg, 10, 400),
	};
	if (!profile->has_sex)
		profile->male = false;
	return check_doubles(profile, checks, ARRAY_SIZE(checks));
}

int activity_check_wellness(struct wellness_day *day)
{
	static const struct check checks[] = {
		CHECK(wellness_day, resting_hr_bpm, 20, 130),
		CHECK(wellness_day, stress_avg, 0, 100),
		CHECK(wellness_day, hrv_rmssd_ms, 0.1, 1000),
		CHECK(wellness_day, sleep_h, 0, 24),
	};
	return check_doubles(day, checks, ARRAY_SIZE(checks));
}

int activity_check_device(struct file_device *device)
{
	char clean[sizeof device->product_name] = "";
	size_t size = strnlen(device->product_name, sizeof device->product_name);
	(void)utf8_clean(device->product_name, size, clean, sizeof clean);
	int changed =
		size == sizeof device->product_name || strcmp(clean, device->product_name) != 0;
	memcpy(device->product_name, clean, sizeof clean);
	if (!device->has_manufacturer)
		device->manufacturer = 0;
	if (!device->has_product)
		device->product = 0;
	if (!device->has_serial)
		device->serial = 0;
	return changed;
}
