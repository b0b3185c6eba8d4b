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

/* A sentence and a line break on stdout, in a line in which `used` columns are taken; in a terminal its following lines
 * begin at `indent`. */
__attribute__((format(printf, 3, 4))) void lines_say(
	unsigned used, unsigned indent, const char *format, ...);

/* For a text that holds a name from outside: a line break in it would begin what looks like a line of ours. Returns the
 * text, whose control characters are blanks then. */
char *lines_flatten(char *text);

/* Draws over the line in which the cursor stands, and stays in it: what is too long for the terminal is cut. "" only
 * clears it. */
void lines_redraw(FILE *stream, const char *text);
