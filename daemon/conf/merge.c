/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/merge.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "conf/ini.h"
#include "conf/near.h"

#include <errno.h>
#include <string.h>

#define NOWHERE SIZE_MAX

struct merge {
	struct conf_origins *origins;
	struct problems *problems;
	const char *file_name;
	size_t file;
	bool known;           /* whether the section's type is known */
	enum section_id id;   /* its type */
	size_t section;       /* NOWHERE: its values are checked and left out */
	uint32_t runner_line; /* of this file's [runner]; 0: none yet */
};

static struct problem_place place(const struct merge *m, const struct ini_item *at)
{
	return (struct problem_place) { .file = m->file_name, .line = at->line };
}

/* "[webhook phone]" */
static const char *title(const char *type, const char *name, char ret[160])
{
	(void)snprintf(
		ret, 160, "[%.60s%s%.80s]", type, name && *name ? " " : "", name ? name : "");
	return ret;
}

static bool find_type(const char *name, enum section_id *ret)
{
	for (int i = 0; i < SECTION_COUNT; i++)
		if (strcmp(section_types[i].name, name) == 0) {
			*ret = (enum section_id)i;
			return true;
		}
	return false;
}

static void unknown_section(const struct merge *m, const struct ini_item *at)
{
	struct near near = { .word = at->name };
	for (int i = 0; i < SECTION_COUNT; i++)
		near_offer(&near, section_types[i].name);
	char shown[160];
	struct problem_place where = place(m, at);
	where.key = title(at->name, at->value, shown);
	if (near.best)
		problems_add(m->problems, PROBLEM_WARNING, &where,
			"unknown section, left out; did you mean [%s]?", near.best);
	else
		problems_add(m->problems, PROBLEM_WARNING, &where, "unknown section, left out");
}

/* What is wrong with a section's NAME; NULL: nothing. */
static const char *bad_name(const struct section_type *type, const char *name)
{
	if (!name || !*name)
		return type->naming == NAMING_NEEDED
			       ? type->name[0] == 'w' ? "needs a name, as in [webhook phone]"
						      : "needs a name, as in [folder sync]"
			       : NULL;
	if (type->naming == NAMING_NONE)
		return "has no name; write [store]";
	size_t size = strlen(name);
	if (type->naming == NAMING_NEEDED) {
		size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
		return good == size && size <= CONF_NAME_MAX
			       ? NULL
			       : "the name must be 1 to 32 of a-z, 0-9, _ and -";
	}
	char clean[CONF_RUNNER_MAX + 1];
	return size <= CONF_RUNNER_MAX && utf8_clean(name, size, clean, sizeof clean) == size &&
			       memcmp(clean, name, size) == 0
		       ? NULL
		       : "the name must be at most 64 bytes of UTF-8";
}

/* One runner for now: the same one may stand in several files, but once in each. */
static void runner_section(struct merge *m, const struct ini_item *at)
{
	size_t index = 0; /* the one that is always there */
	struct conf_section *runner = &m->origins->sections[index];
	const char *name = at->value ? at->value : "";
	bool other = *name && *runner->name && strcmp(name, runner->name) != 0;
	if (m->runner_line || other) {
		const char *file =
			m->runner_line ? m->file_name : origins_file(m->origins, runner->file);
		char shown[160];
		struct problem_place where = place(m, at);
		where.key = title(at->name, at->value, shown);
		problems_add(m->problems, PROBLEM_ERROR, &where,
			"a second runner; there can be only one for now, and it stands in %s:%u",
			file, m->runner_line ? m->runner_line : runner->line);
		return;
	}
	m->runner_line = at->line;
	m->section = index;
	if (runner->file == NO_FILE) {
		runner->file = m->file;
		runner->line = at->line;
	}
	if (*name)
		(void)snprintf(runner->name, sizeof runner->name, "%s", name);
}

static int other_section(struct merge *m, const struct ini_item *at)
{
	const char *name = at->value ? at->value : "";
	size_t found = origins_find_section(m->origins, m->id, name);
	if (found != SIZE_MAX) {
		m->section = found;
		return 0;
	}
	if (origins_count_sections(m->origins, m->id) == CONF_SECTIONS_MAX) {
		char shown[160];
		struct problem_place where = place(m, at);
		where.key = title(at->name, at->value, shown);
		problems_add(m->problems, PROBLEM_ERROR, &where,
			"too many sections [%s ...]; there can be %u", at->name, CONF_SECTIONS_MAX);
		return 0;
	}
	struct conf_section section = { .id = m->id, .file = m->file, .line = at->line };
	(void)snprintf(section.name, sizeof section.name, "%s", name);
	return origins_add_section(m->origins, &section, &m->section);
}

static int on_section(struct merge *m, const struct ini_item *at)
{
	m->section = NOWHERE;
	m->known = find_type(at->name, &m->id);
	if (!m->known) {
		unknown_section(m, at);
		return 0;
	}
	const char *why = bad_name(&section_types[m->id], at->value);
	if (why) {
		char shown[160];
		struct problem_place where = place(m, at);
		where.key = title(at->name, at->value, shown);
		problems_add(m->problems, PROBLEM_ERROR, &where, "%s", why);
		return 0;
	}
	if (m->id == SECTION_RUNNER) {
		runner_section(m, at);
		return 0;
	}
	return other_section(m, at);
}

/* The value is not shown: it may be a secret under a mistyped key. */
static void unknown_key(const struct merge *m, const struct ini_item *at)
{
	struct near near = { .word = at->name };
	for (size_t i = 0; i < items_n; i++)
		if (items[i].section == m->id)
			near_offer(&near, items[i].key);
	struct problem_place where = place(m, at);
	where.key = at->name;
	const char *section = section_types[m->id].name;
	if (near.best) {
		problems_add(m->problems, PROBLEM_WARNING, &where,
			"unknown key in [%s], left out; did you mean %s?", section, near.best);
		return;
	}
	for (int i = 0; i < SECTION_COUNT; i++)
		if (item_find((enum section_id)i, at->name)) {
			problems_add(m->problems, PROBLEM_WARNING, &where,
				"unknown key in [%s], left out; it belongs into [%s]", section,
				section_types[i].name);
			return;
		}
	problems_add(
		m->problems, PROBLEM_WARNING, &where, "unknown key in [%s], left out", section);
}

static void refuse(struct merge *m, const struct ini_item *at, const struct item *item,
	const char *format, const char *why, uint32_t line)
{
	char masked[CONF_MASKED_BYTES];
	struct problem_place where = place(m, at);
	where.key = at->name;
	where.value = item->mask ? item->mask(at->value, masked) : at->value;
	if (line)
		problems_add(m->problems, PROBLEM_ERROR, &where,
			"given twice; the first is in line %u", line);
	else
		problems_add(m->problems, PROBLEM_ERROR, &where, "%s%s", format, why);
	if (m->section != NOWHERE)
		m->origins->sections[m->section].faulty = true;
}

static int on_value(struct merge *m, const struct ini_item *at)
{
	if (!m->known) /* the section was named */
		return 0;
	const struct item *item = item_find(m->id, at->name);
	if (!item) {
		unknown_key(m, at);
		return 0;
	}
	if (!*at->value) { /* as systemd has it: back to the default */
		if (m->section != NOWHERE)
			origins_reset(m->origins, m->section, item);
		return 0;
	}
	struct setting setting = { .text = at->value, .from_day = PROFILE_ALWAYS };
	const char *why = NULL;
	if (item->type->read(item, &setting, &why) < 0) {
		refuse(m, at, item, why ? "" : "must be ", why ? why : item->range, 0);
		return 0;
	}
	if (m->section == NOWHERE)
		return 0;
	const struct conf_assignment *old =
		origins_find(m->origins, m->section, item, setting.from_day);
	if (old && old->file == m->file) {
		refuse(m, at, item, "", "", old->line);
		return 0;
	}
	return origins_set(m->origins, &(struct conf_assignment) {
					       .section = m->section,
					       .item = item,
					       .text = (char *)at->value,
					       .number = setting.number,
					       .from_day = setting.from_day,
					       .file = m->file,
					       .line = at->line,
				       });
}

static int on_item(struct merge *m, const struct ini_item *at)
{
	struct problem_place where = place(m, at);
	switch (at->kind) {
	case INI_SECTION:
		return on_section(m, at);
	case INI_VALUE:
		return on_value(m, at);
	case INI_FAULT:
		where.key = at->value;
		problems_add(m->problems, PROBLEM_ERROR, &where, "%s", at->name);
		return 0;
	}
	return 0;
}

int merge_text(struct conf_origins *origins, const char *file, const char *text, size_t size,
	struct problems *problems)
{
	struct merge m = {
		.origins = origins, .problems = problems, .file_name = file, .section = NOWHERE
	};
	int r = origins_add_file(origins, file, &m.file);
	if (r < 0)
		return r;
	CLEANUP(ini_done) struct ini ini = { 0 };
	r = ini_parse(text, size, &ini);
	if (r == -EFBIG) {
		problems_add(problems, PROBLEM_ERROR, &(struct problem_place) { .file = file },
			"is larger than 1 MiB");
		return 0;
	}
	for (size_t i = 0; r == 0 && i < ini.n; i++)
		r = on_item(&m, &ini.items[i]);
	return r;
}
