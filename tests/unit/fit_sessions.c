/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which record, lap and pause goes to which session, and what time it was. */
#include "support/fit_fixture.h"

static void begin(struct fixture *f, unsigned type)
{
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, type);
	fb_define_records(&f->b);
	fb_define_sessions(&f->b);
}

static void end(struct fixture *f)
{
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
}

static void records_and_laps_go_to_the_session_in_whose_time_they_start(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	/* swim 0..100, transition 100..110, run 120..200 with a gap before it */
	static const uint32_t times[] = { 0, 50, 99, 100, 109, 115, 119, 120, 200, 500 };
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		fb_record(&f->b, FB_T0 + times[i], 100, times[i]);
	fb_lap(&f->b, FB_T0);
	fb_lap(&f->b, FB_T0 + 60);
	fb_lap(&f->b, FB_T0 + 100);
	fb_lap(&f->b, FB_T0 + 120);
	fb_session(&f->b, 5, FB_T0, 100);
	fb_session(&f->b, 3, FB_T0 + 100, 10);
	fb_session(&f->b, 1, FB_T0 + 120, 80);
	end(f);
	assert_int_equal(f->file.activities_n, 3);
	static const unsigned sports[] = { 5, 3, 1 }, records[] = { 3, 4, 3 }, laps[] = { 2, 1, 1 };
	for (size_t i = 0; i < 3; i++) {
		const struct activity *a = &f->file.activities[i];
		assert_int_equal(a->summary.sport, sports[i]);
		assert_int_equal(a->records_n, records[i]);
		assert_int_equal(a->summary.records, records[i]);
		assert_int_equal(a->summary.laps, laps[i]);
	}
	assert_true(f->file.activities[2].summary.start_ms == FB_MS(FB_T0 + 120));
}

static void sessions_before_their_records_and_out_of_order_do_as_well(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_session(&f->b, 1, FB_T0 + 100, 100);
	fb_session(&f->b, 2, FB_T0, 100);
	fb_record(&f->b, FB_T0 - 5, 90, 0); /* before everything */
	for (uint32_t i = 0; i < 4; i++)
		fb_record(&f->b, FB_T0 + i * 50, 100, 0);
	fb_record(&f->b, FB_T0 + 20, 90, 0); /* the clock ran backwards */
	fb_record(&f->b, UINT32_MAX, 90, 0); /* no time: stays where the last one was */
	end(f);
	assert_int_equal(f->file.activities_n, 2);
	assert_int_equal(f->file.activities[0].summary.sport, 1);
	assert_int_equal(f->file.activities[0].records_n, 2);
	assert_int_equal(f->file.activities[1].records_n, 5);
}

static void chained_parts_keep_their_own_records_even_at_the_same_time(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	for (uint32_t i = 0; i < 5; i++)
		fb_record(&f->b, FB_T0 + i, 100, 0);
	fb_session(&f->b, 2, FB_T0, 5);
	fb_end(&f->b);
	fb_begin(&f->b, 12);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	fb_define_sessions(&f->b);
	for (uint32_t i = 0; i < 2; i++)
		fb_record(&f->b, FB_T0 + i, 200, 0);
	fb_lap(&f->b, FB_T0);
	fb_session(&f->b, 5, FB_T0, 5);
	end(f);
	assert_int_equal(f->file.activities_n, 2);
	assert_int_equal(f->file.activities[0].records_n, 5);
	assert_int_equal(f->file.activities[0].summary.laps, 0);
	assert_int_equal(f->file.activities[1].records_n, 2);
	assert_int_equal(f->file.activities[1].summary.laps, 1);
	assert_near((double)f->file.activities[1].records[0].hr_bpm, 200, 0);
}

static void a_part_without_a_session_gives_its_records_to_the_session_around_them(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_record(&f->b, FB_T0, 100, 0);
	fb_session(&f->b, 1, FB_T0, 100);
	fb_end(&f->b);
	fb_begin(&f->b, 12);
	fb_define_records(&f->b);
	fb_record(&f->b, FB_T0 + 50, 110, 0);
	fb_record(&f->b, FB_T0 + 86400, 120, 0); /* another day: an activity of its own */
	fb_lap(&f->b, FB_T0 + 50);
	fb_lap(&f->b, FB_T0 + 86400);
	end(f);
	assert_int_equal(f->file.activities_n, 2);
	assert_int_equal(f->file.activities[0].records_n, 2);
	assert_int_equal(f->file.activities[0].summary.laps, 1);
	assert_int_equal(f->file.activities[1].records_n, 1);
	assert_int_equal(f->file.activities[1].summary.laps, 1);
	assert_true(f->file.activities[1].summary.start_ms == FB_MS(FB_T0 + 86400));
}

static void an_activity_file_without_a_session_is_one_activity(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_define(&f->b, 5, 12, { 0, 1, FB_ENUM }, { 1, 1, FB_ENUM });
	fb_data(&f->b, 5);
	fb_u8(&f->b, 1), fb_u8(&f->b, 3);
	for (uint32_t i = 0; i < 7; i++)
		fb_record(&f->b, FB_T0 + 3 + i, 100, 0);
	fb_lap(&f->b, FB_T0);
	fb_define(&f->b, 5, 34, { 253, 4, FB_UINT32 }, { 0, 4, FB_UINT32 });
	fb_data(&f->b, 5);
	fb_u32(&f->b, FB_T0 + 10), fb_u32(&f->b, 6500);
	end(f);
	const struct activity *a = only_activity(f);
	assert_int_equal(a->records_n, 7);
	assert_int_equal(a->summary.laps, 1);
	assert_int_equal(a->summary.sport, 1);
	assert_int_equal(a->summary.sub_sport, 3);
	assert_true(a->summary.start_ms == FB_MS(FB_T0 + 3));
	assert_near(a->summary.stated.timer_s, 6.5, 1e-9);
	assert_near(a->summary.stated.elapsed_s, NAN, 0);

	begin(f, 6); /* a course has records too, and nobody ran it */
	fb_record(&f->b, FB_T0, 100, 0);
	end(f);
	assert_int_equal(f->file.activities_n, 0);
}

static void a_session_without_records_keeps_what_it_states(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_session(&f->b, 1, FB_T0, 1800);
	end(f);
	assert_int_equal(only_activity(f)->records_n, 0);
	assert_near(only_activity(f)->summary.stated.timer_s, 1800, 0);
	assert_true(only_activity(f)->summary.start_ms == FB_MS(FB_T0));
}

static void a_session_without_a_start_begins_with_its_records_or_before_its_end(void **state)
{
	struct fixture *f = *state;
	for (int with_record = 1; with_record >= 0; with_record--) {
		begin(f, 4);
		if (with_record)
			fb_record(&f->b, FB_T0 + 7, 100, 0);
		fb_data(&f->b, 2);
		fb_u32(&f->b, FB_T0 + 100);
		fb_u32(&f->b, UINT32_MAX);
		fb_u8(&f->b, 255); /* no sport either */
		fb_u32(&f->b, 60000);
		fb_u32(&f->b, UINT32_MAX);
		end(f);
		const struct activity_summary *s = &only_activity(f)->summary;
		assert_true(s->start_ms == FB_MS(FB_T0 + (with_record ? 7 : 40)));
		assert_false(s->has_sport);
		assert_near(s->stated.timer_s, NAN, 0);
	}
}

static void the_timer_events_make_pauses(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_timer(&f->b, FB_T0, 0);
	fb_timer(&f->b, FB_T0 + 10, 4);
	fb_timer(&f->b, FB_T0 + 12, 4); /* stopped already */
	fb_timer(&f->b, FB_T0 + 30, 0);
	fb_timer(&f->b, FB_T0 + 40, 1);
	fb_timer(&f->b, FB_T0 + 40, 0); /* no time at all */
	fb_timer(&f->b, FB_T0 + 50, 3); /* a marker */
	fb_timer(&f->b, FB_T0 + 60, 8);
	fb_timer(&f->b, FB_T0 + 70, 0);
	fb_timer(&f->b, FB_T0 + 65, 9); /* the clock was set back */
	fb_timer(&f->b, FB_T0 + 75, 0);
	fb_timer(&f->b, FB_T0 + 99, 4); /* the end is no pause */
	fb_session(&f->b, 1, FB_T0, 100);
	end(f);
	const struct activity *a = only_activity(f);
	assert_int_equal(a->pauses_n, 2);
	assert_true(a->pauses[0].start_ms == FB_MS(FB_T0 + 10));
	assert_true(a->pauses[0].end_ms == FB_MS(FB_T0 + 30));
	assert_true(a->pauses[1].start_ms == FB_MS(FB_T0 + 60));
	assert_true(a->pauses[1].end_ms == FB_MS(FB_T0 + 75));
}

static void more_pauses_than_anyone_takes_are_left_out_and_named(void **state)
{
	struct fixture *f = *state;
	const uint32_t events = 40000, message = 7;
	begin(f, 4);
	fb_timer(&f->b, FB_T0, 0);
	size_t head = f->b.n, size = head + (size_t)events * message;
	uint8_t *data = calloc(1, size);
	assert_non_null(data);
	memcpy(data, f->b.bytes, head);
	for (uint32_t i = 0; i < events; i++) {
		f->b.n = 0;
		fb_data(&f->b, 4);
		fb_u32(&f->b, FB_T0 + i);
		fb_u8(&f->b, 0), fb_u8(&f->b, i % 2 ? 0 : 4);
		memcpy(data + head + (size_t)i * message, f->b.bytes, message);
	}
	for (unsigned i = 0; i < 4; i++)
		data[4 + i] = (uint8_t)((size - 14) >> 8 * i); /* no CRC: not valid, but read */
	decoded_file_done(&f->file);
	assert_int_equal(fit_decode(data, size, &f->file, NULL), 0);
	assert_string_equal(
		f->file.problems[f->file.problems_n - 1].what, "more pauses than can be kept");
	free(data);
}

static void pauses_go_to_the_session_they_start_in(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_timer(&f->b, FB_T0 + 20, 4);
	fb_timer(&f->b, FB_T0 + 30, 0);
	fb_timer(&f->b, FB_T0 + 120, 4);
	fb_timer(&f->b, FB_T0 + 150, 0);
	fb_session(&f->b, 2, FB_T0, 100);
	fb_session(&f->b, 1, FB_T0 + 100, 100);
	end(f);
	assert_int_equal(f->file.activities[0].pauses_n, 1);
	assert_int_equal(f->file.activities[1].pauses_n, 1);
	assert_true(f->file.activities[1].pauses[0].start_ms == FB_MS(FB_T0 + 120));
}

static void only_a_plausible_local_time_gives_an_offset(void **state)
{
	static const struct {
		int64_t seconds;
		bool plausible;
		int offset_s;
	} rows[] = {
		{ 7200, true, 7200 },
		{ -12600, true, -12600 },
		{ 10753, true, 10800 }, /* a watch 47 s slow */
		{ -25320, true, -25200 },
		{ 50400, true, 50400 },
		{ 0, true, 0 },
		{ 20700, true, 20700 },
		{ 1350, false, 0 }, /* between two quarters */
		{ 54000, false, 0 },
		{ -46800, false, 0 },
		{ -576963, false, 0 },
		{ -(int64_t)FB_T0, false, 0 },
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		begin(f, 4);
		fb_session(&f->b, 1, FB_T0, 100);
		fb_define(&f->b, 5, 34, { 253, 4, FB_UINT32 }, { 5, 4, FB_UINT32 });
		fb_data(&f->b, 5);
		fb_u32(&f->b, FB_T0 + 100);
		fb_u32(&f->b, (uint32_t)(FB_T0 + 100 + rows[i].seconds));
		end(f);
		const struct activity_summary *s = &only_activity(f)->summary;
		assert_int_equal(s->has_utc_offset, rows[i].plausible);
		if (rows[i].plausible)
			assert_int_equal(s->utc_offset_s, rows[i].offset_s);
	}
}

#define SINCE_BOOT 5000u

static void a_relative_time_is_no_date(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	for (uint32_t i = 0; i < 3; i++)
		fb_record(&f->b, SINCE_BOOT + i, 100, 0);
	fb_session(&f->b, 1, SINCE_BOOT, 3);
	end(f);
	const struct activity *a = only_activity(f);
	assert_true(a->summary.start_ms == TIME_UNKNOWN_MS);
	assert_int_equal(a->records_n, 3);
	/* their distance in time still holds */
	assert_true(a->records[2].time_ms - a->records[0].time_ms == 2000);
}

static void a_correlation_makes_relative_times_absolute(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_record(&f->b, SINCE_BOOT, 100, 0);
	fb_define(&f->b, 5, 162, { 253, 4, FB_UINT32 }, { 1, 4, FB_UINT32 });
	fb_data(&f->b, 5);
	fb_u32(&f->b, FB_T0 + 1);
	fb_u32(&f->b, SINCE_BOOT + 1);
	fb_record(&f->b, FB_T0 + 2, 100, 0);
	fb_timer(&f->b, SINCE_BOOT + 3, 4);
	fb_timer(&f->b, FB_T0 + 5, 0);
	fb_session(&f->b, 1, SINCE_BOOT, 3);
	end(f);
	const struct activity *a = only_activity(f);
	assert_true(a->summary.start_ms == FB_MS(FB_T0));
	assert_true(a->records[0].time_ms == FB_MS(FB_T0));
	assert_true(a->records[1].time_ms == FB_MS(FB_T0 + 2));
	assert_int_equal(a->pauses_n, 1);
	assert_true(a->pauses[0].start_ms == FB_MS(FB_T0 + 3));
}

static void a_relative_time_among_dates_is_unknown(void **state)
{
	struct fixture *f = *state;
	begin(f, 4);
	fb_record(&f->b, SINCE_BOOT, 100, 0);
	fb_record(&f->b, FB_T0, 100, 0);
	fb_session(&f->b, 1, FB_T0, 3);
	end(f);
	assert_true(only_activity(f)->records[0].time_ms == TIME_UNKNOWN_MS);
	assert_true(only_activity(f)->records[1].time_ms == FB_MS(FB_T0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(records_and_laps_go_to_the_session_in_whose_time_they_start),
		CASE(sessions_before_their_records_and_out_of_order_do_as_well),
		CASE(chained_parts_keep_their_own_records_even_at_the_same_time),
		CASE(a_part_without_a_session_gives_its_records_to_the_session_around_them),
		CASE(an_activity_file_without_a_session_is_one_activity),
		CASE(a_session_without_records_keeps_what_it_states),
		CASE(a_session_without_a_start_begins_with_its_records_or_before_its_end),
		CASE(the_timer_events_make_pauses),
		CASE(more_pauses_than_anyone_takes_are_left_out_and_named),
		CASE(pauses_go_to_the_session_they_start_in),
		CASE(only_a_plausible_local_time_gives_an_offset),
		CASE(a_relative_time_is_no_date),
		CASE(a_correlation_makes_relative_times_absolute),
		CASE(a_relative_time_among_dates_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
