/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Monitoring, sleep and HRV messages: what of them is handed on, when and where. */
#include "support/fit_fixture.h"

#define UNIX(fit_s) (((int64_t)(fit_s) + 631065600) * 1000)

static const struct wellness_sample *sample(const struct fixture *f, size_t i)
{
	assert_true(i < f->file.wellness_n);
	return &f->file.wellness[i];
}

static void assert_sample(
	const struct fixture *f, size_t i, enum wellness_kind kind, uint32_t fit_s, double value)
{
	const struct wellness_sample *s = sample(f, i);
	assert_int_equal(s->kind, kind);
	assert_true(s->time_ms == UNIX(fit_s));
	assert_near(s->value, value, 0);
}

/* Local type 5: monitoring_info, local time `east` seconds ahead. */
static void put_info(struct fit_build *b, uint32_t time, int32_t east)
{
	fb_define(b, 5, 103, { 253, 4, FB_UINT32 }, { 0, 4, FB_UINT32 });
	fb_data(b, 5);
	fb_u32(b, time);
	fb_u32(b, time + (uint32_t)east);
}

/* Local type 6: stress_level, as a watch writes it. */
static void put_stress(struct fit_build *b, uint32_t time, int value)
{
	fb_define(b, 6, 227, { 1, 4, FB_UINT32 }, { 0, 2, FB_SINT16 });
	fb_data(b, 6);
	fb_u32(b, time);
	fb_u16(b, (unsigned)value & 0xFFFF);
}

/* Local type 7: sleep_level. */
static void put_level(struct fit_build *b, uint32_t time, unsigned level)
{
	fb_define(b, 7, 275, { 253, 4, FB_UINT32 }, { 0, 1, FB_ENUM });
	fb_data(b, 7);
	fb_u32(b, time);
	fb_u8(b, level);
}

/* Local type 8: the watch believes that sleep begins (0) or ends (1). */
static void put_sleep(struct fit_build *b, uint32_t time, unsigned type)
{
	fb_define(b, 8, 21, { 253, 4, FB_UINT32 }, { 0, 1, FB_ENUM }, { 1, 1, FB_ENUM });
	fb_data(b, 8);
	fb_u32(b, time);
	fb_u8(b, 74);
	fb_u8(b, type);
}

static void begin(struct fixture *f, unsigned type)
{
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, type);
}

static void finish(struct fixture *f)
{
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
}

static void stress_below_zero_was_not_measured(void **state)
{
	struct fixture *f = *state;
	static const int values[] = { -2, -1, 0, 100, 101, 0x7FFF, 28 };
	begin(f, 32);
	for (uint32_t i = 0; i < 7; i++)
		put_stress(&f->b, FB_T0 + 180 * i, values[i]);
	finish(f);
	assert_int_equal(f->file.kind, FILE_KIND_MONITORING);
	assert_int_equal(f->file.wellness_n, 3);
	assert_sample(f, 0, WELLNESS_STRESS, FB_T0 + 360, 0);
	assert_sample(f, 1, WELLNESS_STRESS, FB_T0 + 540, 100);
	assert_sample(f, 2, WELLNESS_STRESS, FB_T0 + 1080, 28);
}

static void the_local_time_of_a_place_holds_until_the_next(void **state)
{
	struct fixture *f = *state;
	begin(f, 32);
	put_stress(&f->b, FB_T0, 10); /* before the watch says where it is */
	put_info(&f->b, FB_T0 + 10, 7200);
	put_stress(&f->b, FB_T0 + 20, 11);
	put_info(&f->b, FB_T0 + 30, -5 * 3600 + 4); /* a clock that is four seconds off */
	put_stress(&f->b, FB_T0 + 40, 12);
	put_info(&f->b, FB_T0 + 50, 16 * 3600); /* no place on Earth */
	put_stress(&f->b, FB_T0 + 60, 13);
	finish(f);
	static const int32_t offsets[] = { 7200, 7200, -18000, -18000 };
	assert_int_equal(f->file.wellness_n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(sample(f, i)->utc_offset_s, offsets[i]);
}

static void without_a_local_time_the_place_is_unknown(void **state)
{
	struct fixture *f = *state;
	begin(f, 32);
	put_stress(&f->b, FB_T0, 10);
	finish(f);
	assert_int_equal(sample(f, 0)->utc_offset_s, UTC_OFFSET_UNKNOWN);
}

/* The low half of a time is that of the next instant which ends in it. */
static void short_times_move_on_across_their_turn(void **state)
{
	struct fixture *f = *state;
	uint32_t full = (FB_T0 & ~0xFFFFu) + 0xFFF0;
	begin(f, 32);
	put_info(&f->b, full, 0);
	fb_define(&f->b, 1, 55, { 26, 2, FB_UINT16 }, { 27, 1, FB_UINT8 });
	fb_define(&f->b, 2, 211, { 0, 1, FB_UINT8 }, { 1, 1, FB_UINT8 });
	static const unsigned lows[] = { 0xFFF5, 0x0010, 0x0010, 0x000F };
	static const uint32_t after[] = { 5, 0x20, 0x20, 0x1001F };
	for (unsigned i = 0; i < 4; i++) {
		fb_data(&f->b, 1);
		fb_u16(&f->b, lows[i]);
		fb_u8(&f->b, 60);
		fb_data(&f->b, 2); /* has no time of its own */
		fb_u8(&f->b, 0xFF);
		fb_u8(&f->b, 50 + i);
	}
	finish(f);
	assert_int_equal(f->file.wellness_n, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_sample(f, i, WELLNESS_RESTING_HR, full + after[i], 50 + i);
}

static void resting_heart_rate_of_the_day_and_of_the_week_are_told_apart(void **state)
{
	struct fixture *f = *state;
	begin(f, 32);
	fb_define(&f->b, 1, 211, { 253, 4, FB_UINT32 }, { 0, 1, FB_UINT8 }, { 1, 1, FB_UINT8 });
	static const uint8_t pairs[][2] = { { 46, 45 }, { 47, 255 }, { 0, 0 }, { 255, 131 } };
	for (unsigned i = 0; i < 4; i++) {
		fb_data(&f->b, 1);
		fb_u32(&f->b, FB_T0 + i);
		fb_u8(&f->b, pairs[i][0]);
		fb_u8(&f->b, pairs[i][1]);
	}
	finish(f);
	assert_int_equal(f->file.wellness_n, 3);
	assert_sample(f, 0, WELLNESS_RESTING_HR, FB_T0, 45);
	assert_sample(f, 1, WELLNESS_RESTING_HR_MEAN, FB_T0, 46);
	assert_sample(f, 2, WELLNESS_RESTING_HR_MEAN, FB_T0 + 1, 47);
}

static void hrv_is_in_milliseconds(void **state)
{
	struct fixture *f = *state;
	begin(f, 68);
	fb_define(&f->b, 1, 370, { 253, 4, FB_UINT32 }, { 0, 2, FB_UINT16 }, { 1, 2, FB_UINT16 });
	fb_define(&f->b, 2, 371, { 253, 4, FB_UINT32 }, { 0, 2, FB_UINT16 });
	static const unsigned values[] = { 6656, 0xFFFF, 0 };
	for (unsigned i = 0; i < 3; i++) {
		fb_data(&f->b, 1);
		fb_u32(&f->b, FB_T0 + i);
		fb_u16(&f->b, 7000);
		fb_u16(&f->b, values[i]);
		fb_data(&f->b, 2);
		fb_u32(&f->b, FB_T0 + i);
		fb_u16(&f->b, values[i] / 2);
	}
	finish(f);
	assert_int_equal(f->file.kind, FILE_KIND_HRV_STATUS);
	assert_int_equal(f->file.wellness_n, 3);
	assert_sample(f, 0, WELLNESS_HRV_NIGHT, FB_T0, 52);
	assert_sample(f, 1, WELLNESS_HRV_FIVE_MINUTES, FB_T0, 26);
	assert_sample(f, 2, WELLNESS_HRV_FIVE_MINUTES, FB_T0 + 1, 0x7FFF / 128.0);
}

static void levels_hold_from_their_time_to_the_end_of_the_night(void **state)
{
	struct fixture *f = *state;
	begin(f, 49);
	put_sleep(&f->b, FB_T0, 0);
	put_level(&f->b, FB_T0, 2);
	put_level(&f->b, FB_T0 + 3600, 3);
	put_level(&f->b, FB_T0 + 7200, 5); /* no such level */
	put_sleep(&f->b, FB_T0 + 9000, 1);
	fb_define(&f->b, 1, 346, { 6, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u8(&f->b, 81);
	finish(f);
	assert_int_equal(f->file.kind, FILE_KIND_SLEEP);
	assert_int_equal(f->file.wellness_n, 4);
	assert_sample(f, 0, WELLNESS_SLEEP_LEVEL, FB_T0, 2);
	assert_sample(f, 1, WELLNESS_SLEEP_LEVEL, FB_T0 + 3600, 3);
	assert_sample(f, 2, WELLNESS_SLEEP_LEVEL, FB_T0 + 9000, 0);
	assert_sample(f, 3, WELLNESS_SLEEP_SCORE, FB_T0 + 9000, 81);
}

/* The night begins before the first level and ends with the last one. */
static void levels_that_are_written_when_they_are_over_are_moved_to_their_beginning(void **state)
{
	struct fixture *f = *state;
	begin(f, 49);
	put_sleep(&f->b, FB_T0, 0);
	put_level(&f->b, FB_T0 + 600, 1);
	put_level(&f->b, FB_T0 + 4000, 2);
	put_level(&f->b, FB_T0 + 9000, 4);
	put_sleep(&f->b, FB_T0 + 9000, 1);
	finish(f);
	assert_int_equal(f->file.wellness_n, 4);
	assert_sample(f, 0, WELLNESS_SLEEP_LEVEL, FB_T0, 1);
	assert_sample(f, 1, WELLNESS_SLEEP_LEVEL, FB_T0 + 600, 2);
	assert_sample(f, 2, WELLNESS_SLEEP_LEVEL, FB_T0 + 4000, 4);
	assert_sample(f, 3, WELLNESS_SLEEP_LEVEL, FB_T0 + 9000, 0);
}

static void what_has_no_absolute_time_is_left_out(void **state)
{
	struct fixture *f = *state;
	begin(f, 32);
	put_stress(&f->b, 5000, 40); /* seconds since the watch was switched on */
	put_level(&f->b, UINT32_MAX, 2);
	put_sleep(&f->b, 7000, 1);
	finish(f);
	assert_int_equal(f->file.wellness_n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(stress_below_zero_was_not_measured),
		CASE(the_local_time_of_a_place_holds_until_the_next),
		CASE(without_a_local_time_the_place_is_unknown),
		CASE(short_times_move_on_across_their_turn),
		CASE(resting_heart_rate_of_the_day_and_of_the_week_are_told_apart),
		CASE(hrv_is_in_milliseconds),
		CASE(levels_hold_from_their_time_to_the_end_of_the_night),
		CASE(levels_that_are_written_when_they_are_over_are_moved_to_their_beginning),
		CASE(what_has_no_absolute_time_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
