/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/text.h"

#include "base/num.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void text_init(struct text *text, char *at, size_t capacity)
{
	*text = (struct text) { .at = at, .capacity = capacity };
	at[0] = '\0';
}

void text_add_bytes(struct text *text, const char *words, size_t size)
{
	if (text->full || size >= text->capacity - text->n) {
		text->full = true; /* a piece is there whole or not at all */
		return;
	}
	memcpy(text->at + text->n, words, size);
	text->n += size;
	text->at[text->n] = '\0';
}

void text_add(struct text *text, const char *words)
{
	text_add_bytes(text, words, strlen(words));
}

void text_adds(struct text *text, ...)
{
	va_list list;
	va_start(list, text);
	for (const char *words; (words = va_arg(list, const char *));)
		text_add(text, words);
	va_end(list);
}

void text_number(struct text *text, double x, int decimals)
{
	double rounded = num_round(x, decimals);
	if (!(fabs(rounded) < 1e12)) {
		text_add(text, "?");
		return;
	}
	char digits[32];
	size_t at = sizeof digits - 1;
	digits[at] = '\0';
	long long scaled = llround(fabs(rounded) * pow(10, decimals));
	for (int i = 0; scaled > 0 || i <= decimals; i++) {
		if (i == decimals && decimals > 0)
			digits[--at] = '.';
		digits[--at] = (char)('0' + scaled % 10);
		scaled /= 10;
	}
	if (rounded < 0)
		text_add(text, "-");
	text_add(text, digits + at);
}
