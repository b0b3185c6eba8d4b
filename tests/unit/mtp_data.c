/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datasets and containers of MTP, byte by byte as the standard writes them. */
#include "support/test.h"

#include "mtp/mtp_container.h"
#include "mtp/mtp_dataset.h"
#include "mtp/mtp_objects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void reads(const uint8_t *raw, size_t size, const char *expected)
{
	char text[MTP_TEXT_BYTES];
	struct bytes in = bytes_of(raw, size);
	mtp_text(&in, text);
	assert_false(in.failed);
	assert_string_equal(text, expected);
}

static void reads_text_as_clean_utf8(void **state)
{
	(void)state;
	static const uint8_t plain[] = { 3, 'H', 0, 'i', 0, 0, 0 };
	static const uint8_t none[] = { 0 };
	static const uint8_t accent[] = { 4, 'v', 0, 0xED, 0, 'v', 0, 0, 0 };
	static const uint8_t pair[] = { 3, 0x3D, 0xD8, 0x00, 0xDE, 0, 0 };
	static const uint8_t lone[] = { 3, 0x3D, 0xD8, 'a', 0, 0, 0 };
	static const uint8_t early[] = { 4, 'a', 0, 0, 0, 'b', 0, 0, 0 };
	static const uint8_t endless[] = { 2, 'a', 0, 'b', 0 };
	static const uint8_t control[] = { 3, 0x1B, 0, '[', 0, 0, 0 };
	reads(plain, sizeof plain, "Hi");
	reads(none, sizeof none, "");
	reads(accent, sizeof accent, "v\xC3\xADv");
	reads(pair, sizeof pair, "\xF0\x9F\x98\x80");
	reads(lone, sizeof lone,
		"\xEF\xBF\xBD"
		"a");
	reads(early, sizeof early, "a");
	reads(endless, sizeof endless, "ab");
	reads(control, sizeof control, "\xEF\xBF\xBD[");
}

static void reads_the_longest_text(void **state)
{
	(void)state;
	uint8_t raw[1 + 510];
	char text[MTP_TEXT_BYTES];
	raw[0] = 255;
	for (size_t i = 1; i < sizeof raw; i += 2) {
		raw[i] = 0xAC; /* three bytes in UTF-8 */
		raw[i + 1] = 0x20;
	}
	struct bytes in = bytes_of(raw, sizeof raw);
	mtp_text(&in, text);
	assert_false(in.failed);
	assert_int_equal(strlen(text), 255 * 3);
}

static void fails_on_text_that_is_cut(void **state)
{
	(void)state;
	static const uint8_t raw[] = { 3, 'H', 0, 'i', 0, 0 };
	char text[MTP_TEXT_BYTES];
	struct bytes in = bytes_of(raw, sizeof raw);
	mtp_text(&in, text);
	assert_true(in.failed);
	assert_string_equal(text, "");
}

static void tells_names_from_paths(void **state)
{
	(void)state;
	assert_true(mtp_name_is_plain("2024-05-03-06-12-44.fit"));
	assert_true(mtp_name_is_plain("..."));
	assert_false(mtp_name_is_plain(""));
	assert_false(mtp_name_is_plain("."));
	assert_false(mtp_name_is_plain(".."));
	assert_false(mtp_name_is_plain("../../etc/passwd"));
}

static void reads_dates_with_and_without_a_zone(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t s;
	} good[] = {
		{ "19700101T000000", 0 },
		{ "20240229T235959", 1709251199 },
		{ "20240229T235959.5", 1709251199 },
		{ "20240229T235959Z", 1709251199 },
		{ "20240229T235959+0200", 1709243999 },
		{ "20240229T235959.0-0330", 1709263799 },
		{ "20000301T000000", 951868800 },
		{ "21000301T000000", 4107542400 },
	};
	static const char *const bad[] = { "", "2024", "20241301T000000", "20240001T000000",
		"20240100T000000", "20240101 000000", "20240101T240000", "20240101T0000",
		"20240101T000000X", "20240101T000000+2", "20240101T000000+0200x", "19691231T000000",
		"2024 101T000000", "+0240101T000000" };
	int64_t s = 0;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(mtp_date(good[i].text, &s));
		assert_int_equal(s, good[i].s);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(mtp_date(bad[i], &s));
}

static void writes_a_command(void **state)
{
	(void)state;
	static const uint8_t expected[] = { 24, 0, 0, 0, 1, 0, 0x07, 0x10, 9, 0, 0, 0, 1, 0, 2, 0,
		0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF };
	static const uint32_t parameters[] = { 0x00020001, 0, 0xFFFFFFFF };
	uint8_t raw[MTP_COMMAND_MAX_BYTES];
	assert_int_equal(mtp_command_put(MTP_GET_OBJECT_HANDLES, 9, parameters, 3, raw), 24);
	assert_memory_equal(raw, expected, sizeof expected);
}

static void reads_a_response(void **state)
{
	(void)state;
	uint8_t raw[] = { 16, 0, 0, 0, 3, 0, 0x01, 0x20, 9, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0xEE };
	struct mtp_answer answer;
	assert_int_equal(mtp_answer_get(raw, sizeof raw, &answer), 0);
	assert_int_equal(answer.code, 0x2001);
	assert_int_equal(answer.transaction, 9);
	assert_int_equal(answer.parameters_n, 1);
	assert_int_equal(answer.parameters[0], 0x12345678);
	assert_int_equal(mtp_answer_get(raw, 15, &answer), -EBADMSG);
	raw[4] = 2;
	assert_int_equal(mtp_answer_get(raw, sizeof raw, &answer), -EBADMSG);
	raw[4] = 3;
	raw[0] = 11;
	assert_int_equal(mtp_answer_get(raw, sizeof raw, &answer), -EBADMSG);
	raw[0] = 36;
	uint8_t six[40] = { 0 };
	memcpy(six, raw, 12);
	assert_int_equal(mtp_answer_get(six, sizeof six, &answer), -EBADMSG);
}

static void refuses_a_list_that_claims_more_than_there_is(void **state)
{
	(void)state;
	static const uint8_t two[] = { 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0 };
	static const uint8_t many[] = { 0xFF, 0xFF, 0xFF, 0x3F, 1, 0, 0, 0 };
	uint32_t *numbers = NULL;
	size_t n = 0;
	assert_int_equal(mtp_numbers_get(two, sizeof two, &numbers, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(numbers[1], 2);
	free(numbers);
	assert_int_equal(mtp_numbers_get(two, sizeof two - 1, &numbers, &n), -EBADMSG);
	assert_int_equal(mtp_numbers_get(many, sizeof many, &numbers, &n), -EBADMSG);
	assert_int_equal(mtp_numbers_get(two, 3, &numbers, &n), -EBADMSG);
}

static void refuses_more_handles_than_any_watch_has(void **state)
{
	(void)state;
	size_t size = 4 + 4 * 65537;
	uint8_t *raw = calloc(1, size);
	uint32_t *numbers = NULL;
	size_t n = 0;
	assert_non_null(raw);
	raw[0] = 1;
	raw[2] = 1;
	assert_int_equal(mtp_numbers_get(raw, size, &numbers, &n), -E2BIG);
	free(raw);
}

/* The dataset of GetDeviceInfo of a Forerunner, shortened. */
static const uint8_t device_info[] = { 100, 0, 6, 0, 0, 0, 100, 0, 3, 'm', 0, ':', 0, 0, 0, 0, 0, 3,
	0, 0, 0, 0x01, 0x10, 0x02, 0x10, 0x1B, 0x10, 1, 0, 0, 0, 0x02, 0x40, 0, 0, 0, 0, 0, 0, 0, 0,
	1, 0, 0, 0, 0x00, 0x30, 2, 'G', 0, 0, 0, 2, 'F', 0, 0, 0, 2, '9', 0, 0, 0, 2, '7', 0, 0,
	0 };

static void reads_what_a_device_says_of_itself(void **state)
{
	(void)state;
	struct mtp_device_info info;
	assert_int_equal(mtp_device_info_get(device_info, sizeof device_info, &info), 0);
	assert_string_equal(info.maker, "G");
	assert_string_equal(info.model, "F");
	assert_string_equal(info.version, "9");
	assert_string_equal(info.serial, "7");
	assert_true(mtp_device_knows(&info, MTP_GET_PARTIAL_OBJECT));
	assert_false(mtp_device_knows(&info, MTP_GET_OBJECT_PROP_LIST));
	/* each of the four strings at the end, five bytes, may be left out, and none may be cut */
	for (size_t n = 0; n < sizeof device_info; n++) {
		size_t left_out = sizeof device_info - n;
		int expected = left_out <= 20 && left_out % 5 == 0 ? 0 : -EBADMSG;
		assert_int_equal(mtp_device_info_get(device_info, n, &info), expected);
		if (expected == 0)
			assert_string_equal(info.serial, "");
	}
}

static const uint8_t object_info[] = { 1, 0, 2, 0, 0x00, 0x30, 0, 0, 0x10, 0x27, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 6, 'a', 0, '.', 0, 'f', 0, 'i', 0, 't', 0, 0,
	0 /* no final NUL was needed */ };

static void reads_an_object(void **state)
{
	(void)state;
	struct mtp_object object;
	uint8_t raw[sizeof object_info + 40];
	memcpy(raw, object_info, sizeof object_info);
	size_t n = sizeof object_info - 2;
	raw[52] = 6;
	raw[n++] = 0; /* the sixth unit */
	raw[n++] = 0;
	raw[n++] = 0; /* no date of its making */
	raw[n++] = 16;
	for (const char *at = "20240229T235959"; *at; at++) {
		raw[n++] = (uint8_t)*at;
		raw[n++] = 0;
	}
	raw[n++] = 0;
	raw[n++] = 0;
	assert_int_equal(mtp_object_info_get(raw, n, 77, &object), 0);
	assert_int_equal(object.handle, 77);
	assert_int_equal(object.parent, 5);
	assert_int_equal(object.size_bytes, 10000);
	assert_true(object.has_size && object.has_kind && object.has_date && !object.is_folder);
	assert_int_equal(object.modified_s, 1709251199);
	assert_string_equal(object.name, "a.fit");
	memset(raw + 8, 0xFF, 4);
	raw[4] = 1; /* a folder, of no size that fits */
	raw[53] = '/';
	assert_int_equal(mtp_object_info_get(raw, n, 77, &object), 0);
	assert_true(object.is_folder && !object.has_size);
	assert_string_equal(object.name, "");
	for (size_t cut = 0; cut < 65; cut++) /* the name ends there */
		assert_int_equal(mtp_object_info_get(raw, cut, 77, &object), -EBADMSG);
	assert_int_equal(mtp_object_info_get(raw, 65, 77, &object), 0);
	assert_false(object.has_date);
}

/* Two objects; one property of a type to be stepped over, an array, and the properties of the first parted
 * by those of the second. */
static const uint8_t prop_list[] = { 7, 0, 0, 0,                                       /* */
	1, 0, 0, 0, 0x07, 0xDC, 0xFF, 0xFF, 2, 'a', 0, 0, 0,                           /* name */
	1, 0, 0, 0, 0x41, 0xDC, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* u128 */
	2, 0, 0, 0, 0x02, 0xDC, 4, 0, 0x01, 0x30,                         /* a folder */
	1, 0, 0, 0, 0x04, 0xDC, 8, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, /* size */
	1, 0, 0, 0, 0x02, 0xDC, 4, 0, 0x00, 0x30,                         /* a file */
	2, 0, 0, 0, 0x99, 0xDC, 0x04, 0x40, 2, 0, 0, 0, 1, 0, 2, 0,       /* array of u16 */
	2, 0, 0, 0, 0x04, 0xDC, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF }; /* size in 32 bits: unknown */

static void reads_a_property_list(void **state)
{
	(void)state;
	struct mtp_objects objects = { 0 };
	assert_int_equal(mtp_prop_list_get(prop_list, sizeof prop_list, &objects), 0);
	assert_int_equal(objects.n, 2);
	assert_int_equal(objects.rows[0].handle, 1);
	assert_string_equal(objects.rows[0].name, "a");
	assert_true(objects.rows[0].has_size && objects.rows[0].size_bytes == 0xFFFFFFFF);
	assert_true(objects.rows[0].has_kind && !objects.rows[0].is_folder);
	assert_true(objects.rows[1].is_folder && !objects.rows[1].has_size);
	mtp_objects_done(&objects);
	for (size_t cut = 0; cut < sizeof prop_list; cut++) {
		assert_int_equal(mtp_prop_list_get(prop_list, cut, &objects), -EBADMSG);
		mtp_objects_done(&objects);
	}
}

static void refuses_a_property_of_unknown_length(void **state)
{
	(void)state;
	static const uint8_t unknown[] = { 1, 0, 0, 0, 1, 0, 0, 0, 0x99, 0xDC, 11, 0, 1, 2, 3, 4 };
	static const uint8_t huge[] = { 1, 0, 0, 0, 1, 0, 0, 0, 0x99, 0xDC, 10, 0x40, 0xFF, 0xFF,
		0xFF, 0xFF, 0 };
	struct mtp_objects objects = { 0 };
	assert_int_equal(mtp_prop_list_get(unknown, sizeof unknown, &objects), -EBADMSG);
	assert_int_equal(mtp_prop_list_get(huge, sizeof huge, &objects), -EBADMSG);
	mtp_objects_done(&objects);
}

static void finds_objects_again_among_thousands(void **state)
{
	(void)state;
	enum { N = 5000 };
	size_t size = 4 + (size_t)2 * N * 10;
	uint8_t *raw = calloc(1, size);
	assert_non_null(raw);
	raw[0] = (uint8_t)(2 * N);
	raw[1] = (uint8_t)(2 * N >> 8);
	/* all formats first, then all protections: handles with the same low bits */
	for (size_t i = 0; i < (size_t)2 * N; i++) {
		uint8_t *at = raw + 4 + 10 * i;
		size_t handle = (i % N) * 65536;
		for (int b = 0; b < 4; b++)
			at[b] = (uint8_t)(handle >> (8 * b));
		at[4] = i < N ? 0x02 : 0x03;
		at[5] = 0xDC;
		at[6] = 4;
	}
	struct mtp_objects objects = { 0 };
	assert_int_equal(mtp_prop_list_get(raw, size, &objects), 0);
	assert_int_equal(objects.n, N);
	mtp_objects_done(&objects);
	free(raw);
}

static void has_no_operation_that_writes(void **state)
{
	(void)state;
	/* all of MTP 1.1 that changes something, and the vendors' and Android's */
	static const uint16_t writing[] = { 0x100B, 0x100C, 0x100D, 0x100E, 0x100F, 0x1010, 0x1011,
		0x1012, 0x1013, 0x1016, 0x1017, 0x1018, 0x1019, 0x101A, 0x101C, 0x9804, 0x9806,
		0x9808, 0x9810, 0x9811, 0x9820, 0x95C2, 0x95C3, 0x95C4, 0x95C5 };
	static const uint16_t reading[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007,
		0x1008, 0x1009, 0x100A, 0x1014, 0x1015, 0x101B, 0x9801, 0x9802, 0x9803, 0x9805,
		0x9001 };
	for (size_t i = 0; i < sizeof writing / sizeof *writing; i++)
		assert_null(mtp_operation_name(writing[i]));
	for (unsigned code = 0; code <= 0xFFFF; code++) {
		bool reads_only = false;
		for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
			reads_only |= reading[i] == code;
		assert_true(reads_only || !mtp_operation_name((uint16_t)code));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_text_as_clean_utf8),
		cmocka_unit_test(reads_the_longest_text),
		cmocka_unit_test(fails_on_text_that_is_cut),
		cmocka_unit_test(tells_names_from_paths),
		cmocka_unit_test(reads_dates_with_and_without_a_zone),
		cmocka_unit_test(writes_a_command),
		cmocka_unit_test(reads_a_response),
		cmocka_unit_test(refuses_a_list_that_claims_more_than_there_is),
		cmocka_unit_test(refuses_more_handles_than_any_watch_has),
		cmocka_unit_test(reads_what_a_device_says_of_itself),
		cmocka_unit_test(reads_an_object),
		cmocka_unit_test(reads_a_property_list),
		cmocka_unit_test(refuses_a_property_of_unknown_length),
		cmocka_unit_test(finds_objects_again_among_thousands),
		cmocka_unit_test(has_no_operation_that_writes),
	};
	return cmocka_run_group_tests_name("mtp_data", tests, NULL, NULL);
}
