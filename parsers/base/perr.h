/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Why a reader refused a file, or what it found odd in one: the place and a literal sentence. */

#include <stddef.h>
#include <stdint.h>

struct parse_error {
	uint64_t offset;  /* bytes from the start of the file */
	const char *what; /* a literal, never freed */
};

/* Sets *err when err is not NULL; returns code, so that `return parse_fail(...)` reads well. */
static inline int parse_fail(struct parse_error *err, int code, uint64_t offset, const char *what)
{
	if (err)
		*err = (struct parse_error) { .offset = offset, .what = what };
	return code;
}
