/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-manual: fills a template from the tables of the code. Runs while Knead is built; never installed. */
#include "manual/manual.h"

#include "base/cleanup.h"

#include <stdlib.h>
#include <string.h>

static const struct placeholder {
	const char *name;
	void (*write)(FILE *to);
} placeholders[] = {
	{ "@VERBS@", roff_verbs },
	{ "@OPTIONS@", roff_common_options },
	{ "@DAEMON-OPTIONS@", roff_daemon_options },
	{ "@SETTINGS@", roff_settings },
	{ "@VERB-WORDS@", completion_verbs },
	{ "@COMMON-OPTIONS@", completion_common },
	{ "@VERB-OPTIONS@", completion_options },
	{ "@VALUE-OPTIONS@", completion_values },
	{ "@ARGUMENTS@", completion_words },
};

/* The first placeholder in the line; *ret_at is where it stands. NULL: none. */
static const struct placeholder *find_placeholder(const char *line, const char **ret_at)
{
	for (size_t i = 0; i < ARRAY_SIZE(placeholders); i++) {
		const char *at = strstr(line, placeholders[i].name);
		if (at) {
			*ret_at = at;
			return &placeholders[i];
		}
	}
	return NULL;
}

/* A placeholder that ends its line is whole lines; the line's end is its own. */
static void fill_line(const char *line, FILE *to)
{
	const char *at = NULL;
	const struct placeholder *placeholder = find_placeholder(line, &at);
	const char *version = strstr(line, "@VERSION@");
	if (placeholder) {
		(void)fprintf(to, "%.*s", (int)(at - line), line);
		placeholder->write(to);
		const char *rest = at + strlen(placeholder->name);
		if (at != line || *rest != '\n')
			(void)fputs(rest, to);
	} else if (version) {
		(void)fprintf(to, "%.*s%s%s", (int)(version - line), line, KNEAD_VERSION,
			version + strlen("@VERSION@"));
	} else {
		(void)fputs(line, to);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		(void)fputs("usage: knead-manual TEMPLATE OUTPUT\n", stderr);
		return 2;
	}
	AUTO_FCLOSE FILE *from = fopen(argv[1], "re");
	FILE *to = fopen(argv[2], "we");
	if (!from || !to) {
		perror(from ? argv[2] : argv[1]);
		if (to)
			(void)fclose(to);
		return 1;
	}
	AUTO_FREE char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, from) > 0)
		fill_line(line, to);
	if (fclose(to) != 0) {
		perror(argv[2]);
		return 1;
	}
	return 0;
}
