/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scratch.h"

#include "support/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void scratch_init(struct scratch *scratch)
{
	const char *below = getenv("TMPDIR");
	(void)snprintf(scratch->path, sizeof scratch->path, "%s/knead-test-XXXXXX",
		below && *below ? below : "/tmp");
	assert_non_null(mkdtemp(scratch->path));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void scratch_done(struct scratch *scratch)
{
	(void)nftw(scratch->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *scratch_path(const struct scratch *scratch, const char *name, char ret[SCRATCH_PATH_BYTES])
{
	(void)snprintf(ret, SCRATCH_PATH_BYTES, "%s/%s", scratch->path, name);
	return ret;
}

static void make_parents(char *path, size_t from)
{
	for (char *slash = path + from; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
}

void scratch_folder(const struct scratch *scratch, const char *name)
{
	char path[SCRATCH_PATH_BYTES];
	make_parents(scratch_path(scratch, name, path), strlen(scratch->path));
	assert_int_equal(mkdir(path, 0755), 0);
}

void scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	char path[SCRATCH_PATH_BYTES];
	make_parents(scratch_path(scratch, name, path), strlen(scratch->path));
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}
