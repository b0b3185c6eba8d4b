/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/bytes.h"
#include "base/num.h"
#include "base/utf8.h"

#include <errno.h>
#include <string.h>

static void a_read_past_the_end_gives_zero_and_sticks(void **state)
{
	(void)state;
	const uint8_t raw[] = { 0x11, 0x22, 0x33 };
	struct bytes in = bytes_of(raw, sizeof raw);
	assert_int_equal(bytes_le16(&in), 0x2211);
	assert_int_equal(bytes_le16(&in), 0);
	assert_true(in.failed);
	assert_int_equal(bytes_u8(&in), 0); /* one byte is left, but the cursor has failed */
}

static void both_byte_orders_are_read(void **state)
{
	(void)state;
	const uint8_t raw[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct bytes in = bytes_of(raw, sizeof raw);
	assert_true(bytes_be64(&in) == 0x0102030405060708u);
	in = bytes_of(raw, sizeof raw);
	assert_true(bytes_le64(&in) == 0x0807060504030201u);
	in = bytes_of(raw, sizeof raw);
	assert_int_equal(bytes_be16(&in), 0x0102);
	assert_true(bytes_be32(&in) == 0x03040506u);
}

static void what_is_put_is_read_back(void **state)
{
	(void)state;
	uint8_t raw[32];
	struct bytes_out out = bytes_out_of(raw, sizeof raw);
	bytes_put_u8(&out, 7);
	bytes_put_le32(&out, 0xDEADBEEF);
	bytes_put_f64(&out, -1234.5678);
	struct bytes in = bytes_of(raw, out.size);
	assert_int_equal(bytes_u8(&in), 7);
	assert_true(bytes_le32(&in) == 0xDEADBEEF);
	assert_true(bytes_f64(&in) == -1234.5678);
	assert_false(in.failed || out.failed);
	out.capacity = out.size;
	bytes_put_u8(&out, 1);
	assert_true(out.failed);
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		double value;
	} rows[] = {
		{ "12.5", 0, 12.5 },
		{ " -0.25\n", 0, -0.25 },
		{ "1e3", 0, 1000 },
		{ "4.", 0, 4 },
		{ ".5", 0, 0.5 },
		{ "123456789012345678", 0, 123456789012345680.0 },
		{ "0.1234567890123456789", 0, 0.12345678901234568 },
		{ "", -EINVAL, 0 },
		{ "12,5", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },
		{ "1e999", -ERANGE, 0 },
		{ "1.2.3", -EINVAL, 0 },
		{ "-", -EINVAL, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double value = 0;
		int r = num_double(rows[i].text, strlen(rows[i].text), &value);
		if (r != rows[i].result || (r == 0 && value != rows[i].value))
			fail_msg("\"%s\": result %d, value %.17g", rows[i].text, r, value);
	}
	int64_t whole = 0;
	assert_int_equal(num_int("-42", 3, -100, 100, &whole), 0);
	assert_int_equal(whole, -42);
	assert_int_equal(num_int("101", 3, -100, 100, &whole), -ERANGE);
	assert_int_equal(
		num_int("99999999999999999999", 20, INT64_MIN, INT64_MAX, &whole), -ERANGE);
	assert_int_equal(num_int("-9223372036854775808", 20, INT64_MIN, INT64_MAX, &whole), 0);
	assert_true(whole == INT64_MIN);
}

static void text_from_outside_loses_controls_and_broken_bytes(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "v\xC3\xADvoactive", "v\xC3\xADvoactive" },
		{ "a\x1B[31mb", "a\xEF\xBF\xBD[31mb" },
		{ "\xC2\x9B"
		  "x",
			"\xEF\xBF\xBDx" },
		{ "\x7F", "\xEF\xBF\xBD" },
		{ "\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xF0\x9F\x8F\x83", "\xF0\x9F\x8F\x83" },
		{ "x\xF0\x9F", "x\xEF\xBF\xBD\xEF\xBF\xBD" },
		/* what turns the rest of a line round, or begins another; and their harmless neighbours */
		{ "a\xE2\x80\xAEtif", "a\xEF\xBF\xBDtif" },
		{ "\xE2\x80\xA8\xE2\x80\xAA", "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xE2\x81\xA6\xE2\x81\xA9", "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xE2\x80\xA7\xE2\x80\xAF\xE2\x81\xA5", "\xE2\x80\xA7\xE2\x80\xAF\xE2\x81\xA5" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[64];
		utf8_clean(rows[i].in, strlen(rows[i].in), out, sizeof out);
		assert_string_equal(out, rows[i].out);
	}
	char small[4]; /* the runner's four bytes do not fit beside a NUL */
	assert_int_equal(utf8_clean("\xF0\x9F\x8F\x83", 4, small, sizeof small), 0);
	assert_string_equal(small, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_past_the_end_gives_zero_and_sticks),
		cmocka_unit_test(both_byte_orders_are_read),
		cmocka_unit_test(what_is_put_is_read_back),
		cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
		cmocka_unit_test(text_from_outside_loses_controls_and_broken_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
