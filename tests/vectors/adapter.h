/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The bridge between a case of a vectors file and a function of the daemon: an adapter turns the
 * case's input into arguments, calls the function and turns its outcome into JSON. It knows nothing of
 * cases. Before it is called, every {"rle": [[value, count], ...]} of the input was written out as a
 * plain list. */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns 0 with a new reference, -EINVAL for an input of the wrong shape, or what the function gave. */
typedef int (*adapter_fn)(const json_t *input, json_t **ret);

struct adapter {
	const char *function; /* as in the file's "function" */
	adapter_fn run;
};

/* One table per area, each ended by a row without a name; adapters.c lists the tables. */
extern const struct adapter adapters_metrics[];
extern const struct adapter adapters_strain[];

/* The adapter of a function; NULL when there is none. */
const struct adapter *adapter_find(const char *function);

/* --- helpers for adapters (values.c) --- */

/* A series of numbers; null becomes NAN. */
struct number_list {
	double *values; /* owned */
	size_t n;
};

void list_done(struct number_list *list);

/* input[key] as a list; absent or null gives an empty one (values NULL). -EINVAL for anything else
 * than a list of numbers and nulls. */
int list_get(const json_t *input, const char *key, struct number_list *ret);

/* input[key] as a number; absent or null gives `otherwise`. Anything else gives NAN. */
double number_get(const json_t *input, const char *key, double otherwise);

/* input[key] as a string; absent, null or no string gives `otherwise`. */
const char *string_get(const json_t *input, const char *key, const char *otherwise);

/* A number, or null when x is not finite. New reference. */
json_t *number_json(double x);

/* A list of numbers. New reference. */
json_t *list_json(const double *values, size_t n);

/* Sets object[key] to number_json(x). */
void number_set(json_t *object, const char *key, double x);
