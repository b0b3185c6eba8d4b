/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mtp/mtp_text.h"

#include "base/num.h"
#include "base/utf8.h"

#include <string.h>

#define UNITS_MAX 255u
#define REPLACEMENT 0xFFFDu

static size_t put_character(uint32_t c, char *ret)
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		ret[i] = (char)(0x80 | (c & 0x3F));
	ret[0] = (char)(leads[n] | c);
	return n;
}

void mtp_text(struct bytes *in, char ret[MTP_TEXT_BYTES])
{
	char raw[4 * UNITS_MAX];
	size_t size = 0;
	size_t units_n = bytes_u8(in);
	const uint8_t *at = bytes_take(in, 2 * units_n);
	struct bytes units = at ? bytes_of(at, 2 * units_n) : bytes_of("", 0);
	while (bytes_left(&units)) {
		uint32_t c = bytes_le16(&units);
		if (!c)
			break;
		if (c >= 0xD800 && c < 0xDC00 && bytes_left(&units)) {
			struct bytes next = units;
			uint32_t low = bytes_le16(&next);
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				units = next;
			}
		}
		if (c >= 0xD800 && c < 0xE000)
			c = REPLACEMENT;
		size += put_character(c, raw + size);
	}
	(void)utf8_clean(raw, size, ret, MTP_TEXT_BYTES);
}

bool mtp_name_is_plain(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* `digits` digits with a value of at most `max`. */
static bool number(const char **at, size_t digits, int64_t max, int64_t *ret)
{
	for (size_t i = 0; i < digits; i++)
		if ((*at)[i] < '0' || (*at)[i] > '9')
			return false;
	if (num_int(*at, digits, 0, max, ret) < 0)
		return false;
	*at += digits;
	return true;
}

/* Days since 1970-01-01, by the usual count from March in eras of 400 years. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "Z", "+hhmm", "-hhmm" or nothing. */
static bool zone(const char *at, int64_t *ret_s)
{
	*ret_s = 0;
	if (!*at || strcmp(at, "Z") == 0)
		return true;
	int64_t sign = *at == '-' ? -1 : 1, hours = 0, minutes = 0;
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!number(&at, 2, 14, &hours) || !number(&at, 2, 59, &minutes) || *at)
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool mtp_date(const char *text, int64_t *ret_s)
{
	int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset_s = 0;
	const char *at = text;
	if (!number(&at, 4, 9999, &year) || !number(&at, 2, 12, &month) ||
		!number(&at, 2, 31, &day))
		return false;
	if (year < 1970 || !month || !day || *at++ != 'T')
		return false;
	if (!number(&at, 2, 23, &hour) || !number(&at, 2, 59, &minute) ||
		!number(&at, 2, 60, &second))
		return false;
	if (*at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	if (!zone(at, &offset_s))
		return false;
	*ret_s = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset_s;
	return true;
}
