/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Questions to the person at the terminal, one line each; answers may as well come from a file. */

#include <stdbool.h>
#include <stddef.h>

#define ASK_BYTES 2304u /* of an answer; a longer one is asked for again */

/* Asks, and reads a line without blanks at its ends.
 *
 * fallback  what an empty line means, shown in brackets; NULL: an empty line is an empty answer
 * Returns 1; 0 at the end of the input, after a line feed was printed; -EIO. */
int ask_line(const char *question, const char *fallback, char ret[ASK_BYTES]);

/* The same for what nobody is to read over the shoulder: a terminal does not show it. */
int ask_hidden(const char *question, char ret[ASK_BYTES]);

/* Yes or no; an empty line means `fallback`. Returns 1, *ret is set; 0; -EIO. */
int ask_yes(const char *question, bool fallback, bool *ret);

/* One of n choices, printed with numbers; an empty line means the first. Returns as ask_yes(). */
int ask_choice(const char *question, const char *const *choices, size_t n, size_t *ret);
