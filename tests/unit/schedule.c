/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "outbox/schedule.h"

static void waits_grow_from_seconds_to_an_hour(void **state)
{
	(void)state;
	static const int64_t seconds[] = { 5, 30, 120, 600, 1800, 3600, 3600, 3600 };
	for (uint32_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
		assert_int_equal(schedule_delay_ms(i + 1, 0, 0), seconds[i] * 1000);
	assert_int_equal(schedule_delay_ms(UINT32_MAX, 0, 0), 3600 * 1000);
	assert_int_equal(schedule_delay_ms(0, 0, 0), 5000);
}

static void chance_shifts_a_wait_by_a_fifth_at_most(void **state)
{
	(void)state;
	assert_int_equal(schedule_delay_ms(1, 1, 0), 6000);
	assert_int_equal(schedule_delay_ms(1, -1, 0), 4000);
	assert_int_equal(schedule_delay_ms(6, 0.5, 0), 3960 * 1000);
	assert_int_equal(schedule_delay_ms(1, 40, 0), 6000);
	assert_int_equal(schedule_delay_ms(1, -40, 0), 4000);
	assert_int_equal(schedule_delay_ms(1, NAN, 0), 5000);
}

static void the_receiver_can_ask_for_more_time_but_not_for_less(void **state)
{
	(void)state;
	assert_int_equal(schedule_delay_ms(1, 0, 7), 7000);
	assert_int_equal(schedule_delay_ms(1, 1, 3), 6000);
	assert_int_equal(schedule_delay_ms(1, -1, 1), 4000);
	assert_int_equal(schedule_delay_ms(1, 0, -7), 5000);
	assert_int_equal(schedule_delay_ms(1, 0, INT64_MIN), 5000);
}

static void the_receiver_cannot_ask_for_more_than_six_hours(void **state)
{
	(void)state;
	assert_int_equal(schedule_delay_ms(1, 0, 21600), INT64_C(21600) * 1000);
	assert_int_equal(schedule_delay_ms(1, 0, 21601), INT64_C(21600) * 1000);
	assert_int_equal(schedule_delay_ms(3, 1, INT64_MAX), INT64_C(21600) * 1000);
}

static void a_row_is_due_at_its_time_and_when_the_clock_was_set_back(void **state)
{
	(void)state;
	const int64_t now = INT64_C(1777788764000), hour = INT64_C(3600) * 1000;
	assert_true(schedule_is_due(now, now));
	assert_true(schedule_is_due(now - 1, now));
	assert_false(schedule_is_due(now + 1, now));
	assert_false(schedule_is_due(now + 6 * hour, now));
	assert_true(schedule_is_due(now + 24 * hour, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_grow_from_seconds_to_an_hour),
		cmocka_unit_test(chance_shifts_a_wait_by_a_fifth_at_most),
		cmocka_unit_test(the_receiver_can_ask_for_more_time_but_not_for_less),
		cmocka_unit_test(the_receiver_cannot_ask_for_more_than_six_hours),
		cmocka_unit_test(a_row_is_due_at_its_time_and_when_the_clock_was_set_back),
	};
	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
