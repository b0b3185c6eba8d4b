/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the messages say: scales, invalid values, device, runner, heart rate messages. */
#include "support/fit_fixture.h"

#include "fit/fit_names.h"

static void a_record_has_its_values_in_si_units(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 253, 4, FB_UINT32 }, { 0, 4, FB_SINT32 }, { 1, 4, FB_SINT32 },
		{ 2, 2, FB_UINT16 }, { 3, 1, FB_UINT8 }, { 4, 1, FB_UINT8 }, { 5, 4, FB_UINT32 },
		{ 6, 2, FB_UINT16 }, { 7, 2, FB_UINT16 }, { 39, 2, FB_UINT16 },
		{ 41, 2, FB_UINT16 }, { 53, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u32(&f->b, FB_T0);
	fb_u32(&f->b, 500000000);
	fb_u32(&f->b, (uint32_t)-1500000000);
	fb_u16(&f->b, 2750); /* 2750 / 5 - 500 = 50 m */
	fb_u8(&f->b, 141);
	fb_u8(&f->b, 85);
	fb_u32(&f->b, 123456);
	fb_u16(&f->b, 3250);
	fb_u16(&f->b, 301);
	fb_u16(&f->b, 823);
	fb_u16(&f->b, 2514);
	fb_u8(&f->b, 64);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_record *r = only_activity(f)->records;
	assert_int_equal(r->latitude_semicircles, 500000000);
	assert_int_equal(r->longitude_semicircles, -1500000000);
	assert_near((double)r->altitude_m, 50, 1e-4);
	assert_near((double)r->hr_bpm, 141, 0);
	assert_near((double)r->cadence_rpm, 85.5, 1e-4);
	assert_near(r->distance_m, 1234.56, 1e-9);
	assert_near((double)r->speed_mps, 3.25, 1e-6);
	assert_near((double)r->power_w, 301, 0);
	assert_near((double)r->vertical_oscillation_mm, 82.3, 1e-4);
	assert_near((double)r->contact_time_ms, 251.4, 1e-4);
}

static void enhanced_fields_win_over_the_plain_ones_unless_they_are_invalid(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 2, 2, FB_UINT16 }, { 6, 2, FB_UINT16 }, { 78, 4, FB_UINT32 },
		{ 73, 4, FB_UINT32 });
	for (int i = 0; i < 2; i++) {
		fb_data(&f->b, 1);
		fb_u16(&f->b, 2550);
		fb_u16(&f->b, 1000);
		fb_u32(&f->b, i ? UINT32_MAX : 2600);
		fb_u32(&f->b, i ? UINT32_MAX : 2500);
	}
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_record *r = only_activity(f)->records;
	assert_near((double)r[0].altitude_m, 20, 1e-4);
	assert_near((double)r[0].speed_mps, 2.5, 1e-6);
	assert_near((double)r[1].altitude_m, 10, 1e-4);
	assert_near((double)r[1].speed_mps, 1, 1e-6);
}

static void invalid_values_are_unknown_and_never_zero(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 253, 4, FB_UINT32 }, { 0, 4, FB_SINT32 }, { 1, 4, FB_SINT32 },
		{ 3, 1, FB_UINT8 }, { 4, 1, FB_UINT8 }, { 53, 1, FB_UINT8 }, { 5, 4, FB_FLOAT32 },
		{ 6, 8, FB_FLOAT64 }, { 7, 2, FB_UINT16Z });
	fb_data(&f->b, 1);
	fb_u32(&f->b, UINT32_MAX);
	fb_u32(&f->b, 0x7FFFFFFF);
	fb_u32(&f->b, 0x7FFFFFFF);
	fb_u8(&f->b, 255);
	fb_u8(&f->b, 255);
	fb_u8(&f->b, 10); /* a fraction of nothing */
	fb_u32(&f->b, UINT32_MAX);
	fb_u32(&f->b, 0), fb_u32(&f->b, 0x7FF00000); /* infinity */
	fb_u16(&f->b, 0);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	const struct activity_record *r = only_activity(f)->records;
	assert_true(r->time_ms == TIME_UNKNOWN_MS);
	assert_int_equal(r->latitude_semicircles, POSITION_UNKNOWN);
	assert_int_equal(r->longitude_semicircles, POSITION_UNKNOWN);
	assert_near((double)r->hr_bpm, NAN, 0);
	assert_near((double)r->cadence_rpm, NAN, 0);
	assert_near(r->distance_m, NAN, 0);
	assert_near((double)r->speed_mps, NAN, 0);
	assert_near((double)r->power_w, NAN, 0);
	assert_near((double)r->altitude_m, NAN, 0);
}

static void fields_may_come_in_another_type_than_the_profile_has(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 3, 2, FB_UINT16 }, { 5, 4, FB_FLOAT32 }, { 2, 2, FB_SINT16 });
	fb_data(&f->b, 1);
	fb_u16(&f->b, 150);
	fb_u32(&f->b, 0x42C80000); /* 100.0f: cm as they are scaled */
	fb_u16(&f->b, (unsigned)-5 & 0xFFFF);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_record *r = only_activity(f)->records;
	assert_near((double)r->hr_bpm, 150, 0);
	assert_near(r->distance_m, 1, 1e-9);
	assert_near((double)r->altitude_m, -501, 1e-3);
}

static void speed_distance_records(struct fit_build *b, const unsigned *sixteenths, size_t n)
{
	const unsigned speed = 321;
	fb_begin(b, 14);
	fb_file_id(b, 4);
	fb_define(b, 1, 20, { 8, 3, FB_BYTE });
	for (size_t i = 0; i < n; i++) {
		fb_data(b, 1);
		fb_u8(b, speed & 0xFF);
		fb_u8(b, speed >> 8 | (sixteenths[i] & 0xF) << 4);
		fb_u8(b, sixteenths[i] >> 4);
	}
}

static void compressed_speed_and_distance_add_up_over_the_turn(void **state)
{
	struct fixture *f = *state;
	static const unsigned sixteenths[] = { 160, 4000, 64 }; /* 10 m, 250 m, over 256 m: 260 m */
	speed_distance_records(&f->b, sixteenths, 3);
	fb_end(&f->b);
	speed_distance_records(&f->b, sixteenths, 1); /* the next part starts at nothing */
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_record *r = only_activity(f)->records;
	assert_near(r[0].distance_m, 10, 1e-9);
	assert_near(r[1].distance_m, 250, 1e-9);
	assert_near(r[2].distance_m, 260, 1e-9);
	assert_near(r[3].distance_m, 10, 1e-9);
	assert_near((double)r[2].speed_mps, 3.21, 1e-5);
}

/* A session with the fields that are wanted from it. */
static void full_session(
	struct fit_build *b, unsigned sport, unsigned cadence, unsigned rpe, unsigned feel)
{
	fb_define(b, 6, 18, { 2, 4, FB_UINT32 }, { 5, 1, FB_ENUM }, { 6, 1, FB_ENUM },
		{ 7, 4, FB_UINT32 }, { 8, 4, FB_UINT32 }, { 59, 4, FB_UINT32 }, { 9, 4, FB_UINT32 },
		{ 10, 4, FB_UINT32 }, { 94, 1, FB_UINT8 }, { 11, 2, FB_UINT16 },
		{ 16, 1, FB_UINT8 }, { 17, 1, FB_UINT8 }, { 18, 1, FB_UINT8 }, { 92, 1, FB_UINT8 },
		{ 22, 2, FB_UINT16 }, { 23, 2, FB_UINT16 }, { 199, 1, FB_UINT8 },
		{ 193, 1, FB_UINT8 }, { 192, 1, FB_UINT8 });
	fb_data(b, 6);
	fb_u32(b, FB_T0);
	fb_u8(b, sport), fb_u8(b, 3);
	fb_u32(b, 3725500), fb_u32(b, 3600250), fb_u32(b, 3500000);
	fb_u32(b, 1234567), fb_u32(b, 5000), fb_u8(b, 64);
	fb_u16(b, 900), fb_u8(b, 148), fb_u8(b, 176);
	fb_u8(b, cadence), fb_u8(b, 32);
	fb_u16(b, 412), fb_u16(b, 409), fb_u8(b, 50);
	fb_u8(b, rpe), fb_u8(b, feel);
}

static void a_session_states_what_the_summary_says(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	full_session(&f->b, 1, 84, 60, 75);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_summary *summary = &only_activity(f)->summary;
	const struct activity_stated *s = &summary->stated;
	assert_int_equal(summary->records, 0);
	assert_true(summary->has_sub_sport);
	assert_int_equal(summary->sub_sport, 3);
	assert_near(s->elapsed_s, 3725.5, 1e-9);
	assert_near(s->timer_s, 3600.25, 1e-9);
	assert_near(s->moving_s, 3500, 1e-9);
	assert_near(s->distance_m, 12345.67, 1e-9);
	assert_near(s->total_strides, 5000.5, 1e-9);
	assert_near(s->energy_kcal, 900, 0);
	assert_near(s->hr_avg_bpm, 148, 0);
	assert_near(s->hr_max_bpm, 176, 0);
}

static void a_session_states_climb_and_how_it_felt(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	full_session(&f->b, 1, 84, 60, 75);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_stated *s = &only_activity(f)->summary.stated;
	assert_near(s->ascent_m, 412.5, 1e-9);
	assert_near(s->descent_m, 409, 0);
	assert_near(s->rpe, 6, 0);
	assert_near(s->feel, 75, 0);
}

static void cadence_is_doubled_for_strides_on_foot_only(void **state)
{
	static const struct {
		unsigned sport, cadence;
		double expected;
		bool strides;
	} rows[] = {
		{ 1, 84, 168.5, true },
		{ 11, 55, 110.5, true },
		{ 17, 50, 100.5, true },
		{ 2, 84, 84.25, false },
		{ 1, 168, 168.25, true },
		{ 5, 28, 28.25, false },
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		f->b.n = 0;
		fb_begin(&f->b, 14);
		fb_file_id(&f->b, 4);
		full_session(&f->b, rows[i].sport, rows[i].cadence, 60, 75);
		fb_end(&f->b);
		assert_int_equal(decode(f), 0);
		const struct activity_stated *s = &only_activity(f)->summary.stated;
		assert_near(s->cadence_avg_spm, rows[i].expected, 1e-9);
		assert_near(s->total_strides, rows[i].strides ? 5000.5 : NAN, 1e-9);
	}
}

static void effort_and_feel_that_are_not_set_are_unknown(void **state)
{
	struct fixture *f = *state;
	static const unsigned unset_rpe[] = { 0, 101, 255 };
	for (size_t i = 0; i < 3; i++) {
		f->b.n = 0;
		fb_begin(&f->b, 14);
		fb_file_id(&f->b, 4);
		full_session(&f->b, 1, 84, unset_rpe[i], 255);
		fb_end(&f->b);
		assert_int_equal(decode(f), 0);
		assert_near(only_activity(f)->summary.stated.rpe, NAN, 0);
		assert_near(only_activity(f)->summary.stated.feel, NAN, 0);
	}
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	full_session(&f->b, 1, 84, 100, 0);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_near(only_activity(f)->summary.stated.rpe, 10, 0);
	assert_near(only_activity(f)->summary.stated.feel, 0, 0);
}

static void the_device_comes_from_file_id_and_else_from_its_device_info(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct file_device *device = &f->file.device;
	assert_int_equal(device->manufacturer, 1);
	assert_int_equal(device->product, 4315);
	assert_true(device->serial == 3421500000u);

	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_define(&f->b, 0, 0, { 0, 1, FB_ENUM }, { 1, 2, FB_UINT16 }, { 8, 6, FB_STRING });
	fb_data(&f->b, 0);
	fb_u8(&f->b, 4), fb_u16(&f->b, 294);
	fb_text(&f->b, "Pace\x01!", 6); /* no end, a control character */
	fb_define(&f->b, 1, 23, { 0, 1, FB_UINT8 }, { 2, 2, FB_UINT16 }, { 3, 4, FB_UINT32Z },
		{ 4, 2, FB_UINT16 });
	static const unsigned index[] = { 3, 0, 0 }; /* a strap, then the watch itself */
	for (unsigned i = 0; i < 3; i++) {
		fb_data(&f->b, 1);
		fb_u8(&f->b, index[i]), fb_u16(&f->b, 123), fb_u32(&f->b, 1000 + i);
		fb_u16(&f->b, 500 + i);
	}
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_int_equal(device->manufacturer, 294);
	assert_int_equal(device->product, 501);
	assert_true(device->has_serial && device->serial == 1001);
	assert_string_equal(device->product_name, "Pace\xEF\xBF\xBD!");
}

static void the_runner_comes_from_three_messages_by_rank(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 3, { 1, 1, FB_ENUM }, { 2, 1, FB_UINT8 }, { 4, 2, FB_UINT16 },
		{ 8, 1, FB_UINT8 }, { 9, 1, FB_UINT8 }, { 11, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u8(&f->b, 0), fb_u8(&f->b, 41), fb_u16(&f->b, 625);
	fb_u8(&f->b, 52), fb_u8(&f->b, 188), fb_u8(&f->b, 190);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct file_profile *p = &f->file.profile;
	assert_true(p->has_sex && !p->male);
	assert_near(p->age_years, 41, 0);
	assert_near(p->weight_kg, 62.5, 0);
	assert_near(p->hr_rest_bpm, 52, 0);
	assert_near(p->hr_max_bpm, 188, 0);
	assert_near(p->threshold_hr_bpm, NAN, 0);

	f->b.n -= 2;
	fb_define(&f->b, 2, 216, { 11, 1, FB_UINT8 }, { 12, 1, FB_UINT8 }, { 13, 1, FB_UINT8 });
	fb_data(&f->b, 2);
	fb_u8(&f->b, 186), fb_u8(&f->b, 47), fb_u8(&f->b, 168);
	fb_define(&f->b, 2, 7, { 1, 1, FB_UINT8 }, { 2, 1, FB_UINT8 });
	fb_data(&f->b, 2);
	fb_u8(&f->b, 184), fb_u8(&f->b, 0); /* 0: not set */
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_near(p->hr_max_bpm, 184, 0);
	assert_near(p->hr_rest_bpm, 47, 0);
	assert_near(p->threshold_hr_bpm, 168, 0);
}

static void the_file_type_decides_the_kind_and_else_the_messages(void **state)
{
	static const struct {
		unsigned type;
		enum file_kind kind;
	} rows[] = {
		{ 4, FILE_KIND_ACTIVITY },
		{ 6, FILE_KIND_COURSE },
		{ 5, FILE_KIND_WORKOUT },
		{ 15, FILE_KIND_MONITORING },
		{ 28, FILE_KIND_MONITORING },
		{ 32, FILE_KIND_MONITORING },
		{ 49, FILE_KIND_SLEEP },
		{ 68, FILE_KIND_HRV_STATUS },
		{ 44, FILE_KIND_METRICS },
		{ 9, FILE_KIND_WEIGHT },
		{ 14, FILE_KIND_BLOOD_PRESSURE },
		{ 8, FILE_KIND_LOCATIONS },
		{ 2, FILE_KIND_SETTINGS },
		{ 3, FILE_KIND_SPORT },
		{ 10, FILE_KIND_TOTALS },
		{ 77, FILE_KIND_OTHER },
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		f->b.n = 0;
		fb_begin(&f->b, 14);
		fb_file_id(&f->b, rows[i].type);
		fb_define_records(&f->b);
		fb_record(&f->b, FB_T0, 100, 0);
		fb_end(&f->b);
		assert_int_equal(decode(f), 0);
		assert_int_equal(f->file.kind, rows[i].kind);
		assert_int_equal(f->file.activities_n, rows[i].kind == FILE_KIND_ACTIVITY);
	}
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_define_records(&f->b);
	fb_record(&f->b, FB_T0, 100, 0);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_int_equal(f->file.kind, FILE_KIND_ACTIVITY);
	assert_int_equal(f->file.activities_n, 1);
}

/* The low twelve bits of two beats in three bytes. */
static void two_events(struct fit_build *b, uint32_t first, uint32_t second)
{
	fb_u8(b, first & 0xFF);
	fb_u8(b, (first >> 8 & 0xF) | (second & 0xF) << 4);
	fb_u8(b, second >> 4 & 0xFF);
}

static void heart_rate_messages_go_to_the_record_of_their_second(void **state)
{
	struct fixture *f = *state;
	const uint32_t event = 0xFFFFF800u; /* the strap's clock turns over in two seconds */
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	for (uint32_t i = 0; i < 8; i++)
		fb_record(&f->b, FB_T0 + i, i == 7 ? 77 : 255, 0);
	fb_end(&f->b);
	fb_begin(&f->b, 14); /* as devices do it: a part of its own */
	fb_define(&f->b, 1, 132, { 253, 4, FB_UINT32 }, { 9, 4, FB_UINT32 }, { 0, 2, FB_UINT16 },
		{ 6, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u32(&f->b, FB_T0);
	fb_u32(&f->b, event);
	fb_u16(&f->b, 16384); /* half a second */
	fb_u8(&f->b, 100);
	fb_define(&f->b, 2, 132, { 6, 8, FB_UINT8 }, { 10, 12, FB_BYTE });
	fb_data(&f->b, 2);
	static const uint8_t bpm[] = { 110, 120, 130, 140, 255, 0, 150, 160 };
	static const double seconds[] = { 0.6, 1.0, 1.4, 2.5, 3.0, 3.5, 4.5, 6.4 };
	for (size_t i = 0; i < 8; i++)
		fb_u8(&f->b, bpm[i]);
	for (size_t i = 0; i < 8; i += 2)
		two_events(&f->b, event + (uint32_t)(seconds[i] * 1024),
			event + (uint32_t)(seconds[i + 1] * 1024));
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_int_equal(count_of(f, 132), 2);
	/* beats stand at 0.5 1.1 1.5 1.9 3.0 (3.5 and 4.0 are invalid) 5.0 6.9 s */
	static const double expected[] = { 100, 120, NAN, 140, NAN, 150, 160, 77 };
	const struct activity_record *r = only_activity(f)->records;
	for (size_t i = 0; i < 8; i++)
		assert_near((double)r[i].hr_bpm, expected[i], 1e-4);
}

static void heart_rate_without_an_anchor_in_its_part_goes_nowhere(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	for (uint32_t i = 0; i < 3; i++)
		fb_record(&f->b, FB_T0 + i, 88, 0);
	fb_define(&f->b, 2, 132, { 253, 4, FB_UINT32 }, { 9, 4, FB_UINT32 }, { 6, 1, FB_UINT8 });
	fb_data(&f->b, 2);
	fb_u32(&f->b, FB_T0), fb_u32(&f->b, 0), fb_u8(&f->b, 90);
	fb_end(&f->b);
	fb_begin(&f->b, 14);
	fb_define(&f->b, 2, 132, { 6, 2, FB_UINT8 }, { 10, 3, FB_BYTE });
	fb_data(&f->b, 2);
	fb_u8(&f->b, 150), fb_u8(&f->b, 151);
	two_events(&f->b, 1200, 2300);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity_record *r = only_activity(f)->records;
	assert_near((double)r[0].hr_bpm, 90, 0);
	assert_near((double)r[1].hr_bpm, 88, 0);
	assert_near((double)r[2].hr_bpm, 88, 0);
}

/* A file of a product whose device_info messages name these sensors of its own (0 GPS, 3 accelerometer, 4
 * barometer; 255 ends the list). */
static enum altitude_source altitude_with(
	struct fixture *f, unsigned product, const uint8_t *sensors)
{
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_define(&f->b, 0, 0, { 0, 1, FB_ENUM }, { 1, 2, FB_UINT16 }, { 2, 2, FB_UINT16 });
	fb_data(&f->b, 0);
	fb_u8(&f->b, 4);
	fb_u16(&f->b, 1);
	fb_u16(&f->b, product);
	fb_define(&f->b, 1, 23, { 0, 1, FB_UINT8 }, { 1, 1, FB_UINT8 }, { 25, 1, FB_ENUM });
	for (unsigned i = 0; sensors[i] != 255; i++) {
		fb_data(&f->b, 1);
		fb_u8(&f->b, i + 1);
		fb_u8(&f->b, sensors[i]);
		fb_u8(&f->b, 5); /* local */
	}
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	return f->file.altitude_source;
}

static void heights_come_from_the_sensor_that_is_listed_and_else_from_the_product(void **state)
{
	struct fixture *f = *state;
	static const uint8_t none[] = { 255 }, barometer[] = { 0, 3, 4, 255 },
			     gps[] = { 0, 3, 255 }, indoors[] = { 3, 255 };
	assert_int_equal(altitude_with(f, 4315, barometer), ALTITUDE_BAROMETER);
	assert_int_equal(altitude_with(f, 9999, barometer), ALTITUDE_BAROMETER);
	assert_int_equal(altitude_with(f, 9999, gps), ALTITUDE_GPS);
	assert_int_equal(altitude_with(f, 9999, indoors), ALTITUDE_UNKNOWN);
	assert_int_equal(altitude_with(f, 9999, none), ALTITUDE_UNKNOWN);
	assert_int_equal(altitude_with(f, 1328, none), ALTITUDE_BAROMETER);
	assert_int_equal(altitude_with(f, 1482, none), ALTITUDE_GPS);
	assert_int_equal(fit_product_altitude(1, 625), ALTITUDE_BAROMETER);
	assert_int_equal(fit_product_altitude(1, 4575), ALTITUDE_BAROMETER);
	assert_int_equal(fit_product_altitude(1, 484), ALTITUDE_GPS);
	assert_int_equal(fit_product_altitude(1, 3869), ALTITUDE_GPS);
	assert_int_equal(fit_product_altitude(294, 1328), ALTITUDE_UNKNOWN);
}

static void makers_and_products_have_names(void **state)
{
	(void)state;
	assert_string_equal(fit_manufacturer_name(1), "garmin");
	assert_string_equal(fit_manufacturer_name(294), "coros");
	assert_string_equal(fit_manufacturer_name(23), "suunto");
	assert_string_equal(fit_manufacturer_name(255), "development");
	assert_string_equal(fit_manufacturer_name(5759), "actigraphcorp");
	assert_null(fit_manufacturer_name(0));
	assert_null(fit_manufacturer_name(65535));
	assert_string_equal(fit_product_name(1, 4315), "Forerunner 965");
	assert_string_equal(fit_product_name(1, 0x4cda - 0x4000), "fenix 6 Pro");
	assert_null(fit_product_name(294, 4315));
	assert_null(fit_product_name(1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_record_has_its_values_in_si_units),
		CASE(enhanced_fields_win_over_the_plain_ones_unless_they_are_invalid),
		CASE(invalid_values_are_unknown_and_never_zero),
		CASE(fields_may_come_in_another_type_than_the_profile_has),
		CASE(compressed_speed_and_distance_add_up_over_the_turn),
		CASE(a_session_states_what_the_summary_says),
		CASE(a_session_states_climb_and_how_it_felt),
		CASE(cadence_is_doubled_for_strides_on_foot_only),
		CASE(effort_and_feel_that_are_not_set_are_unknown),
		CASE(the_device_comes_from_file_id_and_else_from_its_device_info),
		CASE(heights_come_from_the_sensor_that_is_listed_and_else_from_the_product),
		CASE(the_runner_comes_from_three_messages_by_rank),
		CASE(the_file_type_decides_the_kind_and_else_the_messages),
		CASE(heart_rate_messages_go_to_the_record_of_their_second),
		CASE(heart_rate_without_an_anchor_in_its_part_goes_nowhere),
		CASE(makers_and_products_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
