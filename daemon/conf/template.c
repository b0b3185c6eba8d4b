/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/template.h"

#include "conf/items.h"

#include <string.h>

/* Each line of a text, behind a comment sign. */
static void comment(FILE *to, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		(void)fprintf(to, "# %.*s\n", (int)size, text);
		text += size + (text[size] == '\n');
	}
}

static void item(FILE *to, const struct section_type *section, const struct item *item)
{
	(void)fputc('\n', to);
	comment(to, item->help);
	const char *text = item->example ? item->example : item->fallback;
	bool other = item->example && *item->fallback;
	(void)fprintf(to, "# Takes %s.%s%s%s\n", item->range, other ? " Default: " : "",
		other ? item->fallback : "", other ? "." : "");
	(void)fprintf(
		to, "%s%s = %s\n", section->shipped && item->shipped ? "" : "#", item->key, text);
}

void template_write(FILE *to)
{
	(void)fputs("# SPDX-License-Identifier: GPL-3.0-or-later\n", to);
	comment(to,
		"Settings of Knead. Everything has a default; lines without a # in front are in "
		"force. Afterwards\n\"knead config check\" tells what is wrong, and "
		"\"knead config show\" what holds and from where.\nFiles in kneadd.conf.d "
		"whose names end in .conf are read after this one, and win.");
	for (int id = 0; id < SECTION_COUNT; id++) {
		const struct section_type *section = &section_types[id];
		(void)fputc('\n', to);
		(void)fputc('\n', to);
		comment(to, section->heading);
		(void)fprintf(to, "%s[%s%s%s]\n", section->shipped ? "" : "#", section->name,
			section->title ? " " : "", section->title ? section->title : "");
		for (size_t i = 0; i < items_n; i++)
			if (items[i].section == (enum section_id)id)
				item(to, section, &items[i]);
	}
}
