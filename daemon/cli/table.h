/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Rows of text in columns that line up on a terminal, whatever the letters are wide. */

#include "cli/say.h"

#include <stdio.h>

#define TABLE_COLUMNS_MAX 12u

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct table_column {
	const char *title; /* NULL in every column: no line of titles */
	enum align align;
};

struct table;

/* columns  copied; their titles are borrowed. Returns 0; -EINVAL for more columns than fit; -ENOMEM. */
int table_new(const struct table_column *columns, unsigned n, struct table **ret);
struct table *table_free(struct table *table);

static inline void table_freep(struct table **table)
{
	(void)table_free(*table);
}

/* Adds the next cell, row by row; text is cleaned. What memory does not allow is an empty cell, and
 * table_print() then says so. */
__attribute__((format(printf, 3, 4))) void table_cell(
	struct table *table, enum style style, const char *format, ...);

/* Prints with two blanks between columns and `indent` before the first; on a terminal a last column of words is broken
 * where the screen ends, and columns that do not fit side by side become lines.
 * Returns 0; -ENOMEM when cells were lost. */
int table_print(
	const struct table *table, const struct cli_context *context, unsigned indent, FILE *out);
