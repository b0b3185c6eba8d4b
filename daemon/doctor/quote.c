/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/quote.h"

#include <stdio.h>
#include <string.h>

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,=-"
#define APOSTROPHE "'\\''" /* ends the quotation, adds one, begins again */

char *quote(const char *word, char ret[QUOTED_BYTES])
{
	size_t size = 0, room = QUOTED_BYTES - 1;
	if (*word && !word[strspn(word, PLAIN)] && strlen(word) <= room) {
		(void)snprintf(ret, QUOTED_BYTES, "%s", word);
		return ret;
	}
	ret[size++] = '\'';
	for (; *word && size + sizeof APOSTROPHE < room; word++) {
		if (*word == '\'') {
			memcpy(ret + size, APOSTROPHE, sizeof APOSTROPHE - 1);
			size += sizeof APOSTROPHE - 1;
		} else {
			ret[size++] = *word;
		}
	}
	ret[size++] = '\'';
	ret[size] = '\0';
	if (*word)
		(void)snprintf(ret, QUOTED_BYTES, "NAME");
	return ret;
}
