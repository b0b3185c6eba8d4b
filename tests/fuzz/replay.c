/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over files, and over the files below folders, in place of libFuzzer. */
#include "fuzz/fuzz_target.h"

#include "base/cleanup.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SKIPPED 77
#define OPEN_FOLDERS 16

static int replay(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type != FTW_F)
		return 0;
	AUTO_FCLOSE FILE *file = fopen(path, "rbe");
	size_t size = (size_t)st->st_size;
	/* of exactly its size, so that a read behind the end is seen */
	AUTO_FREE uint8_t *data = malloc(size ? size : 1);
	if (!file || !data || fread(data, 1, size, file) != size) {
		(void)fprintf(stderr, "%s: cannot be read\n", path);
		return 1;
	}
	(void)LLVMFuzzerTestOneInput(data, size);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int r = nftw(argv[i], replay, OPEN_FOLDERS, FTW_PHYS);
		if (r == 0)
			continue;
		if (r < 0 && errno == ENOENT) {
			(void)printf("no %s: skipped\n", argv[i]);
			return SKIPPED;
		}
		return 1;
	}
	return 0;
}
