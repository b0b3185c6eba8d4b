/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/source_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool source_is_watch(const struct waiting *source)
{
	return strncmp(source->name, "watch:", 6) == 0;
}

bool source_line_has(
	const struct source_line *line, size_t first, const char *name, const char *path)
{
	for (size_t i = first; i < line->n; i++) {
		const struct waiting *waiting = &line->list[i];
		if (!waiting->gone && strcmp(waiting->name, name) == 0 &&
			(!path || strcmp(waiting->path, path) == 0))
			return true;
	}
	return false;
}

int source_line_add(struct source_line *line, const struct runner_source *source)
{
	if (line->n == SOURCE_LINE_MAX)
		return -ENOBUFS;
	char *path = strdup(source->path);
	if (!path)
		return -ENOMEM;
	struct waiting *waiting = &line->list[line->n++];
	*waiting = (struct waiting) { .kind = source->kind,
		.path = path,
		.eject_first = source->eject_first,
		.interface = source->interface };
	(void)snprintf(waiting->name, sizeof waiting->name, "%s", source->name);
	(void)snprintf(waiting->title, sizeof waiting->title, "%s", source->title);
	return 0;
}

void source_line_forget(struct source_line *line, const char *name)
{
	for (size_t i = 0; i < line->n; i++)
		if (strcmp(line->list[i].name, name) == 0)
			line->list[i].gone = true;
}

void source_line_leave(struct source_line *line)
{
	free(line->list[0].path);
	line->n--;
	memmove(&line->list[0], &line->list[1], line->n * sizeof line->list[0]);
}

void source_line_done(struct source_line *line)
{
	while (line->n)
		source_line_leave(line);
}
