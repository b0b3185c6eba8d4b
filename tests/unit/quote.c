/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A word that somebody copies into a shell stays one word there. */
#include "doctor/quote.h"

#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void leaves_plain_words_alone(void **state)
{
	(void)state;
	char quoted[QUOTED_BYTES];
	assert_string_equal(quote("/var/lib/knead", quoted), "/var/lib/knead");
	assert_string_equal(quote("a@b:c_1.2,3+4=5%-", quoted), "a@b:c_1.2,3+4=5%-");
}

/* The shell itself is asked what it makes of it. */
static void keeps_every_word_one_word(void **state)
{
	static const char *const words[] = { "", "a b", "it's", "'", "''", "$(id)", "`id`", "a;b",
		"a\\b", "\"", "a&b", "*", "~", "#", "a\tb", "\xc3\xa4", "!x", "-n" };
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char quoted[QUOTED_BYTES], command[QUOTED_BYTES + 64], line[256];
		(void)snprintf(
			command, sizeof command, "printf '<%%s>' %s", quote(words[i], quoted));
		FILE *shell =
			popen(command, "r"); /* NOLINT(cert-env33-c): a shell is what is asked */
		assert_non_null(shell);
		size_t n = fread(line, 1, sizeof line - 1, shell);
		line[n] = '\0';
		assert_int_equal(pclose(shell), 0);
		assert_int_equal(n, strlen(words[i]) + 2);
		assert_memory_equal(line + 1, words[i], strlen(words[i]));
	}
}

static void does_nothing_by_half_a_word(void **state)
{
	(void)state;
	char quoted[QUOTED_BYTES], word[2 * QUOTED_BYTES];
	memset(word, '\'', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	assert_string_equal(quote(word, quoted), "NAME");
	memset(word, 'x', sizeof word - 1);
	assert_string_equal(quote(word, quoted), "NAME");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_plain_words_alone),
		cmocka_unit_test(keeps_every_word_one_word),
		cmocka_unit_test(does_nothing_by_half_a_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
