/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The fetcher's end of the channel to the daemon, which is descriptor 3. */

#include "ipc/fetch_wire.h"

#include <stdbool.h>

struct fetch_channel {
	int fd;
	const char *source, *state_dir;
};

/* Returns 0; -EPIPE when nobody listens any more. */
int fetch_say(const struct fetch_channel *channel, const struct fetch_packet *packet);

void fetch_describe(struct fetch_packet *packet, const char *path, int64_t size, int64_t mtime_ns);

/* Asks whether a file is wanted. Returns 1, 0, or -ECANCELED when the daemon wants no more or is gone. */
int fetch_ask(
	const struct fetch_channel *channel, const char *path, int64_t size, int64_t mtime_ns);

/* Puts a file into the spool. Returns 0; the errors of spool_take(), for which fetch_why() has a sentence. */
int fetch_take(const struct fetch_channel *channel, int fd, struct fetch_packet *packet);
const char *fetch_why(int error);

/* The spool cannot be written, which no file is to blame for. */
bool fetch_is_of_spool(int error);

/* Puts a file into the spool and says what became of it: GOT or REFUSED. Returns 0; -EPIPE; -ENOSPC, -EDQUOT,
 * -EROFS or -EACCES when the spool cannot be written, which no file is to blame for: nothing is said. */
int fetch_hand_over(const struct fetch_channel *channel, int fd, const char *path, int64_t size,
	int64_t mtime_ns);

/* Says REFUSED. Returns 0; -EPIPE. */
int fetch_refuse(const struct fetch_channel *channel, const char *path, int64_t size,
	int64_t mtime_ns, const char *why);
