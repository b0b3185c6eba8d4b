/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Text from outside made safe to print: valid UTF-8 (RFC 3629) without control characters. */

#include <stdbool.h>
#include <stddef.h>

/* Whether a character begins here that shows what follows in another order or on another line: the overrides,
 * embeddings and isolates of bidirectional text, and the separators of lines and paragraphs (U+2028 to U+202E,
 * U+2066 to U+2069). A name that holds one reads as another name. They are three bytes each. */
bool utf8_misleads(const char *text, size_t size);

/* Copies at most size bytes of text into ret as valid UTF-8 that ends with a NUL and never in the
 * middle of a character. A byte that belongs to no character becomes U+FFFD; control characters
 * (C0, DEL, C1) and what misleads become U+FFFD as well; a NUL ends the text.
 *
 * capacity  bytes that ret holds, at least 1
 * Returns the length of ret in bytes, without the NUL. */
size_t utf8_clean(const char *text, size_t size, char *ret, size_t capacity);
