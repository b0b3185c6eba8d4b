/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/lines.h"
#include "cli/text_width.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LAST_MIN 24u /* columns; with less room its following lines begin at the left */
#define LAST_INDENT 4u
#define LAST_LEAST 10u /* columns of words; with less room rows become lines of their own */

struct cell {
	char *text; /* owned; NULL when memory ended */
	enum style style;
};

struct table {
	struct table_column columns[TABLE_COLUMNS_MAX];
	unsigned columns_n;
	struct cell *cells; /* owned; rows of columns_n */
	size_t cells_n, capacity;
	bool lost;
};

int table_new(const struct table_column *columns, unsigned n, struct table **ret)
{
	if (n == 0 || n > TABLE_COLUMNS_MAX)
		return -EINVAL;
	struct table *table = calloc(1, sizeof *table);
	if (!table)
		return -ENOMEM;
	memcpy(table->columns, columns, n * sizeof *columns);
	table->columns_n = n;
	*ret = table;
	return 0;
}

struct table *table_free(struct table *table)
{
	if (!table)
		return NULL;
	for (size_t i = 0; i < table->cells_n; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
	return NULL;
}

/* Room for one more cell; NULL when there is none. */
static struct cell *next_cell(struct table *table)
{
	if (table->cells_n == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;
		struct cell *grown = reallocarray(table->cells, capacity, sizeof *grown);
		if (!grown)
			return NULL;
		table->cells = grown;
		table->capacity = capacity;
	}
	return &table->cells[table->cells_n++];
}

void table_cell(struct table *table, enum style style, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	struct cell *cell = next_cell(table);
	if (!cell) {
		table->lost = true;
		return;
	}
	size_t size = text ? strlen(text) : 0;
	/* every byte may become a character of three */
	*cell = (struct cell) { .text = text ? malloc(size * 3 + 1) : NULL, .style = style };
	if (cell->text)
		(void)utf8_clean(text, size, cell->text, size * 3 + 1);
	else
		table->lost = true;
}

static const char *text_of(const struct table *table, size_t i)
{
	return i < table->cells_n && table->cells[i].text ? table->cells[i].text : "";
}

static void measure(const struct table *table, unsigned *widths)
{
	assert(table->columns_n > 0);
	for (unsigned c = 0; c < table->columns_n; c++)
		widths[c] = table->columns[c].title ? text_width(table->columns[c].title) : 0;
	for (size_t i = 0; i < table->cells_n; i++) {
		unsigned width = text_width(text_of(table, i));
		unsigned *column = &widths[i % table->columns_n];
		if (width > *column)
			*column = width;
	}
}

/* Where the last column begins, and the terminal ends (0: nowhere). */
struct table_end {
	unsigned at, width;
};

/* The last cell of a line, broken between words where the terminal ends. */
static void print_last(const char *text, const char *style, const char *plain,
	const struct table_end *end, FILE *out)
{
	unsigned room = end->width > end->at ? end->width - end->at : 0;
	unsigned indent = room >= LAST_MIN ? end->at : LAST_INDENT;
	(void)fputs(style, out);
	lines_print(out, text, end->at, indent, end->width);
	(void)fprintf(out, "%s\n", plain);
}

/* One cell; the last of a line is not filled up with blanks. */
static void print_cell(const char *text, const char *style, const char *plain, unsigned fill,
	enum align align, const struct table_end *last, FILE *out)
{
	if (last && align == ALIGN_LEFT) {
		print_last(text, style, plain, last, out);
		return;
	}
	if (align == ALIGN_RIGHT)
		(void)fprintf(out, "%*s", (int)fill, "");
	(void)fprintf(out, "%s%s%s", style, text, plain);
	if (align == ALIGN_LEFT && !last)
		(void)fprintf(out, "%*s", (int)fill, "");
	(void)fputs(last ? "\n" : "  ", out);
}

static void print_titles(const struct table *table, const struct cli_context *context,
	const unsigned *widths, unsigned indent, const struct table_end *end, FILE *out)
{
	(void)fprintf(out, "%*s", (int)indent, "");
	for (unsigned c = 0; c < table->columns_n; c++) {
		const char *title = table->columns[c].title ? table->columns[c].title : "";
		print_cell(title, cli_style(context, STYLE_DIM), cli_style(context, STYLE_PLAIN),
			widths[c] - text_width(title), table->columns[c].align,
			c + 1 == table->columns_n ? end : NULL, out);
	}
}

/* Whether the columns side by side are more than the terminal has: then a right-hand column would begin anywhere. */
static bool is_too_wide(
	const struct table *table, const unsigned *widths, const struct table_end *end)
{
	unsigned last = table->columns_n - 1;
	unsigned least = table->columns[last].align == ALIGN_LEFT && widths[last] > LAST_LEAST
				 ? LAST_LEAST
				 : widths[last];
	return end->width && end->at + least > end->width;
}

/* One row as lines: cells behind each other, a number behind its title, and what does not fit goes on below. */
static void print_stacked(const struct table *table, const struct cli_context *context, size_t row,
	unsigned indent, unsigned width, FILE *out)
{
	unsigned used = indent;
	(void)fprintf(out, "%*s", (int)indent, "");
	for (unsigned c = 0; c < table->columns_n; c++) {
		size_t i = row * table->columns_n + c;
		const char *text = text_of(table, i), *title = table->columns[c].title;
		bool names = c > 0 && title && *title && table->columns[c].align == ALIGN_RIGHT;
		unsigned wide = text_width(text) + (names ? text_width(title) + 1 : 0);
		if (!*text)
			continue;
		if (used > indent && used + 2 + wide > width && used > indent + LAST_INDENT) {
			used = indent + LAST_INDENT;
			(void)fprintf(out, "\n%*s", (int)used, "");
		} else if (used > indent) {
			used += (unsigned)fprintf(out, "  ");
		}
		if (names)
			(void)fprintf(out, "%s%s%s ", cli_style(context, STYLE_DIM), title,
				cli_style(context, STYLE_PLAIN));
		bool styled = table->cells[i].style != STYLE_PLAIN;
		(void)fputs(styled ? cli_style(context, table->cells[i].style) : "", out);
		lines_print(out, text, used + (names ? text_width(title) + 1 : 0),
			indent + LAST_INDENT, width);
		(void)fputs(styled ? cli_style(context, STYLE_PLAIN) : "", out);
		used += wide;
	}
	(void)fputc('\n', out);
}

int table_print(
	const struct table *table, const struct cli_context *context, unsigned indent, FILE *out)
{
	unsigned widths[TABLE_COLUMNS_MAX];
	bool titled = false;
	assert(table->columns_n > 0);
	measure(table, widths);
	struct table_end end = { .width = lines_width(out), .at = indent };
	for (unsigned c = 0; c + 1 < table->columns_n; c++)
		end.at += widths[c] + 2;
	for (unsigned c = 0; c < table->columns_n; c++)
		titled |= table->columns[c].title != NULL;
	size_t rows = (table->cells_n + table->columns_n - 1) / table->columns_n;
	if (is_too_wide(table, widths, &end)) {
		for (size_t row = 0; row < rows; row++)
			print_stacked(table, context, row, indent, end.width, out);
		return table->lost ? -ENOMEM : 0;
	}
	if (titled)
		print_titles(table, context, widths, indent, &end, out);
	for (size_t i = 0; i < rows * table->columns_n; i++) {
		unsigned c = (unsigned)(i % table->columns_n);
		if (c == 0)
			(void)fprintf(out, "%*s", (int)indent, "");
		const char *text = text_of(table, i);
		enum style style = i < table->cells_n ? table->cells[i].style : STYLE_PLAIN;
		bool styled = style != STYLE_PLAIN;
		print_cell(text, styled ? cli_style(context, style) : "",
			styled ? cli_style(context, STYLE_PLAIN) : "", widths[c] - text_width(text),
			table->columns[c].align, c + 1 == table->columns_n ? &end : NULL, out);
	}
	return table->lost ? -ENOMEM : 0;
}
