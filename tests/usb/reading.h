/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One reading of the simulated watch by the real kneadd-fetch, with a test in the daemon's place. */

#include "usb/watch.h"

#define READING_FILES_MAX 1100u

struct reading_world {
	char folder[256];                   /* holds storage/ and state/ */
	const char *fetch;                  /* the program */
	char names[READING_FILES_MAX][128]; /* below the storage */
	unsigned taken[READING_FILES_MAX];  /* how often each came in, in all readings */
	size_t n;
};

struct reading {
	int status; /* of END */
	bool ended; /* END came */
	bool alive; /* it had to be killed */
	int exit_status;
	unsigned asked, got, refused, wrong; /* wrong: bytes that are not the file's */
	char why[160];
};

/* Makes the folders below parent. Returns false when that fails. */
bool reading_world_make(struct reading_world *world, const char *parent, const char *fetch);
void reading_world_remove(const struct reading_world *world);

/* A file that passes for FIT: header, `size` bytes in all that depend on seed, and its checksum. */
bool reading_world_add(struct reading_world *world, const char *name, size_t size, unsigned seed);

/* Runs kneadd-fetch on the watch that is plugged in; files that came in before are not wanted again. */
bool reading_run(
	struct reading_world *world, struct watch *watch, unsigned timeout_ms, struct reading *ret);

/* All files came in, each once. */
bool reading_world_is_whole(const struct reading_world *world);
