/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/memory.h"

#include "base/cleanup.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct mapping {
	uintptr_t start, end;
	bool droppable; /* a file's, read-only */
};

/* "start-end r-xp offset device inode   /path" */
static bool read_head(const char *line, struct mapping *ret)
{
	char *at = NULL;
	uintptr_t start = strtoul(line, &at, 16);
	if (at == line || *at != '-')
		return false;
	uintptr_t end = strtoul(at + 1, &at, 16);
	*ret = (struct mapping) { .start = start, .end = end };
	ret->droppable = (strncmp(at, " r-xp ", 6) == 0 || strncmp(at, " r--p ", 6) == 0) &&
			 strchr(line, '/') && end > start;
	return true;
}

/* A read-only mapping of a file of which no page was ever changed ("Anonymous: 0 kB") can be dropped: it is
 * read from the file again when it is needed. In any other, relocated pages would be lost. */
void memory_settle(void)
{
	(void)malloc_trim(0);
	AUTO_FCLOSE FILE *maps = fopen("/proc/self/smaps", "re");
	struct mapping mapping = { 0 };
	char line[512];
	while (maps && fgets(line, sizeof line, maps)) {
		if (read_head(line, &mapping) || !mapping.droppable)
			continue;
		if (strncmp(line, "Anonymous:", 10) == 0 && strtoul(line + 10, NULL, 10) == 0)
			(void)madvise(
				(void *)mapping.start, mapping.end - mapping.start, MADV_DONTNEED);
	}
}
