/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What every test of the FIT reader stands on: a file being built, and what was made of it. */

#include "support/test.h"

#include "fit/fit.h"
#include "support/fit_build.h"

#include <stdlib.h>

struct fixture {
	struct fit_build b;
	struct decoded_file file;
	struct parse_error err;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	decoded_file_init(&f->file);
	*state = f;
	return f ? 0 : -1;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	decoded_file_done(&f->file);
	free(f);
	return 0;
}

/* Decodes a copy of exactly that size, so that a sanitizer sees a read behind the end. */
static inline int decode(struct fixture *f)
{
	uint8_t *copy = malloc(f->b.n + 1);
	assert_non_null(copy);
	memcpy(copy, f->b.bytes, f->b.n);
	decoded_file_done(&f->file);
	int r = fit_decode(copy, f->b.n, &f->file, &f->err);
	free(copy);
	return r;
}

static inline const struct activity *only_activity(const struct fixture *f)
{
	assert_int_equal(f->file.activities_n, 1);
	return &f->file.activities[0];
}

static inline unsigned count_of(const struct fixture *f, unsigned number)
{
	for (size_t i = 0; i < f->file.counts_n; i++)
		if (f->file.counts[i].number == number)
			return f->file.counts[i].count;
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
