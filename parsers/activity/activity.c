/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "activity/activity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const altitude_source_names[ALTITUDE_SOURCE_COUNT] = {
	[ALTITUDE_UNKNOWN] = "unknown",
	[ALTITUDE_BAROMETER] = "barometer",
	[ALTITUDE_GPS] = "gps",
};

const char *const file_kind_names[FILE_KIND_COUNT] = {
	[FILE_KIND_ACTIVITY] = "activity",
	[FILE_KIND_COURSE] = "course",
	[FILE_KIND_WORKOUT] = "workout",
	[FILE_KIND_MONITORING] = "monitoring",
	[FILE_KIND_SLEEP] = "sleep",
	[FILE_KIND_HRV_STATUS] = "hrv_status",
	[FILE_KIND_METRICS] = "metrics",
	[FILE_KIND_WEIGHT] = "weight",
	[FILE_KIND_BLOOD_PRESSURE] = "blood_pressure",
	[FILE_KIND_LOCATIONS] = "locations",
	[FILE_KIND_SETTINGS] = "settings",
	[FILE_KIND_SPORT] = "sport",
	[FILE_KIND_TOTALS] = "totals",
	[FILE_KIND_OTHER] = "other",
};

const char *const file_format_names[FILE_FORMAT_COUNT] = {
	[FILE_FORMAT_UNKNOWN] = "unknown",
	[FILE_FORMAT_FIT] = "fit",
	[FILE_FORMAT_TCX] = "tcx",
};

void activity_stated_init(struct activity_stated *stated)
{
	*stated = (struct activity_stated) {
		.elapsed_s = NAN,
		.timer_s = NAN,
		.moving_s = NAN,
		.distance_m = NAN,
		.ascent_m = NAN,
		.descent_m = NAN,
		.hr_avg_bpm = NAN,
		.hr_max_bpm = NAN,
		.cadence_avg_spm = NAN,
		.energy_kcal = NAN,
		.total_strides = NAN,
		.rpe = NAN,
		.feel = NAN,
	};
}

void activity_record_init(struct activity_record *record)
{
	*record = (struct activity_record) {
		.time_ms = TIME_UNKNOWN_MS,
		.distance_m = NAN,
		.latitude_semicircles = POSITION_UNKNOWN,
		.longitude_semicircles = POSITION_UNKNOWN,
		.altitude_m = NAN,
		.speed_mps = NAN,
		.hr_bpm = NAN,
		.cadence_rpm = NAN,
		.power_w = NAN,
		.contact_time_ms = NAN,
		.vertical_oscillation_mm = NAN,
	};
}

void activity_init(struct activity *activity)
{
	*activity = (struct activity) { .summary.start_ms = TIME_UNKNOWN_MS };
	activity_stated_init(&activity->summary.stated);
}

void activity_done(struct activity *activity)
{
	free(activity->records);
	free(activity->pauses);
	activity_init(activity);
}

void decoded_file_init(struct decoded_file *file)
{
	*file = (struct decoded_file) {
		.kind = FILE_KIND_OTHER,
		.profile = { .hr_max_bpm = NAN,
			.hr_rest_bpm = NAN,
			.threshold_hr_bpm = NAN,
			.age_years = NAN,
			.weight_kg = NAN },
	};
}

void decoded_file_done(struct decoded_file *file)
{
	for (size_t i = 0; i < file->activities_n; i++)
		activity_done(&file->activities[i]);
	free(file->activities);
	free(file->wellness);
	free(file->counts);
	decoded_file_init(file);
}

struct activity *decoded_file_add_activity(struct decoded_file *file)
{
	if (file->activities_n >= FILE_MAX_ACTIVITIES) {
		errno = EFBIG;
		return NULL;
	}
	struct activity *grown =
		reallocarray(file->activities, file->activities_n + 1, sizeof *grown);
	if (!grown)
		return NULL;
	file->activities = grown;
	struct activity *added = &grown[file->activities_n++];
	activity_init(added);
	return added;
}

int decoded_file_add_wellness(struct decoded_file *file, const struct wellness_sample *sample)
{
	if (file->wellness_n >= FILE_MAX_WELLNESS)
		return -EFBIG;
	if (file->wellness_n == file->wellness_capacity) {
		size_t capacity = file->wellness_capacity ? file->wellness_capacity * 2 : 256;
		struct wellness_sample *grown =
			reallocarray(file->wellness, capacity, sizeof *grown);
		if (!grown)
			return -ENOMEM;
		file->wellness = grown;
		file->wellness_capacity = capacity;
	}
	file->wellness[file->wellness_n++] = *sample;
	return 0;
}

void decoded_file_add_problem(struct decoded_file *file, uint64_t offset, const char *what)
{
	if (file->problems_n < FILE_MAX_PROBLEMS)
		file->problems[file->problems_n++] =
			(struct parse_error) { .offset = offset, .what = what };
}

int activity_add_record(struct activity *activity, const struct activity_record *record)
{
	if (activity->records_n == activity->records_capacity) {
		size_t capacity = activity->records_capacity ? activity->records_capacity * 2 : 256;
		struct activity_record *grown =
			reallocarray(activity->records, capacity, sizeof *grown);
		if (!grown)
			return -ENOMEM;
		activity->records = grown;
		activity->records_capacity = capacity;
	}
	activity->records[activity->records_n++] = *record;
	return 0;
}

int activity_add_pause(struct activity *activity, int64_t start_ms, int64_t end_ms)
{
	if (start_ms >= end_ms)
		return 0;
	struct activity_pause *grown =
		reallocarray(activity->pauses, activity->pauses_n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	activity->pauses = grown;
	grown[activity->pauses_n++] =
		(struct activity_pause) { .start_ms = start_ms, .end_ms = end_ms };
	return 0;
}
