/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/scrub.h"

#include "base/cleanup.h"
#include "cli/say.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_BYTES 3u

void scrub_done(struct scrub *scrub)
{
	for (size_t i = 0; i < scrub->n; i++)
		free(scrub->words[i].from);
	*scrub = (struct scrub) { 0 };
}

void scrub_word(struct scrub *scrub, const char *from, const char *to)
{
	size_t size = from ? strlen(from) : 0, at = scrub->n;
	char *copy = size >= LEAST_BYTES && scrub->n < SCRUB_WORDS_MAX ? strdup(from) : NULL;
	if (!copy)
		return;
	while (at && strlen(scrub->words[at - 1].from) < size) {
		scrub->words[at] = scrub->words[at - 1];
		at--;
	}
	scrub->words[at].from = copy;
	scrub->words[at].to = to;
	scrub->n++;
}

void scrub_print(const struct scrub *scrub, const char *text)
{
	AUTO_FREE char *rest = NULL;
	while (*text) {
		size_t word = 0, plain = 0;
		while (word < scrub->n && strncmp(text, scrub->words[word].from,
						  strlen(scrub->words[word].from)) != 0)
			word++;
		if (word < scrub->n) {
			cli_print_clean(scrub->words[word].to);
			text += strlen(scrub->words[word].from);
			continue;
		}
		/* a whole character, so that cleaning sees one */
		do
			plain++;
		while (((unsigned char)text[plain] & 0xc0) == 0x80);
		free(rest);
		rest = strndup(text, plain);
		cli_print_clean(rest ? rest : "");
		text += plain;
	}
}
