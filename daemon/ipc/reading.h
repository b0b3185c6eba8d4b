/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* How far the daemon is with a watch, for whoever looks: one small file in the state directory, replaced as a
 * whole while a watch is read and left as it was at the end. It says something about the present only while
 * kneadd runs (store_find_daemon()). */

#include <jansson.h>
#include <stdint.h>

#define READING_FILE "reading.json" /* in the state directory */

enum reading_phase {
	READING_LOOKING,  /* what is new is not known yet */
	READING_FETCHING, /* the new files come in */
	READING_STORING,  /* all is in, the watch was let go of: it can be unplugged */
	READING_DONE,
	READING_PHASE_COUNT,
};

struct reading {
	enum reading_phase phase;
	int64_t number;  /* of the reading: one more for each */
	char source[64]; /* "watch:0000cbf0a1b2" */
	char name[96];   /* "Forerunner 965" */
	uint32_t wanted, got,
		refused; /* new files; how many of them are here, and cannot be taken */
	uint64_t wanted_bytes, got_bytes; /* got_bytes: with those of the refused ones */
	int64_t at_ms;
	int status;    /* DONE: 0; a negative errno: it broke off */
	char why[256]; /* a sentence; "" */
	json_t *result; /* owned; DONE: as `knead import --json` prints it; NULL: nothing was stored */
};

void reading_done(struct reading *reading);

/* Replaces the file. Returns 0; a negative errno. */
int reading_write(const char *state_dir, const struct reading *reading);

/* Returns 0; -ENOENT when there is none, or it is no such file; -ENOMEM. *ret is to be done with
 * reading_done(). */
int reading_read(const char *state_dir, struct reading *ret);
