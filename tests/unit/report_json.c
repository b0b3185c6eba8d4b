/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as `knead parse --json` prints it. */
#include "support/test.h"

#include "ipc/json_text.h"
#include "ipc/report_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The line that is printed for a value; the caller frees. */
static char *printed(const json_t *value)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(json_print(out, value), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_string_prints(const char *text, const char *expected)
{
	json_t *value = json_from_bytes(text);
	assert_non_null(value);
	char *line = printed(value);
	assert_string_equal(line, expected);
	free(line);
	json_decref(value);
}

static void file_names_are_kept_and_control_characters_escaped(void **state)
{
	(void)state;
	assert_string_prints("morning.fit", "\"morning.fit\"\n");
	assert_string_prints(
		"l\xC3\xA4uft \xF0\x9F\x8F\x83", "\"l\xC3\xA4uft \xF0\x9F\x8F\x83\"\n");
	assert_string_prints("a\nb\x1B[31m", "\"a\\nb\\u001B[31m\"\n");
	assert_string_prints("del\x7F", "\"del\\u007F\"\n");
	assert_string_prints("c1\xC2\x9B", "\"c1\\u009B\"\n");
	assert_string_prints("a\xE2\x80\xAEtif", "\"a\\u202Etif\"\n");
	assert_string_prints("\xE2\x80\xA8\xE2\x81\xA9", "\"\\u2028\\u2069\"\n");
	assert_string_prints("\xE2\x80\xA7", "\"\xE2\x80\xA7\"\n");
	assert_string_prints("\xC2\xA0ok", "\"\xC2\xA0ok\"\n");
	assert_string_prints("bad\xFF\x80", "\"bad\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
	assert_string_prints("cut\xE2\x82", "\"cut\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
	assert_string_prints("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
	assert_string_prints("\xEF\xBF\xBD", "\"\xEF\xBF\xBD\"\n");
}

static void assert_number_prints(double value, int decimals, const char *expected)
{
	json_t *number = json_from_number(value, decimals);
	char *line = printed(number);
	assert_string_equal(line, expected);
	free(line);
	json_decref(number);
}

static void numbers_are_rounded_and_unknown_is_null(void **state)
{
	(void)state;
	assert_number_prints(5406.2, 3, "5406.2\n");
	assert_number_prints(5311.00049, 3, "5311\n");
	assert_number_prints(0.1 + 0.2, 2, "0.3\n");
	assert_number_prints(15321.406, 2, "15321.41\n");
	assert_number_prints(0, 2, "0\n");
	assert_number_prints(NAN, 2, "null\n");
	assert_number_prints(INFINITY, 2, "null\n");
}

/* The text of a report's JSON, keys sorted away by comparing parsed values. */
static void assert_json(const struct report *report, const char *expected)
{
	json_error_t error;
	json_t *wanted = json_loads(expected, 0, &error);
	if (!wanted)
		fail_msg("the expectation is not JSON: %s at %d", error.text, error.position);
	json_t *got = report_to_json(report, "x.fit");
	assert_non_null(got);
	char *line = printed(got);
	if (!json_equal(got, wanted))
		fail_msg("got %s", line);
	free(line);
	json_decref(got);
	json_decref(wanted);
}

static void a_refused_file_has_the_whole_shape(void **state)
{
	(void)state;
	struct report report;
	report_init(&report);
	(void)snprintf(report.why, sizeof report.why, "neither a FIT nor a TCX file");
	assert_json(&report,
		"{\"file\":\"x.fit\",\"format\":null,\"valid\":false,\"kind\":null,\"device\":null,"
		"\"activities\":[],\"wellness\":null,\"messages\":{},"
		"\"problems\":[{\"what\":\"neither a FIT nor a TCX file\"}]}");
	report_done(&report);
}

static void a_reason_that_is_listed_with_its_place_stands_once(void **state)
{
	(void)state;
	struct report report;
	report_init(&report);
	report.format = FILE_FORMAT_FIT;
	(void)snprintf(report.why, sizeof report.why, "cut off");
	report_add_problem(&report, 17, "cut off");
	assert_json(&report, "{\"file\":\"x.fit\",\"format\":\"fit\",\"valid\":false,\"kind\":null,"
			     "\"device\":null,"
			     "\"activities\":[],\"wellness\":null,\"messages\":{},"
			     "\"problems\":[{\"offset\":17,\"what\":\"cut off\"}]}");
	report_done(&report);
}

static void make_morning(struct report *report)
{
	report_init(report);
	report->format = FILE_FORMAT_FIT;
	report->kind = FILE_KIND_ACTIVITY;
	report->valid = true;
	report->device = (struct file_device) { .has_manufacturer = true,
		.manufacturer = 1,
		.has_product = true,
		.product = 4315,
		.has_serial = true,
		.serial = 3421500000u,
		.product_name = "Forerunner 965" };
	(void)snprintf(report->manufacturer_name, sizeof report->manufacturer_name, "garmin");
	struct report_activity *a = report_add_activity(report);
	assert_non_null(a);
	a->summary.has_sport = true;
	a->summary.sport = 1;
	a->summary.start_ms = 1777788764999;
	a->summary.stated.elapsed_s = 5406.2;
	a->summary.laps = 15;
	a->summary.records = 5311;
	a->numbers.steps = 15010.4;
	a->numbers.has_series = 1u << SERIES_HR | 1u << SERIES_POWER;
	a->numbers.load = 92.41239;
	a->numbers.hrtss = 92.41239;
	a->numbers.load_source = LOAD_HRTSS;
	a->numbers.profile.values[PROFILE_HR_MAX_BPM] =
		(struct profile_value) { .value = 180, .source = VALUE_DEFAULT };
	a->numbers.profile.values[PROFILE_HR_REST_BPM] =
		(struct profile_value) { .value = 48, .source = VALUE_DEVICE };
	struct report_count *count = report_add_count(report);
	assert_non_null(count);
	*count = (struct report_count) { .number = 20, .count = 5311 };
}

static void an_activity_prints_as_promised(void **state)
{
	(void)state;
	struct report report;
	make_morning(&report);
	assert_json(&report,
		"{\"file\":\"x.fit\",\"format\":\"fit\",\"valid\":true,\"kind\":\"activity\","
		"\"device\":{\"manufacturer\":\"garmin\",\"product\":4315,"
		"\"product_name\":\"Forerunner 965\",\"serial\":3421500000},"
		"\"activities\":[{\"sport\":\"running\",\"sub_sport\":null,"
		"\"start_utc\":\"2026-05-03T06:12:44Z\",\"utc_offset_s\":null,"
		"\"stated\":{\"elapsed_s\":5406.2,\"timer_s\":null,\"moving_s\":null,"
		"\"distance_m\":null,\"ascent_m\":null,\"descent_m\":null,\"hr_avg_bpm\":null,"
		"\"hr_max_bpm\":null,\"cadence_avg_spm\":null,\"energy_kcal\":null,\"rpe\":null,"
		"\"feel\":null},"
		"\"computed\":{\"elapsed_s\":null,\"timer_s\":null,\"moving_s\":null,"
		"\"distance_m\":null,\"ascent_m\":null,\"descent_m\":null,\"hr_avg_bpm\":null,"
		"\"hr_max_bpm\":null,\"cadence_avg_spm\":null,\"steps\":15010},"
		"\"laps\":15,\"records\":5311,\"has\":[\"hr\",\"power\"],"
		"\"load\":{\"value\":92.4124,\"source\":\"hrtss\",\"hrtss\":92.4124,\"rtss\":null,"
		"\"power_load\":null,\"srpe\":null,\"trimp_banister\":null,"
		"\"trimp_edwards\":null,\"trimp_lucia\":null}}],"
		"\"wellness\":null,\"messages\":{\"20\":5311},"
		"\"problems\":[{\"what\":\"maximum heart rate not known, 180 bpm assumed from the "
		"average runner\"}]}");
	report_done(&report);
}

static void elements_of_a_tcx_and_days_have_their_names(void **state)
{
	(void)state;
	struct report report;
	report_init(&report);
	report.format = FILE_FORMAT_TCX;
	report.kind = FILE_KIND_OTHER;
	report.valid = true;
	struct report_count *count = report_add_count(&report);
	assert_non_null(count);
	*count = (struct report_count) { .name = "Lap", .count = 3 };
	/* light from a second on for 8100 s, deep for 9000 s, then REM and awake; a score of 81 */
	uint8_t levels[] = { 0x80, 0x80, 0x80, 0x80, 0x06, 2, 0xA4, 0x3F, 3, 0xA8, 0x46, 4, 0xA8,
		0x46, 1 };
	uint8_t score[] = { 0x80, 0x80, 0x80, 0x80, 0x06, 81 };
	struct wellness_part parts[] = {
		{ 20576, WELLNESS_SLEEP_LEVEL, sizeof levels, levels },
		{ 20577, WELLNESS_SLEEP_SCORE, sizeof score, score },
	};
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(report_add_wellness(&report, &parts[i]), 0);
	assert_json(&report,
		"{\"file\":\"x.fit\",\"format\":\"tcx\",\"valid\":true,\"kind\":\"other\","
		"\"device\":null,\"activities\":[],"
		"\"wellness\":{\"days\":[{\"date\":\"2026-05-03\",\"resting_hr_bpm\":null,"
		"\"stress_avg\":null,\"hrv_rmssd_ms\":null,\"sleep_h\":7.25},"
		"{\"date\":\"2026-05-04\",\"resting_hr_bpm\":null,\"stress_avg\":null,"
		"\"hrv_rmssd_ms\":null,\"sleep_h\":null,\"sleep_score\":81}]},"
		"\"messages\":{\"Lap\":3},\"problems\":[]}");
	report_done(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_names_are_kept_and_control_characters_escaped),
		cmocka_unit_test(numbers_are_rounded_and_unknown_is_null),
		cmocka_unit_test(a_refused_file_has_the_whole_shape),
		cmocka_unit_test(a_reason_that_is_listed_with_its_place_stands_once),
		cmocka_unit_test(an_activity_prints_as_promised),
		cmocka_unit_test(elements_of_a_tcx_and_days_have_their_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
