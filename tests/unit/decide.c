/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a webhook is sent. */
#include "unit/store_fixture.h"

#include "decide/body.h"

#include <jansson.h>

static json_t *data_of_an_import(struct fixture *fixture)
{
	const struct policy_settings settings = { .sensitivity = SENSITIVITY_NORMAL };
	struct situation situation = { 0 };
	struct said_record record = { .kind = RECORD_IMPORT, .new_activities = 1 };
	char *text = NULL;
	int64_t now_ms = 1700000000000 + 2 * HOUR_MS;
	assert_int_equal(
		situation_load(fixture->store, &settings, 0, now_ms, REACH_PRESENT, &situation), 0);
	strain_evaluate(situation.model, situation.now_h, &record.scores);
	assert_int_equal(body_of_record(fixture->store, &situation, &record, "import.completed",
				 "me", NULL, &text),
		0);
	situation_done(&situation);
	json_t *body = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(body);
	json_t *data = json_incref(json_object_get(body, "data"));
	json_decref(body);
	return data;
}

static void a_body_says_what_makes_the_scores_less_sure(void **state)
{
	struct fixture *fixture = *state;
	struct report_activity run = fixture_run(1700000000000);
	run.numbers.doubts = 1u << DOUBT_DEFAULT_HR_MAX;
	int64_t file = fixture_put_file(fixture, FILE_FORMAT_FIT, 1);
	(void)fixture_put_activity(fixture, file, 0, &run, NULL);
	json_t *data = data_of_an_import(fixture);
	const json_t *doubts = json_object_get(data, "doubts");
	assert_int_equal(json_array_size(doubts), 2);
	const char *first = "", *second = "", *text = "";
	assert_int_equal(json_unpack((json_t *)doubts, "[{s:s},{s:s,s:s}]", "name", &first, "name",
				 &second, "text", &text),
		0);
	assert_string_equal(first, "few_days");
	assert_string_equal(second, "default_hr_max");
	assert_string_equal(text, "the maximum heart rate is a guess");
	json_decref(data);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		MADE(a_body_says_what_makes_the_scores_less_sure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
