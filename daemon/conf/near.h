/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* "Did you mean": the known word that a mistyped one was probably meant to be. */

#include <stdbool.h>

/* Keeps the nearest of all words that are offered. */
struct near {
	const char *word; /* what was typed */
	const char *best; /* NULL: nothing is near enough */
	unsigned best_edits;
};

/* Letters are compared without case, '-' and '_' are one; up to two edits (one for short words), or the
 * beginning of a word of several parts. */
void near_offer(struct near *near, const char *candidate);
