/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_channel.h"

#include "store/spool.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

int fetch_say(const struct fetch_channel *channel, const struct fetch_packet *packet)
{
	uint8_t raw[FETCH_PACKET_MAX_BYTES];
	size_t size = fetch_packet_put(packet, raw);
	return send(channel->fd, raw, size, MSG_NOSIGNAL) == (ssize_t)size ? 0 : -EPIPE;
}

void fetch_describe(struct fetch_packet *packet, const char *path, int64_t size, int64_t mtime_ns)
{
	(void)snprintf(packet->path, sizeof packet->path, "%s", path);
	packet->size_bytes = size;
	packet->mtime_ns = mtime_ns;
}

int fetch_ask(const struct fetch_channel *channel, const char *path, int64_t size, int64_t mtime_ns)
{
	struct fetch_packet packet = { .type = FETCH_ASK };
	fetch_describe(&packet, path, size, mtime_ns);
	char answer = FETCH_STOP;
	if (fetch_say(channel, &packet) < 0 || recv(channel->fd, &answer, 1, 0) != 1 ||
		answer == FETCH_STOP)
		return -ECANCELED;
	return answer == FETCH_TAKE;
}

const char *fetch_why(int error)
{
	switch (error) {
	case -ENODATA:
		return "shorter than the folder says: it is still being written, or was cut";
	case -EIO:
		return "cannot be read: input/output error";
	case -EFBIG:
		return "larger than 32 MiB, which no watch's file is";
	default:
		return "cannot be read";
	}
}

int fetch_refuse(const struct fetch_channel *channel, const char *path, int64_t size,
	int64_t mtime_ns, const char *why)
{
	struct fetch_packet packet = { .type = FETCH_REFUSED };
	fetch_describe(&packet, path, size, mtime_ns);
	(void)snprintf(packet.why, sizeof packet.why, "%s", why);
	return fetch_say(channel, &packet);
}

bool fetch_is_of_spool(int error)
{
	return error == -ENOSPC || error == -EDQUOT || error == -EROFS || error == -EACCES;
}

int fetch_take(const struct fetch_channel *channel, int fd, struct fetch_packet *packet)
{
	struct spool_origin origin = {
		.size_bytes = packet->size_bytes, .mtime_ns = packet->mtime_ns, .serial = -1
	};
	(void)snprintf(origin.source, sizeof origin.source, "%s", channel->source);
	(void)snprintf(origin.path, sizeof origin.path, "%s", packet->path);
	return spool_take(channel->state_dir, fd, &origin, packet->hash);
}

int fetch_hand_over(const struct fetch_channel *channel, int fd, const char *path, int64_t size,
	int64_t mtime_ns)
{
	struct fetch_packet packet = { .type = FETCH_GOT };
	fetch_describe(&packet, path, size, mtime_ns);
	int r = fetch_take(channel, fd, &packet);
	if (fetch_is_of_spool(r))
		return r; /* not this file's fault: the daemon tries all again later */
	return r < 0 ? fetch_refuse(channel, path, size, mtime_ns, fetch_why(r))
		     : fetch_say(channel, &packet);
}
