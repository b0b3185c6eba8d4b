/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load_vectors [--shake] FILE...: runs the cases of vectors files against the functions that the daemon links.
 *
 * A file: {"function", "about", "abs_tol", "rel_tol", "cases": [{"name", "input", "expected"}]}.
 * Prints a line per case, last `N passed, M failed`. Exit 0; 1 when a case failed; 2 when a file cannot
 * be read or names a function that there is not.
 *
 * With --shake the inputs are changed one by one instead, and each must move the outcome of a case (shake.h): a
 * line per input, last `N inputs move, M stand still`. */

#include "vectors/adapter.h"
#include "vectors/compare.h"
#include "vectors/shake.h"

#include <stdio.h>
#include <string.h>

struct tally {
	size_t passed, failed;
	bool unusable, shakes;
};

/* "ok FILE: CASE", or "FAIL FILE: CASE: path: got X expected Y" of the first difference. */
static void run_case(const char *file, const struct adapter *adapter, json_t *item,
	const struct tolerance *tolerance, struct tally *tally)
{
	const char *name = string_get(item, "name", "?");
	json_t *input = vector_expand(json_object_get(item, "input"));
	json_t *expected = vector_expand(json_object_get(item, "expected"));
	json_t *got = NULL;
	size_t differences = 0;
	int r = input && expected ? adapter->run(input, &got) : -1;
	if (r < 0) {
		printf("FAIL %s: %s: input: got error %d (%s) expected a result\n", file, name, r,
			strerror(-r));
		differences = 1;
	} else {
		char prefix[512];
		(void)snprintf(prefix, sizeof prefix, "FAIL %s: %s: ", file, name);
		differences = vector_compare(got, expected, tolerance, prefix);
	}
	if (differences == 0)
		printf("ok %s: %s\n", file, name);
	tally->passed += differences == 0;
	tally->failed += differences != 0;
	json_decref(got);
	json_decref(expected);
	json_decref(input);
}

static int run_root(const char *file, const json_t *root, struct tally *tally)
{
	const char *function = string_get(root, "function", NULL);
	json_t *cases = json_object_get(root, "cases");
	if (!function || !json_is_array(cases)) {
		(void)fprintf(stderr, "load_vectors: %s: not a vectors file\n", file);
		return -1;
	}
	const struct adapter *adapter = adapter_find(function);
	if (!adapter) {
		(void)fprintf(stderr, "load_vectors: %s: unknown function %s\n", file, function);
		return -1;
	}
	if (tally->shakes)
		return shake_file(file, adapter, cases, &tally->passed, &tally->failed);
	struct tolerance tolerance = {
		.absolute = number_get(root, "abs_tol", 0.0),
		.relative = number_get(root, "rel_tol", 0.0),
	};
	for (size_t i = 0; i < json_array_size(cases); i++)
		run_case(file, adapter, json_array_get(cases, i), &tolerance, tally);
	return 0;
}

static void run_file(const char *file, struct tally *tally)
{
	json_error_t error;
	json_t *root = json_load_file(file, JSON_DECODE_INT_AS_REAL, &error);
	if (!root) {
		(void)fprintf(stderr, "load_vectors: %s:%d: %s\n", file, error.line, error.text);
		tally->unusable = true;
		return;
	}
	if (run_root(file, root, tally) < 0)
		tally->unusable = true;
	json_decref(root);
}

int main(int argc, char **argv)
{
	struct tally tally = { .shakes = argc > 1 && strcmp(argv[1], "--shake") == 0 };
	int first = tally.shakes ? 2 : 1;
	if (argc <= first) {
		(void)fprintf(stderr, "usage: load_vectors [--shake] FILE...\n");
		return 2;
	}
	for (int i = first; i < argc; i++)
		run_file(argv[i], &tally);
	printf(tally.shakes ? "%zu inputs move, %zu stand still\n" : "%zu passed, %zu failed\n",
		tally.passed, tally.failed);
	if (tally.unusable || fflush(stdout) != 0)
		return 2;
	return tally.failed > 0;
}
