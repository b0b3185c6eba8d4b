/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* JSON that is safe to print on a terminal and keeps file names as they were given. */

#include <jansson.h>
#include <stdio.h>

/* Text from outside as a JSON string: bytes that are not UTF-8 become U+FFFD, everything else stays,
 * control characters too (json_print() escapes them). A new reference; NULL when memory ends. */
json_t *json_from_bytes(const char *text);

/* A number rounded to `decimals` places (whole ones are printed without a point); null for NAN. */
json_t *json_from_number(double value, int decimals);

/* One line of compact JSON with every control character (C0, DEL, C1) and what misleads (base/utf8.h)
 * escaped.
 * Returns 0; -ENOMEM; -EIO when the stream refuses. */
int json_print(FILE *out, const json_t *value);
