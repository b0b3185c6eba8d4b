/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Text put together in a buffer of fixed size, the same under every locale. Past the end nothing is
 * written and `full` sticks. Only the files of this folder see this. */

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *at; /* ends with a NUL at all times */
	size_t n, capacity;
	bool full;
};

/* capacity  bytes that `at` holds, at least 1 */
void text_init(struct text *text, char *at, size_t capacity);

void text_add(struct text *text, const char *words);

/* The first `size` bytes of words. */
void text_add_bytes(struct text *text, const char *words, size_t size);

/* Several pieces, ended by NULL. */
void text_adds(struct text *text, ...) __attribute__((sentinel));

/* x with 0 to 3 decimals and a point; "?" when it is not finite or beyond 10^12. */
void text_number(struct text *text, double x, int decimals);
