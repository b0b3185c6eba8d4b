/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/near.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 40u

static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (char)(c == '-' ? '_' : c);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Inserted, deleted, replaced and swapped letters (optimal string alignment). */
static unsigned edits(const char *a, size_t a_size, const char *b, size_t b_size)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b_size; j++)
		last[j] = (unsigned)j;
	memcpy(before, last, sizeof rows[0]);
	for (size_t i = 1; i <= a_size; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_size; j++) {
			char x = fold(a[i - 1]), y = fold(b[j - 1]);
			now[j] = least(least(now[j - 1], last[j]) + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == fold(b[j - 2]) && y == fold(a[i - 2]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
		unsigned *free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[b_size];
}

/* "hr_max" for hr_max_bpm, "token" for token_file. */
static bool begins(const char *candidate, size_t size, const char *word, size_t word_size)
{
	return word_size >= 3 && word_size < size &&
	       edits(word, word_size, candidate, word_size) == 0 && candidate[word_size] == '_';
}

void near_offer(struct near *near, const char *candidate)
{
	size_t word = strlen(near->word), size = strlen(candidate);
	if (!word || word > WORD_MAX || size > WORD_MAX)
		return;
	unsigned n = edits(near->word, word, candidate, size);
	if (begins(candidate, size, near->word, word))
		n = 1;
	unsigned allowed = size <= 4 ? 1 : 2;
	if (n > allowed || (near->best && n >= near->best_edits))
		return;
	near->best = candidate;
	near->best_edits = n;
}
