/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A folder for one test, made below $TMPDIR and removed with all that is in it. */

#include <stddef.h>

#define SCRATCH_PATH_BYTES 512u

struct scratch {
	char path[128];
};

/* Fails the test when the folder cannot be made. */
void scratch_init(struct scratch *scratch);
void scratch_done(struct scratch *scratch);

/* "SCRATCH/NAME". Returns ret. */
char *scratch_path(const struct scratch *scratch, const char *name, char ret[SCRATCH_PATH_BYTES]);

/* Writes a file, with the folders it needs. */
void scratch_write(const struct scratch *scratch, const char *name, const char *text);
void scratch_folder(const struct scratch *scratch, const char *name);
