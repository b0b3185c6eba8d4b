/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever happens to a valid file: no crash, no more than there was, and never called valid. */
#include "support/fit_fixture.h"

#include <errno.h>
#include <stdio.h>

#define FLIPS 20000
#define RECORDS 40

static void a_season_of_features(struct fit_build *b)
{
	fb_begin(b, 14);
	fb_file_id(b, 4);
	fb_define_records(b);
	fb_define_sessions(b);
	for (uint32_t i = 0; i < RECORDS; i++) {
		if (i == 10)
			fb_timer(b, FB_T0 + i, 4);
		if (i == 15)
			fb_timer(b, FB_T0 + i, 0);
		if (i % 20 == 0)
			fb_lap(b, FB_T0 + i);
		fb_record(b, FB_T0 + i, 100 + i, i * 300);
	}
	fb_session(b, 5, FB_T0, 20);
	fb_session(b, 1, FB_T0 + 20, 20);
	fb_end(b);
	fb_begin(b, 12);
	b->big_endian = true;
	fb_define(b, 1, 132, { 253, 4, FB_UINT32 }, { 9, 4, FB_UINT32 }, { 6, 1, FB_UINT8 });
	fb_data(b, 1);
	fb_u32(b, FB_T0);
	fb_u32(b, 1 << 20);
	fb_u8(b, 99);
	fb_define(b, 2, 132, { 6, 8, FB_UINT8 }, { 10, 12, FB_BYTE });
	for (int i = 0; i < 4; i++) {
		fb_data(b, 2);
		for (unsigned k = 0; k < 20; k++)
			fb_u8(b, 60 + k * 9);
	}
	b->big_endian = false;
	fb_end(b);
}

static size_t records_of(const struct decoded_file *file)
{
	size_t n = 0;
	for (size_t i = 0; i < file->activities_n; i++)
		n += file->activities[i].records_n;
	return n;
}

static void every_prefix_of_a_valid_file_fails_cleanly(void **state)
{
	struct fixture *f = *state;
	a_season_of_features(&f->b);
	size_t whole = f->b.n, seen = 0, first_part = 0;
	assert_int_equal(decode(f), 0);
	assert_true(f->file.valid);
	assert_int_equal(records_of(&f->file), RECORDS);
	for (size_t n = 0; n < whole; n++) {
		f->b.n = n;
		int r = decode(f);
		assert_true(r == 0 || r == -EBADMSG);
		assert_true(r == 0 || f->err.what);
		/* a whole first part with the head of a second that is too short to be one */
		if (r == 0 && f->file.valid) {
			first_part = first_part ? first_part : n;
			assert_true(n - first_part < 12);
		}
		assert_true(records_of(&f->file) >= seen);
		seen = records_of(&f->file);
	}
	assert_true(first_part > 0);
	assert_int_equal(seen, RECORDS);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void flipped_bytes_never_pass_for_valid(void **state)
{
	struct fixture *f = *state;
	struct fit_build original = { 0 };
	uint32_t seed = 20260503;
	(void)printf("seed %u\n", seed);
	a_season_of_features(&original);
	for (unsigned i = 0; i < FLIPS; i++) {
		f->b.n = original.n;
		memcpy(f->b.bytes, original.bytes, original.n);
		size_t at = next_random(&seed) % original.n;
		uint8_t bits = (uint8_t)(1 + next_random(&seed) % 255);
		f->b.bytes[at] ^= bits;
		int r = decode(f);
		assert_true(r == 0 || r == -EBADMSG || r == -EFBIG);
		/* a flip in the second header may turn all behind it into trailing bytes */
		if (r == 0 && f->file.valid)
			assert_int_equal(f->file.problems_n, 1);
	}
}

static void mended_checksums_do_not_help_a_broken_file(void **state)
{
	struct fixture *f = *state;
	struct fit_build original = { 0 };
	uint32_t seed = 77;
	(void)printf("seed %u\n", seed);
	fb_begin(&original, 14);
	fb_file_id(&original, 4);
	fb_define_records(&original);
	for (uint32_t i = 0; i < RECORDS; i++)
		fb_record(&original, FB_T0 + i, 100 + i, i * 300);
	fb_define_sessions(&original);
	fb_session(&original, 5, FB_T0, 20);
	for (unsigned i = 0; i < FLIPS; i++) {
		f->b = original;
		for (unsigned k = next_random(&seed) % 8; k > 0; k--)
			f->b.bytes[14 + next_random(&seed) % (original.n - 14)] =
				(uint8_t)next_random(&seed);
		fb_end(&f->b);
		int r = decode(f);
		assert_true(r == 0 || r == -EBADMSG || r == -EFBIG);
		assert_true(r != 0 || f->file.valid == (f->file.problems_n == 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_prefix_of_a_valid_file_fails_cleanly),
		CASE(flipped_bytes_never_pass_for_valid),
		CASE(mended_checksums_do_not_help_a_broken_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
