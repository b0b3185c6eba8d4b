/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/text_width.h"

#include <stddef.h>
#include <string.h>
#include <wchar.h>

unsigned text_width(const char *text)
{
	mbstate_t state = { 0 };
	unsigned width = 0;
	size_t left = strlen(text);
	while (left) {
		wchar_t wide;
		size_t n = mbrtowc(&wide, text, left, &state);
		if (n == 0 || n > left) { /* not a character in this locale */
			memset(&state, 0, sizeof state);
			n = 1;
			width++;
		} else {
			int columns = wcwidth(wide);
			width += columns > 0 ? (unsigned)columns : 0;
		}
		text += n;
		left -= n;
	}
	return width;
}
