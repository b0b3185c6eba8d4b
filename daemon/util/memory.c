/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/memory.h"

#include "base/cleanup.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* "start-end r-xp offset device inode   /path": text of a file, which nothing can have written to. Only
 * such a mapping may be dropped: in any other a changed page would be lost. */
static void drop_if_text(const char *line)
{
	char *at = NULL;
	uintptr_t start = strtoul(line, &at, 16);
	if (*at != '-')
		return;
	uintptr_t end = strtoul(at + 1, &at, 16);
	if (strncmp(at, " r-xp ", 6) != 0 || !strchr(line, '/') || end <= start)
		return;
	(void)madvise((void *)start, end - start, MADV_DONTNEED);
}

void memory_settle(void)
{
	(void)malloc_trim(0);
	AUTO_FCLOSE FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	while (maps && fgets(line, sizeof line, maps))
		drop_if_text(line);
}
