/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "util/clock.h"
#include "util/hash.h"
#include "util/zone.h"

#include <errno.h>
#include <string.h>

static void times_are_read_and_written(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		int64_t ms;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0, 0 },
		{ "2026-05-03T06:12:44Z", 0, 1777788764000 },
		{ "2026-05-03T08:12:44+02:00", 0, 1777788764000 },
		{ "2026-05-03T06:12:44.25Z", 0, 1777788764250 },
		{ "2024-02-29T23:59:59Z", 0, 1709251199000 },
		{ "1969-12-31T23:59:59Z", 0, -1000 },
		{ "2026-02-29T00:00:00Z", -EINVAL, 0 },
		{ "2026-13-01T00:00:00Z", -EINVAL, 0 },
		{ "2026-05-03T06:12:44", -EINVAL, 0 },
		{ "2026-05-03T06:12:44Zx", -EINVAL, 0 },
		{ "2026-05-03", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t ms = 0;
		int r = clock_parse(rows[i].text, &ms);
		if (r != rows[i].result || ms != rows[i].ms)
			fail_msg("%s: %d %lld", rows[i].text, r, (long long)ms);
	}
	char text[CLOCK_TEXT_BYTES];
	assert_string_equal(clock_format(1777788764999, text), "2026-05-03T06:12:44Z");
	assert_string_equal(clock_format(-1, text), "1969-12-31T23:59:59Z");
}

static void every_day_of_four_centuries_converts_back(void **state)
{
	(void)state;
	for (int32_t days = -146097; days < 146097; days++) {
		int32_t year;
		uint32_t month, day;
		clock_civil_from_days(days, &year, &month, &day);
		assert_int_equal(clock_days_from_civil(year, month, day), days);
	}
}

static void without_a_zone_of_its_own_it_is_the_machines_again(void **state)
{
	(void)state;
	assert_int_equal(zone_set(""), 0);
	int32_t machines_s = zone_offset_s(1780000000);
	assert_int_equal(zone_set("Pacific/Kiritimati"), 0);
	assert_int_equal(zone_offset_s(1780000000), 14 * 3600);
	assert_int_equal(zone_set(""), 0);
	assert_int_equal(zone_offset_s(1780000000), machines_s);
}

static void days_follow_the_zone_and_its_clock_changes(void **state)
{
	(void)state;
	assert_int_equal(zone_set("Europe/Berlin"), 0);
	/* 29 March 2026 has 23 hours there, 25 October 2026 has 25 */
	int32_t spring = clock_days_from_civil(2026, 3, 29),
		autumn = clock_days_from_civil(2026, 10, 25);
	assert_int_equal(zone_instant_s(spring + 1, 0) - zone_instant_s(spring, 0), 23 * 3600);
	assert_int_equal(zone_instant_s(autumn + 1, 0) - zone_instant_s(autumn, 0), 25 * 3600);
	/* 02:30 does not exist in spring: the jump, 01:00 UTC; in autumn the first of two */
	int64_t jump = (int64_t)spring * 86400 + 3600;
	assert_int_equal(zone_instant_s(spring, 2.5), jump);
	assert_int_equal(zone_instant_s(autumn, 2.5), (int64_t)autumn * 86400 + 1800);
	assert_int_equal(zone_instant_s(spring, 8), (int64_t)spring * 86400 + 6 * 3600);
	for (double hour = 3; hour < 24; hour += 0.5) { /* there and back */
		int64_t at = zone_instant_s(spring, hour);
		assert_int_equal(zone_day(at, zone_offset_s(at), 0), spring);
	}
	struct zone_rules rules;
	zone_read_rules(&rules);
	for (int64_t at = INT64_C(631152000); at < INT64_C(2840140800); at += 86400 * 3 + 1237)
		assert_int_equal(zone_rules_at(&rules, at), zone_offset_s(at));
	for (int64_t at = jump - 2; at <= jump + 2; at++)
		assert_int_equal(zone_rules_at(&rules, at), at < jump ? 3600 : 7200);
	/* up to four changes a year, from 2012 to 2026 at least: how long it goes on depends on tzdata */
	assert_int_equal(zone_set("Africa/Casablanca"), 0);
	zone_read_rules(&rules);
	assert_true(rules.n > 40 && rules.n < ZONE_RULES_MAX);
	for (int64_t at = INT64_C(631152000); at < INT64_C(2840140800); at += 86400 * 3 + 1237)
		assert_int_equal(zone_rules_at(&rules, at), zone_offset_s(at));
	assert_int_equal(zone_day(-1, 0, 0), -1); /* floor, also before 1970 */
	assert_int_equal(zone_day(3 * 3600, 0, 4), -1);
	assert_int_equal(zone_set("Mars/Olympus"), -ENOENT);
	assert_int_equal(zone_set("../../etc/passwd"), -EINVAL);
	assert_int_equal(zone_set("UTC"), 0);
}

static void hashes_are_the_published_ones(void **state)
{
	(void)state;
	uint8_t hash[HASH_BYTES];
	char hex[HASH_HEX_BYTES];
	assert_int_equal(hash_sha256("abc", 3, hash), 0); /* FIPS 180-4 */
	assert_string_equal(hash_hex(hash, hex),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(hash_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, hash), 0);
	assert_string_equal(hash_hex(hash, hex), /* RFC 4231, test case 2 */
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* Else a machine that has such an instruction, as those of ARM do, comes to other numbers than one that has none. */
static void no_product_is_rounded_together_with_a_sum(void **state)
{
	(void)state;
	volatile double seen = 1 + 0x1p-27; /* looked at twice, or the compiler multiplies once */
	double a = seen, same = seen;
	volatile double product = same * same;
	assert_true(a * a - product == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(every_day_of_four_centuries_converts_back),
		cmocka_unit_test(without_a_zone_of_its_own_it_is_the_machines_again),
		cmocka_unit_test(no_product_is_rounded_together_with_a_sum),
		cmocka_unit_test(days_follow_the_zone_and_its_clock_changes),
		cmocka_unit_test(hashes_are_the_published_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
