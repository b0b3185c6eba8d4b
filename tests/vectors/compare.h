/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* How an outcome is held against what a vectors file expects. */

#include <jansson.h>

struct tolerance {
	double absolute, relative;
};

/* A deep copy in which every {"rle": [[value, count], ...]} is a plain list. NULL when value is NULL, a
 * run is malformed or the lists would grow past ten million entries. New reference. */
json_t *vector_expand(const json_t *value);

/* Prints `PREFIX path: got X expected Y` for every difference and returns how many there are. A number
 * passes when |got - expected| <= max(absolute, relative * |expected|); strings, null, booleans and list
 * lengths must be equal. What `got` has beyond the expected keys is not looked at. */
size_t vector_compare(const json_t *got, const json_t *expected, const struct tolerance *tolerance,
	const char *prefix);
