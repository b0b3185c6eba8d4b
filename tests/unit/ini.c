/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/ini.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "1 [type|name]", "2 key=value" and "3 ! reason", parted by line ends. */
static char *dump(const struct ini *ini)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	for (size_t i = 0; i < ini->n; i++) {
		const struct ini_item *at = &ini->items[i];
		if (at->kind == INI_SECTION)
			fprintf(to, "%u [%s|%s]\n", at->line, at->name, at->value ? at->value : "");
		else if (at->kind == INI_VALUE)
			fprintf(to, "%u %s=%s\n", at->line, at->name, at->value);
		else
			fprintf(to, "%u ! %s\n", at->line, at->name);
	}
	fclose(to);
	return text;
}

static void reads(const char *name, const char *text, size_t size, const char *expected)
{
	struct ini ini = { 0 };
	assert_int_equal(ini_parse(text, size, &ini), 0);
	char *got = dump(&ini);
	if (strcmp(got, expected) != 0)
		fail_msg("%s: got\n%sexpected\n%s", name, got, expected);
	free(got);
	ini_done(&ini);
}

static const struct {
	const char *name, *text, *expected;
} good[] = {
	{ "nothing", "", "" },
	{ "one value", "[store]\narchive = keep\n", "1 [store|]\n2 archive=keep\n" },
	{ "no last line end", "[s]\na=b", "1 [s|]\n2 a=b\n" },
	{ "a named section", "[ webhook \t phone ]\n", "1 [webhook|phone]\n" },
	{ "a name of two words", "[runner Anna Maria]\n", "1 [runner|Anna Maria]\n" },
	{ "blanks around everything", " [s] \n \t a \t=\t b c \t\n", "1 [s|]\n2 a=b c\n" },
	{ "comments only at the start", "# [x]\n  ; y\n[s]\na = b # no ; comment\n",
		"3 [s|]\n4 a=b # no ; comment\n" },
	{ "an address with all of it", "[s]\nurl = https://h/p?a=b;c#d\n",
		"1 [s|]\n2 url=https://h/p?a=b;c#d\n" },
	{ "an empty value", "[s]\na =\n", "1 [s|]\n2 a=\n" },
	{ "CRLF", "[s]\r\na = b\r\n", "1 [s|]\n2 a=b\n" },
	{ "a byte order mark", "\xef\xbb\xbf[s]\na=b\n", "1 [s|]\n2 a=b\n" },
	{ "a joined line", "[s]\na = b \\\n  c\nd = e\n", "1 [s|]\n2 a=b  c\n4 d=e\n" },
	{ "a joined line over a comment", "[s]\na = b\\\n# not this\nc\n", "1 [s|]\n2 a=b c\n" },
	{ "a joined line with CRLF", "[s]\r\na = b\\\r\nc\r\n", "1 [s|]\n2 a=b c\n" },
	{ "an empty line ends a joined one", "[s]\na = b\\\n\nc = d\n", "1 [s|]\n2 a=b\n4 c=d\n" },
	{ "a joined line that ends with the file", "[s]\na = b\\", "1 [s|]\n2 a=b\n" },
	{ "two backslashes stand for themselves", "[s]\na = b\\\\\nc = d\n",
		"1 [s|]\n2 a=b\\\\\n3 c=d\n" },
	{ "letters that are not ASCII", "[s]\na = Änne 東\n", "1 [s|]\n2 a=Änne 東\n" },
};

static void text_is_read_as_systemd_writes_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		reads(good[i].name, good[i].text, strlen(good[i].text), good[i].expected);
}

static const struct {
	const char *name, *text, *expected;
} bad[] = {
	{ "a value without a section", "a = b\n", "1 ! a value before the first [section]\n" },
	{ "a line that is neither", "[s]\nhello\n",
		"1 [s|]\n2 ! neither a [section] nor KEY = VALUE\n" },
	{ "no bracket at the end", "[s\na = b\n[t]\nc = d\n",
		"1 ! the section has no ] at its end\n3 [t|]\n4 c=d\n" },
	{ "text behind a section", "[s] # here\n",
		"1 ! nothing may stand behind the ] of a section; comments have their own "
		"line\n" },
	{ "a section without a name", "[ ]\n", "1 ! the section has no name\n" },
	{ "no key", "[s]\n= b\n", "1 [s|]\n2 ! what stands before the = is not a key\n" },
	{ "half of an address", "[s]\nhttps://h/secret?a=b\n",
		"1 [s|]\n2 ! what stands before the = is not a key\n" },
	{ "an escape sequence", "[s]\na = \x1b[31m\nc = d\n",
		"1 [s|]\n2 ! the line holds a control character\n3 c=d\n" },
	{ "a C1 control",
		"[s]\na = \xc2\x9b"
		"31m\n",
		"1 [s|]\n2 ! the line holds a control character\n" },
	{ "DEL", "[s]\na = \x7f\n", "1 [s|]\n2 ! the line holds a control character\n" },
	{ "every fault of a file", "x\n[s]\ny\nz\na = b\n",
		"1 ! neither a [section] nor KEY = VALUE\n2 [s|]\n"
		"3 ! neither a [section] nor KEY = VALUE\n"
		"4 ! neither a [section] nor KEY = VALUE\n5 a=b\n" },
};

static void every_fault_is_found_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		reads(bad[i].name, bad[i].text, strlen(bad[i].text), bad[i].expected);
	static const char nul[] = "[s]\na = b\0c\nd = e\n";
	reads("a NUL byte", nul, sizeof nul - 1,
		"1 [s|]\n2 ! the line holds a NUL byte; the file must be plain UTF-8 text\n3 "
		"d=e\n");
}

static void lines_may_be_long_but_not_endless(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		size_t line = INI_LINE_MAX + over, size = 4 + line;
		char *text = malloc(size);
		assert_non_null(text);
		memset(text, 'x', size);
		static const char start[] = { '[', 's', ']', '\n', 'a', '=' };
		memcpy(text, start, sizeof start);
		struct ini ini = { 0 };
		assert_int_equal(ini_parse(text, size, &ini), 0);
		assert_int_equal(ini.n, 2);
		assert_int_equal(ini.items[1].kind, over ? INI_FAULT : INI_VALUE);
		if (!over)
			assert_int_equal(strlen(ini.items[1].value), INI_LINE_MAX - 2);
		ini_done(&ini);
		free(text);
	}
}

static void many_lines_joined_are_bounded_too(void **state)
{
	(void)state;
	size_t size = 4 + 100000 * (size_t)2;
	char *text = malloc(size);
	assert_non_null(text);
	static const char start[] = { '[', 's', ']', '\n' };
	memcpy(text, start, sizeof start);
	for (size_t i = sizeof start; i < size; i++)
		text[i] = i % 2 ? '\n' : '\\';
	struct ini ini = { 0 };
	assert_int_equal(ini_parse(text, size, &ini), 0);
	assert_int_equal(ini.n, 2);
	assert_int_equal(ini.items[1].kind, INI_FAULT);
	ini_done(&ini);
	free(text);
}

static void a_file_of_more_than_a_mebibyte_is_refused(void **state)
{
	(void)state;
	char *text = calloc(1, INI_FILE_MAX + 1);
	struct ini ini = { 0 };
	assert_non_null(text);
	assert_int_equal(ini_parse(text, INI_FILE_MAX + 1, &ini), -EFBIG);
	memset(text, '\n', INI_FILE_MAX);
	assert_int_equal(ini_parse(text, INI_FILE_MAX, &ini), 0);
	ini_done(&ini);
	free(text);
}

static void any_prefix_of_a_text_is_read(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf# c\r\n[webhook phone]\r\nurl = https://h/p\\\n"
				   " x\n\x01\n[\n[runner]\na=b\\\\\n=\n";
	for (size_t size = 0; size < sizeof text; size++) {
		char *copy = malloc(size ? size : 1); /* so that a read past its end is seen */
		assert_non_null(copy);
		memcpy(copy, text, size);
		struct ini ini = { 0 };
		assert_int_equal(ini_parse(copy, size, &ini), 0);
		ini_done(&ini);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_as_systemd_writes_it),
		cmocka_unit_test(every_fault_is_found_with_its_line),
		cmocka_unit_test(lines_may_be_long_but_not_endless),
		cmocka_unit_test(many_lines_joined_are_bounded_too),
		cmocka_unit_test(a_file_of_more_than_a_mebibyte_is_refused),
		cmocka_unit_test(any_prefix_of_a_text_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
