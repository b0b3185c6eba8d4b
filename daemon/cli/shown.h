/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Programs of the system that a command runs for its user, in the open. */

/* Prints "  $ PROGRAM ARGUMENT..." and runs it, on the same terminal, with nothing to read.
 *
 * arguments  a NULL ends them; the program is looked up in $PATH
 * Returns its exit status, 128 + n for a signal; a negative errno when it could not be started (which was said). */
int shown_run(const char *const *arguments);

/* The same for literals. */
#define SHOWN(...) shown_run((const char *const[]) { __VA_ARGS__, NULL })
