/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx_time.h"

#include <errno.h>

#define YEAR_MIN 1970
#define YEAR_MAX 2100
#define OFFSET_MAX_S (15 * 3600)

struct cursor {
	const char *at, *end;
	bool failed;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits. */
static int number(struct cursor *in, int n)
{
	int value = 0;
	if (in->end - in->at < n) {
		in->failed = true;
		return 0;
	}
	for (int i = 0; i < n; i++) {
		char c = *in->at++;
		if (!digit(c))
			in->failed = true;
		value = value * 10 + (c - '0');
	}
	return in->failed ? 0 : value;
}

static bool take(struct cursor *in, char a, char b)
{
	if (in->at == in->end || (*in->at != a && *in->at != b))
		return false;
	in->at++;
	return true;
}

static void expect(struct cursor *in, char a, char b)
{
	if (!take(in, a, b))
		in->failed = true;
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since 1970-01-01 of a date of the Gregorian calendar; fails for one that does not exist. */
static int64_t date(struct cursor *in)
{
	static const int16_t before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334,
		365 };
	int year = number(in, 4);
	expect(in, '-', '-');
	int month = number(in, 2);
	expect(in, '-', '-');
	int day = number(in, 2);
	if (in->failed || year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12) {
		in->failed = true;
		return 0;
	}
	int length = before[month] - before[month - 1] + (month == 2 && leap(year));
	if (day < 1 || day > length) {
		in->failed = true;
		return 0;
	}
	int past = year - 1; /* whole years gone by since year 1 */
	int64_t days = (int64_t)past * 365 + past / 4 - past / 100 + past / 400;
	days += before[month - 1] + (month > 2 && leap(year)) + day - 1;
	return days - 719162; /* 0001-01-01 to 1970-01-01 */
}

static int64_t time_of_day_ms(struct cursor *in)
{
	int hour = number(in, 2);
	expect(in, ':', ':');
	int minute = number(in, 2);
	expect(in, ':', ':');
	int second = number(in, 2);
	int milli = 0;
	if (take(in, '.', ',')) {
		int n = 0;
		for (; in->at < in->end && digit(*in->at); n++, in->at++)
			if (n < 3)
				milli = milli * 10 + (*in->at - '0');
		in->failed |= n > 9;
		for (; n < 3; n++)
			milli *= 10;
	}
	if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute || second || milli)))
		in->failed = true;
	return ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + milli;
}

static int32_t offset_s(struct cursor *in)
{
	if (in->at == in->end || take(in, 'Z', 'z'))
		return 0;
	bool west = *in->at == '-';
	expect(in, '+', '-');
	int hours = number(in, 2), minutes = 0;
	if (in->at < in->end) {
		(void)take(in, ':', ':');
		minutes = number(in, 2);
	}
	int32_t offset = (hours * 60 + minutes) * 60;
	if (minutes > 59 || offset > OFFSET_MAX_S)
		in->failed = true;
	return west ? -offset : offset;
}

int tcx_time_parse(const char *text, size_t size, struct tcx_time *ret)
{
	struct cursor in = { .at = text, .end = text + size };
	while (in.at < in.end && blank(*in.at))
		in.at++;
	while (in.at < in.end && blank(in.end[-1]))
		in.end--;
	int64_t days = date(&in);
	if (!take(&in, 'T', 't'))
		expect(&in, ' ', ' ');
	int64_t ms = time_of_day_ms(&in);
	int32_t offset = in.failed ? 0 : offset_s(&in);
	if (in.failed || in.at != in.end)
		return -EINVAL;
	*ret = (struct tcx_time) {
		.utc_ms = days * 86400000 + ms - offset * INT64_C(1000),
		.has_offset = offset != 0,
		.offset_s = offset,
	};
	return 0;
}
