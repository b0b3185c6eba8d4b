/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* How `knead` speaks: errors in one form, and styles on a terminal that wants them. */

#include "cli/context.h"

#include <stdio.h>

/* Prints "knead: WHAT: WHERE: WHY" as one line on stderr, cleaned of control characters.
 *
 * where   NULL leaves that part out
 * Returns status, so that `return cli_fail(...)` reads well. */
__attribute__((format(printf, 4, 5))) int cli_fail(
	int status, const char *what, const char *where, const char *format, ...);

/* The same for a negative errno. */
int cli_fail_errno(int status, const char *what, const char *where, int error);

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD, STYLE_COUNT };

/* The escape sequence that starts a style (STYLE_PLAIN ends it); "" without colours. */
const char *cli_style(const struct cli_context *context, enum style style);

/* Whether stdout is a terminal, and the user did not ask for no colours (NO_COLOR, TERM=dumb). */
bool cli_wants_colour(void);

/* Prints to stdout what came from a file, a watch or a server, without its control characters. */
void cli_print_clean(const char *text);

/* The same to another stream. */
void cli_print_clean_to(FILE *out, const char *text);

/* Pushes everything printed out to stdout. Returns status, or CLI_PART after it said that what was
 * printed is not all there. */
int cli_flush(int status);
