/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manual/manual.h"

#include "cli/verb_table.h"
#include "conf/items.h"
#include "kneadd/options.h"

#include <ctype.h>
#include <string.h>

/* Text as troff takes it for text: no requests, a minus that stays a minus. Lines parted by \n become one. */
static void text(FILE *to, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (at == text && (*at == '.' || *at == '\''))
			(void)fputs("\\&", to);
		if (*at == '\\')
			(void)fputs("\\e", to);
		else if (*at == '-')
			(void)fputs("\\-", to);
		else if (*at == '\n')
			(void)fputc(' ', to);
		else
			(void)fputc(*at, to);
	}
}

/* "N [REGION...]": words in capitals are what the reader puts in, and stand in italics. */
static void arguments(FILE *to, const char *words)
{
	bool italic = false;
	for (const char *at = words; *at; at++) {
		bool capital = isupper((unsigned char)*at);
		if (capital != italic)
			(void)fputs(capital ? "\\fI" : "\\fR", to);
		italic = capital;
		(void)fputs(*at == '-' ? "\\-" : (char[]) { *at, '\0' }, to);
	}
	if (italic)
		(void)fputs("\\fR", to);
}

static void option(FILE *to, const char *name, const char *value, const char *help)
{
	(void)fputs(".TP\n\\fB\\-\\-", to);
	text(to, name);
	(void)fputs("\\fR", to);
	if (value) {
		(void)fputc(' ', to);
		arguments(to, value);
	}
	(void)fputc('\n', to);
	text(to, help);
	(void)fputs(".\n", to);
}

void roff_verbs(FILE *to)
{
	for (size_t i = 0; i < cli_verbs_n; i++) {
		const struct verb *verb = &cli_verbs[i];
		(void)fprintf(to, ".TP\n\\fBknead %s\\fR", verb->name);
		if (*verb->arguments) {
			(void)fputc(' ', to);
			arguments(to, verb->arguments);
		}
		(void)fputc('\n', to);
		text(to, verb->help);
		(void)fputs(".\n", to);
		if (!verb->options[0].name)
			continue;
		(void)fputs(".RS\n", to);
		for (size_t j = 0; j < CLI_OPTIONS_MAX && verb->options[j].name; j++)
			option(to, verb->options[j].name, verb->options[j].value,
				verb->options[j].help);
		(void)fputs(".RE\n", to);
	}
}

void roff_common_options(FILE *to)
{
	for (size_t i = 0; i < CLI_COMMON_COUNT; i++)
		option(to, cli_common[i].option.name, cli_common[i].option.value,
			cli_common[i].option.help);
}

void roff_daemon_options(FILE *to)
{
	for (size_t i = 0; i < kneadd_options_n; i++)
		option(to, kneadd_options[i].name, kneadd_options[i].value, kneadd_options[i].help);
}

static void setting(FILE *to, const struct item *item)
{
	(void)fprintf(to, ".TP\n\\fB%s\\fR\n", item->key);
	/* lines that name a choice each stay lines */
	for (const char *at = item->help; *at;) {
		size_t size = strcspn(at, "\n");
		char line[512];
		(void)snprintf(line, sizeof line, "%.*s", (int)size, at);
		text(to, line);
		at += size;
		(void)fputs(*at ? "\n.br\n" : "\n", to);
		at += *at == '\n';
	}
	(void)fputs(".br\nTakes ", to);
	text(to, item->range);
	(void)fputs(".\n", to);
	if (item->type->dated)
		(void)fputs("May be repeated with different dates.\n", to);
	if (*item->fallback) {
		(void)fputs("Default: \\fB", to);
		text(to, item->fallback);
		(void)fputs("\\fR.\n", to);
	}
	if (item->example) {
		(void)fputs("Example: \\fB", to);
		text(to, item->example);
		(void)fputs("\\fR\n", to);
	}
}

void roff_settings(FILE *to)
{
	for (int id = 0; id < SECTION_COUNT; id++) {
		const struct section_type *section = &section_types[id];
		(void)fprintf(to, ".SS [%s%s]\n", section->name,
			section->naming == NAMING_NEEDED ? " \\fINAME\\fB" : "");
		text(to, section->heading);
		(void)fputc('\n', to);
		for (size_t i = 0; i < items_n; i++)
			if (items[i].section == (enum section_id)id)
				setting(to, &items[i]);
	}
}
