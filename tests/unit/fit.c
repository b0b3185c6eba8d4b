/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Framing: headers, definitions, parts, checksums, and what is wrong with them. */
#include "support/fit_fixture.h"

#include "fit/fit_is.h"

#include <errno.h>

/* A small run of three records. */
static void small_run(struct fit_build *b, uint8_t header_size)
{
	fb_begin(b, header_size);
	fb_file_id(b, 4);
	fb_define_records(b);
	for (uint32_t i = 0; i < 3; i++)
		fb_record(b, FB_T0 + i, 100 + i, i * 300);
	fb_define_sessions(b);
	fb_session(b, 1, FB_T0, 3);
	fb_end(b);
}

static void reads_headers_of_twelve_and_of_fourteen_bytes(void **state)
{
	struct fixture *f = *state;
	for (uint8_t header = 12; header <= 14; header = (uint8_t)(header + 2)) {
		f->b.n = 0;
		small_run(&f->b, header);
		assert_int_equal(decode(f), 0);
		assert_true(f->file.valid);
		assert_int_equal(f->file.problems_n, 0);
		assert_int_equal(f->file.format, FILE_FORMAT_FIT);
		assert_int_equal(f->file.kind, FILE_KIND_ACTIVITY);
		const struct activity *a = only_activity(f);
		assert_int_equal(a->records_n, 3);
		assert_int_equal(a->summary.records, 3);
		assert_true(a->summary.has_sport);
		assert_int_equal(a->summary.sport, 1);
		assert_true(a->summary.start_ms == FB_MS(FB_T0));
		assert_true(a->records[2].time_ms == FB_MS(FB_T0 + 2));
		assert_near(a->records[2].distance_m, 6.0, 0);
		assert_near((double)a->records[2].hr_bpm, 102, 0);
	}
}

static void a_header_crc_of_zero_is_allowed_and_a_wrong_one_is_not(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	fb_put16_at(&f->b, 12, 0);
	fb_put16_at(&f->b, f->b.n - 2, fb_crc(f->b.bytes, f->b.n - 2));
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);

	fb_put16_at(&f->b, 12, 0x1234);
	fb_put16_at(&f->b, f->b.n - 2, fb_crc(f->b.bytes, f->b.n - 2));
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.problems_n, 1);
	assert_int_equal(f->file.problems[0].offset, 12);
	assert_int_equal(only_activity(f)->records_n, 3);
}

static void a_wrong_file_crc_makes_invalid_and_keeps_the_records(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	f->b.bytes[f->b.n - 1] ^= 0x40;
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.problems[0].offset, f->b.n - 2);
	assert_int_equal(only_activity(f)->records_n, 3);
}

static void the_crc_holds_for_files_of_every_length_up_to_large(void **state)
{
	struct fixture *f = *state;
	for (uint32_t records = 0; records < 3000; records = records * 3 + 1) {
		f->b.n = 0;
		fb_begin(&f->b, 14);
		fb_file_id(&f->b, 4);
		fb_define_records(&f->b);
		for (uint32_t i = 0; i < records; i++)
			fb_record(&f->b, FB_T0 + i, i % 200, i * 7);
		fb_end(&f->b);
		assert_int_equal(decode(f), 0);
		assert_true(f->file.valid);
		f->b.bytes[f->b.n / 2] ^= 1;
		(void)decode(f);
		assert_false(f->file.valid);
	}
}

static void reads_big_endian_definitions_next_to_little_ones(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	fb_record(&f->b, FB_T0, 120, 100);
	f->b.big_endian = true;
	fb_define(&f->b, 5, 20, { 253, 4, FB_UINT32 }, { 7, 2, FB_UINT16 }, { 0, 4, FB_SINT32 },
		{ 1, 4, FB_SINT32 });
	fb_data(&f->b, 5);
	fb_u32(&f->b, FB_T0 + 1);
	fb_u16(&f->b, 0x0123);
	fb_u32(&f->b, 0x11223344);
	fb_u32(&f->b, (uint32_t)-5);
	f->b.big_endian = false;
	fb_record(&f->b, FB_T0 + 2, 130, 200);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	const struct activity *a = only_activity(f);
	assert_int_equal(a->records_n, 3);
	assert_true(a->records[1].time_ms == FB_MS(FB_T0 + 1));
	assert_near((double)a->records[1].power_w, 0x0123, 0);
	assert_int_equal(a->records[1].latitude_semicircles, 0x11223344);
	assert_int_equal(a->records[1].longitude_semicircles, -5);
	assert_near((double)a->records[2].hr_bpm, 130, 0);
}

static void compressed_timestamps_count_on_from_the_last_time(void **state)
{
	struct fixture *f = *state;
	const uint32_t base = (FB_T0 & ~31u) + 30; /* two seconds before the five bits turn over */
	fb_begin(&f->b, 12);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	fb_record(&f->b, base, 100, 0);
	fb_define(&f->b, 2, 20, { 3, 1, FB_UINT8 });
	static const uint8_t low[] = { 31, 0, 3, 3, 2 }; /* +1 +1 +3 +0 +31 */
	for (unsigned i = 0; i < sizeof low; i++) {
		fb_u8(&f->b, 0x80 | 2 << 5 | low[i]);
		fb_u8(&f->b, 101 + i);
	}
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	const struct activity *a = only_activity(f);
	static const uint32_t seconds[] = { 0, 1, 2, 5, 5, 36 };
	assert_int_equal(a->records_n, 6);
	for (size_t i = 0; i < 6; i++)
		assert_true(a->records[i].time_ms == FB_MS(base + seconds[i]));
}

static void a_compressed_timestamp_without_a_time_before_it_is_unknown(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 12);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 2, 20, { 3, 1, FB_UINT8 });
	fb_u8(&f->b, 0x80 | 2 << 5 | 7);
	fb_u8(&f->b, 99);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(only_activity(f)->records[0].time_ms == TIME_UNKNOWN_MS);
}

static void developer_fields_are_stepped_over(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	/* the same definition with developer data: flag, and two fields at its end */
	size_t at = f->b.n - 6 - 9;
	f->b.bytes[at] |= 0x20;
	fb_u8(&f->b, 2);
	fb_u8(&f->b, 0), fb_u8(&f->b, 2), fb_u8(&f->b, 0);
	fb_u8(&f->b, 3), fb_u8(&f->b, 1), fb_u8(&f->b, 0);
	for (uint32_t i = 0; i < 4; i++) {
		fb_record(&f->b, FB_T0 + i, 90 + i, i);
		fb_u16(&f->b, 0xABCD);
		fb_u8(&f->b, 7);
	}
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_int_equal(only_activity(f)->records_n, 4);
	assert_near((double)only_activity(f)->records[3].hr_bpm, 93, 0);
}

static void a_local_type_may_be_defined_anew(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	fb_record(&f->b, FB_T0, 100, 500);
	fb_define(&f->b, 1, 20, { 4, 1, FB_UINT8 }, { 253, 4, FB_UINT32 });
	fb_data(&f->b, 1);
	fb_u8(&f->b, 85);
	fb_u32(&f->b, FB_T0 + 1);
	fb_define(&f->b, 1, 777, { 4, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u8(&f->b, 85);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	const struct activity *a = only_activity(f);
	assert_int_equal(a->records_n, 2);
	assert_near((double)a->records[1].cadence_rpm, 85, 0);
	assert_near((double)a->records[1].hr_bpm, NAN, 0);
	assert_near(a->records[1].distance_m, NAN, 0);
	assert_int_equal(count_of(f, 777), 1);
	assert_int_equal(count_of(f, 20), 2);
}

static void unknown_base_types_odd_sizes_and_arrays_do_no_harm(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 253, 4, FB_UINT32 }, { 5, 3, FB_UINT32 } /* no multiple */,
		{ 3, 1, 0x5F } /* unknown type */, { 7, 6, FB_UINT16 } /* array of three */,
		{ 4, 0, FB_UINT8 } /* empty */, { 200, 5, FB_STRING });
	fb_data(&f->b, 1);
	fb_u32(&f->b, FB_T0);
	fb_u8(&f->b, 1), fb_u8(&f->b, 2), fb_u8(&f->b, 3);
	fb_u8(&f->b, 99);
	fb_u16(&f->b, 210), fb_u16(&f->b, 220), fb_u16(&f->b, 230);
	fb_text(&f->b, "abcdefg", 5);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	const struct activity_record *record = only_activity(f)->records;
	assert_near(record->distance_m, NAN, 0);
	assert_near((double)record->hr_bpm, NAN, 0);
	assert_near((double)record->cadence_rpm, NAN, 0);
	assert_near((double)record->power_w, 210, 0);
}

static void a_field_twice_in_a_definition_counts_once(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 1, 20, { 253, 4, FB_UINT32 }, { 3, 1, FB_UINT8 }, { 3, 1, FB_UINT8 },
		{ 253, 1, FB_UINT8 });
	fb_data(&f->b, 1);
	fb_u32(&f->b, FB_T0);
	fb_u8(&f->b, 111), fb_u8(&f->b, 222), fb_u8(&f->b, 9);
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_near((double)only_activity(f)->records[0].hr_bpm, 111, 0);
	assert_true(only_activity(f)->records[0].time_ms == FB_MS(FB_T0));
}

static void counts_every_message_over_all_parts_known_or_not(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	fb_begin(&f->b, 12);
	fb_file_id(&f->b, 4);
	fb_define(&f->b, 9, 65281, { 1, 1, FB_UINT8 });
	for (int i = 0; i < 5; i++) {
		fb_data(&f->b, 9);
		fb_u8(&f->b, 1);
	}
	fb_define(&f->b, 8, 300, { 1, 1, FB_UINT8 }); /* defined, never used */
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_int_equal(f->file.counts_n, 4);
	assert_int_equal(count_of(f, 0), 2);
	assert_int_equal(count_of(f, 18), 1);
	assert_int_equal(count_of(f, 20), 3);
	assert_int_equal(count_of(f, 65281), 5);
}

static void one_bad_part_of_two_makes_invalid_and_loses_nothing_of_the_other(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	size_t second = f->b.n;
	small_run(&f->b, 14);
	f->b.bytes[second - 1] ^= 1;
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.activities_n, 2);
	assert_int_equal(f->file.activities[0].records_n, 3);
	assert_int_equal(f->file.activities[1].records_n, 3);

	f->b.bytes[second - 1] ^= 1;
	f->b.bytes[f->b.n - 1] ^= 1;
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.activities_n, 2);
}

static void bytes_behind_the_last_part_are_a_problem_and_no_more(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	size_t end = f->b.n;
	fb_text(&f->b, "and then some", 13);
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_int_equal(f->file.problems_n, 1);
	assert_int_equal(f->file.problems[0].offset, end);
	assert_int_equal(only_activity(f)->records_n, 3);
}

static void a_data_size_of_zero_is_invalid_and_the_records_are_reported(void **state)
{
	struct fixture *f = *state;
	/* with a CRC at its end, without, and before another part */
	small_run(&f->b, 14);
	memset(f->b.bytes + 4, 0, 4);
	fb_put16_at(&f->b, 12, 0);
	fb_put16_at(&f->b, f->b.n - 2, fb_crc(f->b.bytes, f->b.n - 2));
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(only_activity(f)->records_n, 3);
	assert_int_equal(f->file.problems_n, 1);
	f->b.n -= 2;
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(only_activity(f)->records_n, 3);
	small_run(&f->b, 14);
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.activities_n, 2);
	assert_int_equal(count_of(f, 20), 6);
}

static void a_data_message_before_its_definition_ends_the_part(void **state)
{
	struct fixture *f = *state;
	fb_begin(&f->b, 14);
	fb_file_id(&f->b, 4);
	fb_define_records(&f->b);
	fb_record(&f->b, FB_T0, 100, 0);
	size_t at = f->b.n;
	fb_data(&f->b, 7);
	fb_u32(&f->b, 0);
	fb_end(&f->b);
	small_run(&f->b, 14); /* goes on in the next part, where local types start anew */
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.problems[0].offset, at);
	assert_int_equal(count_of(f, 20), 4);
}

static void definitions_end_with_their_part(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	fb_begin(&f->b, 12);
	size_t at = f->b.n;
	fb_record(&f->b, FB_T0, 100, 0); /* defined in the part before */
	fb_end(&f->b);
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_int_equal(f->file.problems[0].offset, at);
	assert_int_equal(count_of(f, 20), 3);
}

static void a_cut_file_yields_what_it_has(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	f->b.n -= 2 + 18 + 21 + 4; /* CRC, session, its definition, half a record */
	assert_int_equal(decode(f), 0);
	assert_false(f->file.valid);
	assert_true(f->file.problems_n > 0);
	assert_int_equal(only_activity(f)->records_n, 2);
}

static void what_is_no_fit_file_is_refused(void **state)
{
	struct fixture *f = *state;
	small_run(&f->b, 14);
	size_t whole = f->b.n;
	for (size_t n = 0; n < 12; n++) {
		f->b.n = n;
		assert_int_equal(decode(f), -EBADMSG);
		assert_non_null(f->err.what);
		assert_false(f->file.valid);
	}
	f->b.n = whole;
	f->b.bytes[9] = 'f';
	assert_int_equal(decode(f), -EBADMSG);
	f->b.n = 14; /* a header with nothing behind it */
	f->b.bytes[9] = 'F';
	assert_int_equal(decode(f), -EBADMSG);
	assert_true(fit_is(f->b.bytes, 14));
	assert_false(fit_is(f->b.bytes, 11));
	f->b.bytes[0] = 11;
	assert_false(fit_is(f->b.bytes, 14));
}

static void refuses_more_than_the_limits_by_name(void **state)
{
	struct fixture *f = *state;
	const size_t records = FILE_MAX_RECORDS + 1, head = 14 + 9;
	uint8_t *data = calloc(1, FILE_MAX_BYTES + 1u);
	assert_non_null(data);
	fb_begin(&f->b, 14);
	fb_define(&f->b, 1, 20, { 3, 1, FB_UINT8 });
	assert_int_equal(f->b.n, head);
	memcpy(data, f->b.bytes, head);
	size_t size = head - 14 + records * 2;
	for (size_t i = 0; i < records; i++)
		data[head + 2 * i] = 1;
	for (size_t i = 0; i < 4; i++)
		data[4 + i] = (uint8_t)(size >> 8 * i);
	assert_int_equal(fit_decode(data, 14 + size + 2, &f->file, &f->err), -EFBIG);
	assert_string_equal(f->err.what, "too many records");
	decoded_file_done(&f->file);
	assert_int_equal(fit_decode(data, FILE_MAX_BYTES + 1u, &f->file, &f->err), -EFBIG);
	free(data);

	f->b.n = 0;
	small_run(&f->b, 14);
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_define_sessions(&f->b);
	fb_session(&f->b, 1, FB_T0, 100 * 3600 + 1);
	fb_end(&f->b);
	assert_int_equal(decode(f), -EFBIG);
	f->b.n = 0;
	fb_begin(&f->b, 14);
	fb_define_sessions(&f->b);
	for (unsigned i = 0; i <= FILE_MAX_ACTIVITIES; i++)
		fb_session(&f->b, 1, FB_T0 + i, 1);
	fb_end(&f->b);
	assert_int_equal(decode(f), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_headers_of_twelve_and_of_fourteen_bytes),
		CASE(a_header_crc_of_zero_is_allowed_and_a_wrong_one_is_not),
		CASE(a_wrong_file_crc_makes_invalid_and_keeps_the_records),
		CASE(the_crc_holds_for_files_of_every_length_up_to_large),
		CASE(reads_big_endian_definitions_next_to_little_ones),
		CASE(compressed_timestamps_count_on_from_the_last_time),
		CASE(a_compressed_timestamp_without_a_time_before_it_is_unknown),
		CASE(developer_fields_are_stepped_over),
		CASE(a_local_type_may_be_defined_anew),
		CASE(unknown_base_types_odd_sizes_and_arrays_do_no_harm),
		CASE(a_field_twice_in_a_definition_counts_once),
		CASE(counts_every_message_over_all_parts_known_or_not),
		CASE(one_bad_part_of_two_makes_invalid_and_loses_nothing_of_the_other),
		CASE(bytes_behind_the_last_part_are_a_problem_and_no_more),
		CASE(a_data_size_of_zero_is_invalid_and_the_records_are_reported),
		CASE(a_data_message_before_its_definition_ends_the_part),
		CASE(definitions_end_with_their_part),
		CASE(a_cut_file_yields_what_it_has),
		CASE(what_is_no_fit_file_is_refused),
		CASE(refuses_more_than_the_limits_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
