/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Length of the well-formed character at p, 0 when there is none (RFC 3629, section 4). */
static size_t character(const uint8_t *p, size_t left)
{
	if (p[0] < 0x80)
		return 1;
	size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n > left)
		return 0;
	uint8_t low = 0x80, high = 0xBF;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

bool utf8_misleads(const char *text, size_t size)
{
	const uint8_t *p = (const uint8_t *)text;
	if (size < 3 || p[0] != 0xE2)
		return false;
	return (p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) ||
	       (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9);
}

size_t utf8_clean(const char *text, size_t size, char *ret, size_t capacity)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	const uint8_t *p = (const uint8_t *)text;
	size_t length = 0;
	for (size_t i = 0; i < size && p[i];) {
		size_t n = character(p + i, size - i);
		int control = (n == 1 && (p[i] < 0x20 || p[i] == 0x7F)) ||
			      (n == 2 && p[i] == 0xC2 && p[i + 1] < 0xA0) ||
			      utf8_misleads(text + i, n);
		const char *source = n && !control ? text + i : replacement;
		size_t bytes = n && !control ? n : sizeof replacement - 1;
		if (bytes >= capacity - length)
			break;
		memcpy(ret + length, source, bytes);
		length += bytes;
		i += n ? n : 1;
	}
	ret[length] = '\0';
	return length;
}
