/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "activity/names.h"

#include <string.h>

static void sports_have_their_profile_names(void **state)
{
	(void)state;
	assert_string_equal(sport_name(1), "running");
	assert_string_equal(sport_name(21), "e_biking");
	assert_string_equal(sport_name(82), "snorkeling");
	assert_null(sport_name(50));
	assert_null(sport_name(255));
	assert_string_equal(sub_sport_name(17), "lap_swimming");
	assert_string_equal(sub_sport_name(63), "ccr_diving");
	assert_null(sub_sport_name(60));
	assert_null(sub_sport_name(255));
}

static void a_sport_is_found_by_its_whole_name_in_any_case(void **state)
{
	(void)state;
	uint8_t sport = 99;
	assert_true(sport_from_name("Hiking of a day", 6, &sport));
	assert_int_equal(sport, 17);
	assert_true(sport_from_name("cross_country_skiing", 20, &sport));
	assert_int_equal(sport, 12);
	assert_false(sport_from_name("runnin", 6, &sport));
	assert_false(sport_from_name("runnings", 8, &sport));
	assert_false(sport_from_name("", 0, &sport));
	assert_int_equal(sport, 12);
}

static void every_name_leads_back_to_its_number(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		const char *name = sport_name((uint8_t)i);
		uint8_t back = 0;
		if (!name)
			continue;
		assert_true(sport_from_name(name, strlen(name), &back));
		assert_int_equal(back, i);
	}
}

static void only_sports_on_foot_count_steps(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(sport_counts_steps((uint8_t)i), i == 1 || i == 11 || i == 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sports_have_their_profile_names),
		cmocka_unit_test(a_sport_is_found_by_its_whole_name_in_any_case),
		cmocka_unit_test(every_name_leads_back_to_its_number),
		cmocka_unit_test(only_sports_on_foot_count_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
