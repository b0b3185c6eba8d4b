/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kneadd-fetch: takes files from one folder into the spool, on behalf of the daemon, which must never wait
 * for a slow disk. Descriptor 3 is the channel. It only reads the source.
 *
 *   kneadd-fetch SOURCE-NAME FOLDER STATE-DIRECTORY */
#include "conf/devices.h"
#include "import/tree.h"
#include "ipc/fetch_wire.h"
#include "store/spool.h"

#include "base/cleanup.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define CHANNEL_FD 3

struct fetch {
	const char *source, *state_dir;
};

static int say(const struct fetch_packet *packet)
{
	uint8_t raw[FETCH_PACKET_MAX_BYTES];
	size_t size = fetch_packet_put(packet, raw);
	return send(CHANNEL_FD, raw, size, MSG_NOSIGNAL) == (ssize_t)size ? 0 : -EPIPE;
}

static void describe(struct fetch_packet *packet, const char *path, int64_t size, int64_t mtime_ns)
{
	(void)snprintf(packet->path, sizeof packet->path, "%s", path);
	packet->size_bytes = size;
	packet->mtime_ns = mtime_ns;
}

static bool on_known(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	(void)userdata;
	struct fetch_packet packet = { .type = FETCH_ASK };
	describe(&packet, path, size_bytes, mtime_ns);
	char answer = FETCH_STOP;
	if (say(&packet) < 0 || recv(CHANNEL_FD, &answer, 1, 0) != 1)
		return true;
	return answer != FETCH_TAKE;
}

static const char *sentence(int error)
{
	switch (error) {
	case -ENODATA:
		return "shorter than the folder says: it is still being written, or was cut";
	case -EFBIG:
		return "larger than 32 MiB, which no watch's file is";
	default:
		return "cannot be read";
	}
}

static int on_file(const struct tree_file *file, void *userdata)
{
	const struct fetch *fetch = userdata;
	struct fetch_packet packet = { .type = FETCH_REFUSED };
	describe(&packet, file->path, file->size_bytes, file->mtime_ns);
	const char *why = file->why;
	if (!why) {
		struct spool_origin origin = {
			.size_bytes = file->size_bytes, .mtime_ns = file->mtime_ns, .serial = -1
		};
		(void)snprintf(origin.source, sizeof origin.source, "%s", fetch->source);
		(void)snprintf(origin.path, sizeof origin.path, "%s", file->path);
		int r = spool_take(fetch->state_dir, file->fd, &origin, packet.hash);
		/* of the spool, not this file's fault: the daemon tries all again later */
		if (r == -ENOSPC || r == -EDQUOT || r == -EROFS || r == -EACCES)
			return r;
		if (r == 0)
			packet.type = FETCH_GOT;
		else
			why = sentence(r);
	}
	if (why)
		(void)snprintf(packet.why, sizeof packet.why, "%s", why);
	return say(&packet);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		(void)fputs("usage: kneadd-fetch SOURCE-NAME FOLDER STATE-DIRECTORY\n", stderr);
		return 2;
	}
	/* never outlives the daemon; no core with a runner's files in it */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	struct fetch fetch = { .source = argv[1], .state_dir = argv[3] };
	CLEANUP(devices_freep) struct devices *devices = NULL;
	struct fetch_packet end = { .type = FETCH_END };
	end.status = devices_load(&devices, NULL);
	struct tree_callbacks callbacks = {
		.on_known = on_known, .on_file = on_file, .userdata = &fetch
	};
	if (end.status == 0)
		end.status = tree_walk(argv[2], devices, &callbacks);
	return say(&end) == 0 ? 0 : 1;
}
