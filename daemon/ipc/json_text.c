/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/json_text.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Whether C2 is followed by what makes it a C1 control character. */
static bool is_c1(const char *p, size_t left)
{
	return left >= 2 && (uint8_t)p[0] == 0xC2 && (uint8_t)p[1] >= 0x80 && (uint8_t)p[1] < 0xA0;
}

/* Length of the well-formed character at p, control characters included; 0 when there is none. */
static size_t character(const char *p, size_t left)
{
	uint8_t lead = (uint8_t)p[0];
	if (lead < 0x80)
		return 1;
	if (is_c1(p, left))
		return 2;
	if (utf8_misleads(p, left))
		return 3;
	size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	char clean[16];
	if (n > left || utf8_clean(p, n, clean, sizeof clean) != n || memcmp(clean, p, n) != 0)
		return 0;
	return n;
}

json_t *json_from_bytes(const char *text)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	size_t size = strlen(text);
	AUTO_FREE char *whole = calloc(size + 1, sizeof replacement);
	if (!whole)
		return NULL;
	size_t length = 0;
	for (size_t i = 0; i < size;) {
		size_t n = character(text + i, size - i);
		memcpy(whole + length, n ? text + i : replacement, n ? n : sizeof replacement - 1);
		length += n ? n : sizeof replacement - 1;
		i += n ? n : 1;
	}
	return json_stringn(whole, length);
}

json_t *json_from_number(double value, int decimals)
{
	if (!isfinite(value))
		return json_null();
	double rounded = num_round(value, decimals);
	if (rounded == trunc(rounded) && fabs(rounded) < 1e15)
		return json_integer((json_int_t)rounded);
	return json_real(rounded);
}

int json_print(FILE *out, const json_t *value)
{
	AUTO_FREE char *text =
		json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	if (!text)
		return -ENOMEM;
	/* What jansson leaves raw stands inside strings only, where an escape means the same. */
	for (const char *p = text; *p; p++) {
		if (utf8_misleads(p, strnlen(p, 3))) {
			(void)fprintf(out, "\\u20%02X",
				((uint8_t)p[1] & 1u) << 6 | ((uint8_t)p[2] & 0x3fu));
			p += 2;
		} else if (*p == 0x7F) {
			(void)fputs("\\u007F", out);
		} else if (is_c1(p, p[1] ? 2 : 1)) {
			(void)fprintf(out, "\\u00%02X", (uint8_t) * ++p);
		} else {
			(void)fputc(*p, out);
		}
	}
	(void)fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}
