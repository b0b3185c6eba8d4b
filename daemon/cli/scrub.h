/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Texts without the words that say who and where somebody is. */

#include <stddef.h>

#define SCRUB_WORDS_MAX 96u

struct scrub {
	struct {
		char *from; /* owned */
		const char *to;
	} words[SCRUB_WORDS_MAX];
	size_t n;
};

void scrub_done(struct scrub *scrub);

/* A word that is to be replaced wherever it stands; longer ones go first. Words of less than three bytes, which
 * would be found in anything, are left alone. to: borrowed. */
void scrub_word(struct scrub *scrub, const char *from, const char *to);

/* Prints a text to stdout, words replaced and without control characters. */
void scrub_print(const struct scrub *scrub, const char *text);
