/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A running kneadd-fetch: one source that shows its files and puts the wanted ones into the spool. */

#include "ipc/fetch_wire.h"
#include "ipc/place_wire.h"

#include <stdbool.h>

struct fetch;

/* Where kneadd-fetch is, as helper_find_parse(). */
int fetch_find(char **ret);

/* What is to be read. */
struct fetch_source {
	const char
		*name; /* under which files are remembered: "folder:sync", "watch:0000cbf0a1b2" */
	const char *folder; /* a folder, or NULL: */
	const char *node;   /* a watch: "/dev/bus/usb/001/004" */
	int interface;      /* of it, the number of the one that speaks MTP; -1: not known */
	bool volume;        /* the folder shows a watch, and may be pulled */
};

/* Starts one. Returns 0; a negative errno. */
int fetch_spawn(const char *path, const struct fetch_source *source, const char *state_dir,
	struct fetch **ret);

/* Readable when a packet waits, and at the end. */
int fetch_fd(const struct fetch *fetch);

/* Takes one packet; never blocks. Returns 1 with a packet; 0 when none is there; -EPIPE when it ended
 * without END; -EBADMSG when it broke a rule. */
int fetch_receive(struct fetch *fetch, struct fetch_packet *ret);

/* Answers an ASK: FETCH_TAKE, FETCH_SKIP, FETCH_STOP. */
int fetch_answer(struct fetch *fetch, char answer);

/* One that places originals in a folder, as it is asked to. Its end is as that of any other. */
int fetch_spawn_placer(
	const char *path, const char *folder, const char *state_dir, struct fetch **ret);
/* Returns 0; -EPIPE when it is gone. */
int fetch_place(struct fetch *fetch, const struct place_request *request);
/* Takes an answer; never blocks. Returns 1; 0 when none is there; -EPIPE when it ended; -EBADMSG. */
int fetch_placed(struct fetch *fetch, int *ret_status);

/* Ends it if it still runs, and frees. One that reads a watch is given a moment to end its session in good
 * order. Its end is not waited for, since one that a dying disk holds cannot even be killed: reap it with
 * fetch_reap() once the descriptor is readable.
 *
 * Returns the descriptor of the process, which is the caller's; -EBADF when there is nothing to reap. */
int fetch_leave(struct fetch *fetch);
void fetch_reap(int pid_fd);

/* The same where there is no loop any more: waits a moment. Takes NULL; returns NULL. */
struct fetch *fetch_free(struct fetch *fetch);
