/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/clock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Days are counted in eras of 400 years that begin on 1 March, so that a leap day is the last of its
 * year (the usual closed form, see Richards 2013, "Calendars"). */
int32_t clock_days_from_civil(int32_t year, uint32_t month, uint32_t day)
{
	int32_t y = month <= 2 ? year - 1 : year;
	int32_t era = (y >= 0 ? y : y - 399) / 400;
	int32_t year_of_era = y - era * 400;
	int32_t day_of_year =
		(153 * ((int32_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int32_t)day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void clock_civil_from_days(int32_t days, int32_t *ret_year, uint32_t *ret_month, uint32_t *ret_day)
{
	int32_t shifted = days + 719468;
	int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int32_t doe = shifted - era * 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;
	*ret_day = (uint32_t)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (uint32_t)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

static bool number(const char **text, size_t digits, int32_t min, int32_t max, int32_t *ret)
{
	int32_t value = 0;
	for (size_t i = 0; i < digits; i++) {
		char c = (*text)[i];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*text += digits;
	*ret = value;
	return value >= min && value <= max;
}

static bool literal(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* "Z" or "+02:00", in seconds. */
static bool zone(const char **text, int32_t *ret_s)
{
	*ret_s = 0;
	if (literal(text, 'Z') || literal(text, 'z'))
		return true;
	int32_t sign = **text == '-' ? -1 : 1, hours, minutes;
	if (**text != '+' && **text != '-')
		return false;
	(*text)++;
	if (!number(text, 2, 0, 23, &hours) || !literal(text, ':') ||
		!number(text, 2, 0, 59, &minutes))
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

int clock_parse(const char *text, int64_t *ret_ms)
{
	int32_t year, month, day, hour, minute, second, offset_s;
	if (!number(&text, 4, 1, 9999, &year) || !literal(&text, '-') ||
		!number(&text, 2, 1, 12, &month) || !literal(&text, '-') ||
		!number(&text, 2, 1, 31, &day))
		return -EINVAL;
	if (!literal(&text, 'T') && !literal(&text, 't') && !literal(&text, ' '))
		return -EINVAL;
	if (!number(&text, 2, 0, 23, &hour) || !literal(&text, ':') ||
		!number(&text, 2, 0, 59, &minute) || !literal(&text, ':') ||
		!number(&text, 2, 0, 60, &second))
		return -EINVAL;
	int32_t ms = 0, scale = 100;
	if (literal(&text, '.')) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		for (; *text >= '0' && *text <= '9'; text++, scale /= 10)
			ms += (*text - '0') * scale;
	}
	if (!zone(&text, &offset_s) || *text)
		return -EINVAL;
	int32_t days = clock_days_from_civil(year, (uint32_t)month, (uint32_t)day);
	int32_t y;
	uint32_t m, d;
	clock_civil_from_days(days, &y, &m, &d);
	if (d != (uint32_t)day) /* 30 February */
		return -EINVAL;
	int64_t seconds = (int64_t)days * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 +
			  second - offset_s;
	*ret_ms = seconds * 1000 + ms;
	return 0;
}

char *clock_format(int64_t time_ms, char ret[CLOCK_TEXT_BYTES])
{
	int64_t seconds = time_ms / 1000 - (time_ms % 1000 < 0);
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	int32_t left = (int32_t)(seconds - days * 86400), year;
	uint32_t month, day;
	clock_civil_from_days((int32_t)days, &year, &month, &day);
	(void)snprintf(ret, CLOCK_TEXT_BYTES, "%04d-%02u-%02uT%02d:%02d:%02dZ", year % 10000, month,
		day, left / 3600, left / 60 % 60, left % 60);
	return ret;
}

static int read_file(const char *path, int64_t *ret_ms)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	char line[64];
	ssize_t n = read(fd, line, sizeof line - 1);
	if (n < 0)
		return -errno;
	line[n] = '\0';
	line[strcspn(line, " \t\r\n")] = '\0';
	return clock_parse(line, ret_ms);
}

int64_t clock_now_ms(struct clock_source *source)
{
	if (source->file) /* half written at this instant: the value before holds */
		(void)read_file(source->file, &source->fixed_ms);
	if (source->fixed || source->file)
		return source->fixed_ms;
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
