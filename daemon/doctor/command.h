/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Programs of the system that are asked something. */

#include <stddef.h>

/* Runs a program of $PATH with nothing to read and reads what it prints, up to room - 1 bytes. What it says on
 * stderr is lost. After half a minute it is killed.
 *
 * Returns its exit status, 128 + n for a signal; -ENOENT when there is no such program; -ETIME; other
 * negative errno. ret is a string in every case. */
int command_ask(const char *const *arguments, char *ret, size_t room);

/* The value of a line "NAME=VALUE" of such an answer, copied; "" when there is none. Returns ret. */
char *command_value(const char *answer, const char *name, char *ret, size_t room);
