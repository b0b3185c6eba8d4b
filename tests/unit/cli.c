/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs of `knead` share: columns that line up, values for people, options. */
#include "support/test.h"

#include "base/cleanup.h"
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/table.h"

#include "activity/activity.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_context plain = { .colour = false };
static const struct cli_context coloured = { .colour = true };

static char *printed(const struct table *table, const struct cli_context *context)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(table_print(table, context, 1, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct table *two_columns(const char *left, const char *right)
{
	const struct table_column columns[] = { { left, ALIGN_LEFT }, { right, ALIGN_RIGHT } };
	struct table *table = NULL;
	assert_int_equal(table_new(columns, 2, &table), 0);
	return table;
}

static void assert_lines(
	const char *words, unsigned used, unsigned indent, unsigned width, const char *wanted)
{
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	lines_print(out, words, used, indent, width);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, wanted);
}

static void sentences_are_broken_between_words(void **state)
{
	(void)state;
	assert_lines("one two three", 0, 2, 0, "one two three");
	assert_lines("one two three", 0, 2, 7, "one two\n  three");
	assert_lines("one two three", 3, 2, 7, "one\n  two\n  three");
	assert_lines("one two\nthree", 0, 1, 40, "one two\n three");
	assert_lines(
		"l\xC3\xA4uft hier", 0, 0, 10, "l\xC3\xA4uft hier"); /* ten columns, eleven bytes */
	assert_lines("a-word-longer-than-a-line b", 0, 1, 9, "a-word-longer-than-a-line\n b");
	assert_lines("", 5, 2, 9, "");
	assert_lines("evil\x1B[2J", 0, 0, 0, "evil\xEF\xBF\xBD[2J");
}

static void columns_line_up_whatever_the_letters_are_wide(void **state)
{
	(void)state;
	CLEANUP(table_freep) struct table *table = two_columns("name", "n");
	table_cell(table, STYLE_PLAIN, "%s", "l\xC3\xA4uft"); /* one letter of two bytes */
	table_cell(table, STYLE_PLAIN, "%d", 7);
	table_cell(table, STYLE_PLAIN, "%s", "\xE6\x9D\xB1\xE4\xBA\xAC"); /* two of two columns */
	table_cell(table, STYLE_PLAIN, "%d", 1234);
	AUTO_FREE char *text = printed(table, &plain);
	assert_string_equal(
		text, " name      n\n l\xC3\xA4uft     7\n \xE6\x9D\xB1\xE4\xBA\xAC   1234\n");
}

static void colours_take_no_room(void **state)
{
	(void)state;
	CLEANUP(table_freep) struct table *table = two_columns(NULL, NULL);
	table_cell(table, STYLE_BOLD, "ab");
	table_cell(table, STYLE_PLAIN, "1");
	table_cell(table, STYLE_PLAIN, "abcd");
	table_cell(table, STYLE_PLAIN, "2");
	AUTO_FREE char *with = printed(table, &coloured);
	AUTO_FREE char *without = printed(table, &plain);
	assert_string_equal(with, " \x1B[1mab\x1B[0m    1\n abcd  2\n");
	assert_string_equal(without, " ab    1\n abcd  2\n");
}

static void text_from_outside_cannot_steer_the_terminal(void **state)
{
	(void)state;
	CLEANUP(table_freep) struct table *table = two_columns(NULL, NULL);
	table_cell(table, STYLE_PLAIN, "%s", "a\x1B[2J\nb\xFF");
	table_cell(table, STYLE_PLAIN, "%s", "x");
	AUTO_FREE char *text = printed(table, &plain);
	assert_string_equal(text, " a\xEF\xBF\xBD[2J\xEF\xBF\xBD"
				  "b\xEF\xBF\xBD  x\n");
}

static void a_last_row_that_is_not_full_is_filled_up(void **state)
{
	(void)state;
	CLEANUP(table_freep) struct table *table = two_columns("a", "b");
	table_cell(table, STYLE_PLAIN, "1");
	AUTO_FREE char *text = printed(table, &plain);
	assert_string_equal(text, " a  b\n 1   \n");
	struct table *none = NULL;
	const struct table_column column = { "a", ALIGN_LEFT };
	assert_int_equal(table_new(&column, 0, &none), -EINVAL);
	assert_int_equal(table_new(&column, TABLE_COLUMNS_MAX + 1, &none), -EINVAL);
}

static void values_read_as_people_say_them(void **state)
{
	(void)state;
	char text[HUMAN_BYTES];
	assert_string_equal(human_duration(5311.4, text), "1:28:31");
	assert_string_equal(human_duration(59.6, text), "1:00");
	assert_string_equal(human_duration(0, text), "0:00");
	assert_string_equal(human_duration(3599.6, text), "1:00:00");
	assert_string_equal(human_duration(NAN, text), "-");
	assert_string_equal(human_distance(15321.4, text), "15.32 km");
	assert_string_equal(human_distance(400, text), "400 m");
	assert_string_equal(human_distance(999.7, text), "1.00 km");
	assert_string_equal(human_distance(NAN, text), "-");
	assert_string_equal(human_number(148.2, 0, "bpm", text), "148 bpm");
	assert_string_equal(human_number(92.44, 1, "", text), "92.4");
	assert_string_equal(human_number(INFINITY, 1, "", text), "-");
	assert_string_equal(human_time_at(1777788764000, 7200, text), "2026-05-03 08:12");
	assert_string_equal(human_time_at(1777788764000, -34200, text), "2026-05-02 20:42");
	assert_string_equal(human_time_at(TIME_UNKNOWN_MS, 0, text), "-");
}

static void options_of_a_verb_are_found_by_name(void **state)
{
	(void)state;
	const struct verb verb = { .name = "massage",
		.options = { { "at", "TIME", "" }, { "minutes", "N", "" }, { "undo", NULL, "" } } };
	const struct cli_context context = { .verb = &verb, .values = { NULL, "45", "" } };
	long minutes = 0;
	assert_null(cli_option(&context, "at"));
	assert_string_equal(cli_option(&context, "undo"), "");
	assert_null(cli_option(&context, "nonsense"));
	assert_int_equal(cli_option_number(&context, "minutes", 1, 600, &minutes), 0);
	assert_int_equal(minutes, 45);
	assert_int_equal(cli_option_number(&context, "minutes", 50, 600, &minutes), CLI_USAGE);
	assert_int_equal(minutes, 45);
	assert_int_equal(cli_option_number(&context, "undo", 0, 9, &minutes), CLI_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_are_broken_between_words),
		cmocka_unit_test(columns_line_up_whatever_the_letters_are_wide),
		cmocka_unit_test(colours_take_no_room),
		cmocka_unit_test(text_from_outside_cannot_steer_the_terminal),
		cmocka_unit_test(a_last_row_that_is_not_full_is_filled_up),
		cmocka_unit_test(values_read_as_people_say_them),
		cmocka_unit_test(options_of_a_verb_are_found_by_name),
	};
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
