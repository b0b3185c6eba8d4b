/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static void trim(const char **text, size_t *size)
{
	while (*size && blank(**text)) {
		(*text)++;
		(*size)--;
	}
	while (*size && blank((*text)[*size - 1]))
		(*size)--;
}

static size_t digits(const char *text, size_t size, size_t from)
{
	size_t i = from;
	while (i < size && digit(text[i]))
		i++;
	return i;
}

/* [+-] digits [. digits] [eE [+-] digits], at least one digit in front. */
static bool is_decimal(const char *text, size_t size)
{
	size_t i = size && (text[0] == '-' || text[0] == '+') ? 1 : 0;
	size_t whole = digits(text, size, i);
	size_t count = whole - i;
	i = whole;
	if (i < size && text[i] == '.') {
		size_t fraction = digits(text, size, i + 1);
		count += fraction - i - 1;
		i = fraction;
	}
	if (!count)
		return false;
	if (i < size && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		if (i < size && (text[i] == '-' || text[i] == '+'))
			i++;
		size_t exponent = digits(text, size, i);
		if (exponent == i)
			return false;
		i = exponent;
	}
	return i == size;
}

/* Up to 15 significant digits and a power of ten up to 22 are exact in a double, and so is the one
 * division or multiplication (Clinger 1990): nearly every number of a TCX file. */
static bool simple(const char *text, size_t size, double *ret)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15 };
	uint64_t mantissa = 0;
	size_t count = 0, fraction = 0;
	bool negative = text[0] == '-', point = false;
	for (size_t i = negative || text[0] == '+' ? 1 : 0; i < size; i++) {
		if (text[i] == '.') {
			point = true;
			continue;
		}
		if (!digit(text[i]) || ++count > 15)
			return false;
		mantissa = mantissa * 10 + (uint64_t)(text[i] - '0');
		fraction += point;
	}
	double value = (double)mantissa / powers[fraction];
	*ret = negative ? -value : value;
	return true;
}

int num_double(const char *text, size_t size, double *ret)
{
	trim(&text, &size);
	if (!is_decimal(text, size))
		return -EINVAL;
	if (simple(text, size, ret))
		return 0;
	char copy[64];
	if (size >= sizeof copy)
		return -ERANGE;
	memcpy(copy, text, size);
	copy[size] = '\0';
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c == (locale_t)0)
		return -ENOMEM;
	double value = strtod_l(copy, NULL, c);
	freelocale(c);
	if (!isfinite(value))
		return -ERANGE;
	*ret = value;
	return 0;
}

int num_int(const char *text, size_t size, int64_t min, int64_t max, int64_t *ret)
{
	trim(&text, &size);
	bool negative = size && text[0] == '-';
	size_t i = negative || (size && text[0] == '+') ? 1 : 0;
	if (i == size)
		return -EINVAL;
	int64_t value = 0;
	bool overflow = false;
	for (; i < size; i++) {
		if (!digit(text[i]))
			return -EINVAL;
		int64_t d = text[i] - '0';
		overflow |= __builtin_mul_overflow(value, 10, &value);
		overflow |= __builtin_add_overflow(value, negative ? -d : d, &value);
	}
	if (overflow || value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

double num_round(double x, int decimals)
{
	double scale = pow(10, decimals);
	double scaled = x * scale;
	return isfinite(scaled) ? round(scaled) / scale : x;
}
