/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manual/manual.h"

#include "base/cleanup.h"
#include "cli/verb_table.h"
#include "metrics/numbers.h"
#include "strain/strain.h"

#include <ctype.h>
#include <string.h>

void completion_verbs(FILE *to)
{
	for (size_t i = 0; i < cli_verbs_n; i++)
		(void)fprintf(to, "%s%s", i ? " " : "", cli_verbs[i].name);
}

void completion_options(FILE *to)
{
	for (size_t i = 0; i < cli_verbs_n; i++) {
		const struct verb *verb = &cli_verbs[i];
		if (!verb->options[0].name)
			continue;
		(void)fprintf(to, "\t%s) words=\"", verb->name);
		for (size_t j = 0; j < CLI_OPTIONS_MAX && verb->options[j].name; j++)
			(void)fprintf(to, "%s--%s", j ? " " : "", verb->options[j].name);
		(void)fputs("\" ;;\n", to);
	}
}

void completion_common(FILE *to)
{
	for (size_t i = 0; i < CLI_COMMON_COUNT; i++)
		(void)fprintf(to, "%s--%s", i ? " " : "", cli_common[i].option.name);
}

static void value_option(FILE *to, const struct cli_option *option, bool *is_first)
{
	if (!option->value)
		return;
	(void)fprintf(to, "%s--%s", *is_first ? "" : "|", option->name);
	*is_first = false;
}

void completion_values(FILE *to)
{
	bool is_first = true;
	for (size_t i = 0; i < CLI_COMMON_COUNT; i++)
		value_option(to, &cli_common[i].option, &is_first);
	for (size_t i = 0; i < cli_verbs_n; i++)
		for (size_t j = 0; j < CLI_OPTIONS_MAX && cli_verbs[i].options[j].name; j++)
			value_option(to, &cli_verbs[i].options[j], &is_first);
}

static bool is_word(const char *word, size_t n, const char *wanted)
{
	return n == strlen(wanted) && strncmp(word, wanted, n) == 0;
}

static void names(FILE *to, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)fprintf(to, "%s ", list[i]);
}

/* One of "injury|illness", "FILE", "REGION": what can be offered for it. */
static void alternative(FILE *to, const char *word, size_t n)
{
	if (is_word(word, n, "FILE") || is_word(word, n, "PATH"))
		(void)fputs("@files ", to);
	else if (is_word(word, n, "DIR"))
		(void)fputs("@folders ", to);
	else if (is_word(word, n, "INDICATION"))
		names(to, indication_names, INDICATION_COUNT);
	else if (is_word(word, n, "REGION"))
		names(to, region_names, REGION_COUNT);
	else if (n && islower((unsigned char)*word))
		(void)fprintf(to, "%.*s ", (int)n, word);
}

/* "N [REGION...]": one branch for each place; dots hold for all that follow. */
static void words_of(FILE *to, const struct verb *verb)
{
	unsigned place = 0;
	for (const char *at = verb->arguments; *at;) {
		size_t size = strcspn(at, " ");
		place++;
		bool repeats = memmem(at, size, "...", 3) != NULL;
		if (repeats && place == 1)
			(void)fprintf(to, "\t%s:*) words=\"", verb->name);
		else if (repeats)
			(void)fprintf(to, "\t%s:[!1]*) words=\"", verb->name);
		else
			(void)fprintf(to, "\t%s:%u) words=\"", verb->name, place);
		for (const char *word = at; word < at + size;) {
			word += strspn(word, "[|");
			size_t n = strcspn(word, "|] .");
			alternative(to, word, n);
			word += n + strspn(word + n, "|].");
		}
		(void)fputs("\" ;;\n", to);
		at += size;
		at += strspn(at, " ");
	}
}

void completion_words(FILE *to)
{
	for (size_t i = 0; i < cli_verbs_n; i++)
		words_of(to, &cli_verbs[i]);
}
