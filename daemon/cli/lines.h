/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Sentences that fit a terminal: broken between words, the following lines indented. */

#include <stdio.h>

/* Columns of the terminal behind a stream; 0: it is none, or one that does not say. */
unsigned lines_width(FILE *stream);

/* Prints a text without a line break at its end. Control characters become harmless; a line break in the text is kept.
 *
 * used    columns of the line that are taken already
 * indent  blanks before each following line
 * width   0: nothing is broken. A word that is longer than a line is left whole. */
void lines_print(FILE *stream, const char *text, unsigned used, unsigned indent, unsigned width);
