/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/activity_view.h"

#include "activity/names.h"
#include "base/cleanup.h"
#include "ipc/json_text.h"
#include "ipc/report_json.h"
#include "store/source_title.h"
#include "util/clock.h"

#include <math.h>

double best_distance_m(const struct stored_activity *stored)
{
	return numbers_distance_m(&stored->activity.summary, &stored->activity.numbers);
}

double best_timer_s(const struct stored_activity *stored)
{
	return numbers_timer_s(&stored->activity.summary, &stored->activity.numbers);
}

static json_t *sources_to_json(const struct stored_activity *stored)
{
	json_t *list = json_array();
	for (size_t i = 0; i < stored->sources_n; i++) {
		const struct activity_source *source = &stored->sources[i];
		(void)json_array_append_new(list,
			json_pack("{s:o,s:o,s:s,s:o,s:b}", "file", json_from_bytes(source->path),
				"from",
				store_source_is_known(source->from) ? json_from_bytes(source->from)
								    : json_null(),
				"sha256", source->sha256, "serial",
				source->serial < 0 ? json_null() : json_integer(source->serial),
				"leads", source->leads));
	}
	return list;
}

json_t *activity_line_to_json(const struct stored_activity *stored)
{
	const struct activity_summary *summary = &stored->activity.summary;
	char start[CLOCK_TEXT_BYTES];
	return json_pack("{s:I,s:o,s:s?,s:o,s:o,s:o,s:o}", "id", (json_int_t)stored->id,
		"start_utc",
		summary->start_ms == TIME_UNKNOWN_MS
			? json_null()
			: json_string(clock_format(summary->start_ms, start)),
		"sport", summary->has_sport ? sport_name(summary->sport) : NULL, "timer_s",
		json_from_number(best_timer_s(stored), 3), "distance_m",
		json_from_number(best_distance_m(stored), 2), "load",
		json_from_number(stored->activity.numbers.load, 4), "sources",
		sources_to_json(stored));
}

static json_t *profile_to_json(const struct profile *profile)
{
	json_t *object = json_object();
	for (size_t i = 0; i < PROFILE_KEY_COUNT; i++)
		(void)json_object_set_new(object, profile_key_names[i],
			json_pack("{s:o,s:s}", "value",
				json_from_number(profile->values[i].value, 4), "source",
				value_source_names[profile->values[i].source]));
	return object;
}

static json_t *doubts_to_json(uint32_t doubts)
{
	json_t *list = json_array();
	for (size_t i = 0; i < DOUBT_COUNT; i++)
		if (doubts & 1u << i)
			(void)json_array_append_new(list, json_string(doubt_names[i]));
	return list;
}

static json_t *mechanics_to_json(const struct activity_numbers *numbers)
{
	json_t *regions = json_object();
	for (size_t i = 0; i < REGION_COUNT; i++)
		(void)json_object_set_new(
			regions, region_names[i], json_from_number(numbers->region_steps[i], 4));
	return json_pack("{s:[o,o,o],s:o,s:o,s:o,s:o,s:o,s:o,s:s}", "damage_steps",
		json_from_number(numbers->damage_steps[0], 4),
		json_from_number(numbers->damage_steps[1], 4),
		json_from_number(numbers->damage_steps[2], 4), "soreness_dose",
		json_from_number(numbers->soreness_dose, 4), "soreness_down",
		json_from_number(numbers->soreness_down, 4), "regions", regions, "peak_force_bw",
		json_from_number(numbers->peak_force_bw, 4), "form_drift",
		json_from_number(numbers->form_drift, 4), "decoupling_percent",
		json_from_number(numbers->decoupling, 4), "altitude_source",
		altitude_source_names[numbers->altitude_source]);
}

json_t *activity_to_json(const struct stored_activity *stored)
{
	json_auto_t *object = report_activity_to_json(&stored->activity);
	json_auto_t *line = activity_line_to_json(stored);
	if (!object || !line)
		return NULL;
	(void)json_object_del(line, "load"); /* here it is the object with its parts */
	if (json_object_update(object, line) < 0 ||
		json_object_set_new(
			object, "mechanics", mechanics_to_json(&stored->activity.numbers)) < 0 ||
		json_object_set_new(object, "profile",
			profile_to_json(&stored->activity.numbers.profile)) < 0 ||
		json_object_set_new(
			object, "doubts", doubts_to_json(stored->activity.numbers.doubts)) < 0)
		return NULL;
	return TAKE_PTR(object);
}
