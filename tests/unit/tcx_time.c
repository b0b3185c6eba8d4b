/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "tcx/tcx_time.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* The numbers are those of `date -ud TEXT +%s`. */
static const struct {
	const char *text;
	int64_t utc_ms;
	bool has_offset;
	int32_t offset_s;
} good[] = {
	{ "1970-01-01T00:00:00Z", 0, false, 0 },
	{ "2022-07-24T11:18:16Z", 1658661496000, false, 0 },
	{ "2020-12-05T18:43:31.207Z", 1607193811207, false, 0 },
	{ "2016-04-03T20:35:36.541000+00:00", 1459715736541, false, 0 },
	{ "\n\t\t 2016-04-03T20:35:37+00:00\r\n ", 1459715737000, false, 0 },
	{ "2014-12-29T12:58:44+01:00", 1419854324000, true, 3600 },
	{ "2014-12-29T05:58:44-0600", 1419854324000, true, -21600 },
	{ "2014-12-29T17:43:44+05:45", 1419854324000, true, 20700 },
	{ "2014-12-29T20:58:44+09", 1419854324000, true, 32400 },
	{ "2014-12-29T11:58:44", 1419854324000, false, 0 },
	{ "2014-12-29 11:58:44", 1419854324000, false, 0 },
	{ "2014-12-29t11:58:44z", 1419854324000, false, 0 },
	{ "2014-12-29T11:58:44.Z", 1419854324000, false, 0 },
	{ "2014-12-29T11:58:44.5Z", 1419854324500, false, 0 },
	{ "2014-12-29T11:58:44,25Z", 1419854324250, false, 0 },
	{ "2014-12-29T11:58:44.999999999Z", 1419854324999, false, 0 },
	{ "2016-02-29T00:00:00Z", 1456704000000, false, 0 },
	{ "2000-02-29T23:59:59Z", 951868799000, false, 0 },
	{ "2016-12-31T23:59:60Z", 1483228800000, false, 0 },
	{ "2016-12-31T24:00:00Z", 1483228800000, false, 0 },
	{ "2100-12-31T23:59:59Z", 4133980799000, false, 0 },
};

static const char *const bad[] = {
	"",
	" ",
	"2014",
	"2014-12-29",
	"2014-12-29T11:58Z",
	"2014-12-29T11:58:44ZZ",
	"2014-12-29T11:58:44Z+01:00",
	"2014-12-29T11:58:4Z",
	"2014-1-29T11:58:44Z",
	"2014-13-01T00:00:00Z",
	"2014-00-01T00:00:00Z",
	"2014-04-31T00:00:00Z",
	"2014-04-00T00:00:00Z",
	"2015-02-29T00:00:00Z",
	"2100-02-29T00:00:00Z",
	"2014-12-29T25:00:00Z",
	"2014-12-29T24:00:01Z",
	"2014-12-29T24:00:00.001Z",
	"2014-12-29T11:60:00Z",
	"2014-12-29T11:58:61Z",
	"2014-12-29T11:58:44.0000000001Z",
	"2014-12-29T11:58:44+16:00",
	"2014-12-29T11:58:44+01:60",
	"2014-12-29T11:58:44+1",
	"2014-12-29T11:58:44+01:",
	"2014-12-29T11:58:44 +01:00",
	"2014-12-29X11:58:44Z",
	"-014-12-29T11:58:44Z",
	"+014-12-29T11:58:44Z",
	"1969-12-31T23:59:59Z",
	"0001-01-01T00:00:00Z",
	"2101-01-01T00:00:00Z",
	"99999-01-01T00:00:00Z",
	"Jul 17 2014 21:02:38",
	"2014/12/29T11:58:44Z",
};

static void every_form_that_writers_use_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct tcx_time time;
		if (tcx_time_parse(good[i].text, strlen(good[i].text), &time) < 0)
			fail_msg("%s was refused", good[i].text);
		if (time.utc_ms != good[i].utc_ms)
			fail_msg("%s gave %lld", good[i].text, (long long)time.utc_ms);
		assert_int_equal(time.has_offset, good[i].has_offset);
		assert_int_equal(time.offset_s, good[i].offset_s);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct tcx_time time = { .utc_ms = 42 };
		if (tcx_time_parse(bad[i], strlen(bad[i]), &time) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
		assert_true(time.utc_ms == 42);
	}
}

static void every_prefix_is_refused_or_means_something(void **state)
{
	(void)state;
	const char *text = "2014-12-29T12:58:44.125+01:00";
	for (size_t n = 0; n < strlen("2014-12-29T12:58:44"); n++) {
		char copy[32];
		struct tcx_time time;
		memcpy(copy, text, n);
		assert_int_equal(tcx_time_parse(copy, n, &time), -EINVAL);
	}
}

static void a_nul_inside_is_refused(void **state)
{
	(void)state;
	struct tcx_time time;
	assert_int_equal(tcx_time_parse("2014-12-29T12:58:44\0", 20, &time), -EINVAL);
	assert_int_equal(tcx_time_parse("2014-12-2\0T12:58:44Z", 20, &time), -EINVAL);
}

/* Every day of 130 years, against the C library. */
static void every_day_agrees_with_timegm(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 47846; day++) {
		time_t at = (time_t)(day * 86400 + 43200);
		struct tm tm;
		char text[64];
		struct tcx_time time;
		assert_non_null(gmtime_r(&at, &tm));
		size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_int_equal(tcx_time_parse(text, n, &time), 0);
		assert_true(time.utc_ms == at * INT64_C(1000));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_that_writers_use_is_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(every_prefix_is_refused_or_means_something),
		cmocka_unit_test(a_nul_inside_is_refused),
		cmocka_unit_test(every_day_agrees_with_timegm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
