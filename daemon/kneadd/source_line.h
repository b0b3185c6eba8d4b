/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The sources that wait to be read, in the order in which they became ready. The first one is under way, once somebody
 * has begun with it. */

#include <stdbool.h>
#include <stddef.h>

#define SOURCE_LINE_MAX 64u
#define SOURCE_NAME_BYTES 64u /* as struct spool_origin has it */
#define SOURCE_TITLE_BYTES 128u

enum source_kind {
	SOURCE_SPOOL,   /* only what an import that was killed left */
	SOURCE_ARCHIVE, /* originals that the store does not know; without a word */
	SOURCE_FOLDER,  /* path: the folder */
	SOURCE_WATCH,   /* path: its device node */
	SOURCE_VOLUME,  /* path: where a watch, or what may be one, is mounted */
};

struct runner_source {
	enum source_kind kind;
	const char *
		name; /* under which its files are remembered: "folder:sync", "watch:0000cbf0a1b2" */
	const char *path;
	const char *title; /* for people: "/home/x/sync", "Forerunner 965" */
	int interface; /* of SOURCE_WATCH: the number of the one that speaks MTP; -1: not known */
	bool eject_first; /* a volume that must be ejected before it is unplugged */
};

/* One in line. */
struct waiting {
	enum source_kind kind;
	bool gone; /* it left: nothing is to be read any more */
	bool eject_first;
	int interface; /* of a watch */
	char *path;    /* owned */
	char name[SOURCE_NAME_BYTES], title[SOURCE_TITLE_BYTES];
};

struct source_line {
	struct waiting list[SOURCE_LINE_MAX];
	size_t n;
};

/* A watch may also be read through the folder in which a desktop shows it. */
bool source_is_watch(const struct waiting *source);

/* Whether one of that name, and of that path unless it is NULL, waits at a place from `first` on and is not gone. */
bool source_line_has(
	const struct source_line *line, size_t first, const char *name, const char *path);

/* At the end. Returns 0; -ENOBUFS when the line is full; -ENOMEM. */
int source_line_add(struct source_line *line, const struct runner_source *source);

/* All of that name are gone. */
void source_line_forget(struct source_line *line, const char *name);

/* The first is done with; there is one. */
void source_line_leave(struct source_line *line);

/* Empty again. */
void source_line_done(struct source_line *line);
