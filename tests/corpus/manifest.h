/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the corpus tests of all formats share: the manifest of a folder (JSON Lines), its files, and
 * the list of accepted differences (NAME FIELD REASON, one a line, # for comments). */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORPUS_SKIPPED 77

struct corpus {
	json_t *exceptions; /* owned: "NAME FIELD" -> false, true once met */
	unsigned files, differences;
};

/* Judges one file; says what is wrong by corpus_differs(). */
typedef void corpus_judge_fn(struct corpus *corpus, const char *name, const json_t *entry,
	const uint8_t *data, size_t size);

/* Calls judge for every file with that ending of FOLDER/manifest.jsonl in each of the folders (the
 * list ends with NULL). Exceptions that are not needed any more count as differences. Returns what
 * main() returns; CORPUS_SKIPPED when a folder is missing. */
int corpus_run(const char *const *folders, const char *ending, const char *exceptions_path,
	corpus_judge_fn *judge);

/* Prints and counts a difference, unless it is an exception. */
void corpus_differs(struct corpus *corpus, const char *name, const char *field, const char *got,
	const char *expected);

/* Numbers, NAN for what is missing, compared with a tolerance. */
void corpus_number(struct corpus *corpus, const char *name, const char *field, double got,
	double expected, double tolerance);

/* Texts, NULL for what is missing; expected may be camelCase. */
void corpus_text(struct corpus *corpus, const char *name, const char *field, const char *got,
	const char *expected);

/* A number of an object, NAN when it has none. */
double corpus_get(const json_t *object, const char *key);
