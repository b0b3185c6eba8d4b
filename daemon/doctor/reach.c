/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/reach.h"

#include "base/cleanup.h"
#include "doctor/bounded.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#define NAME_MS 5000
#define PORT_MS 5000

struct place {
	const char *host;
	uint16_t port;
};

static int resolve(const struct place *place, struct addrinfo **ret)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	char service[8];
	(void)snprintf(service, sizeof service, "%u", place->port);
	return getaddrinfo(place->host, service, &hints, ret);
}

static int ask_name(const void *of)
{
	struct addrinfo *list = NULL;
	if (resolve(of, &list) != 0)
		return REACH_NO_NAME;
	freeaddrinfo(list);
	return REACH_YES;
}

static enum reach connect_to(const struct addrinfo *address)
{
	AUTO_CLOSE int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		address->ai_protocol);
	int error = 0;
	socklen_t size = sizeof error;
	if (fd < 0)
		return REACH_REFUSED;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return REACH_YES;
	if (errno != EINPROGRESS)
		return REACH_REFUSED;
	struct pollfd event = { .fd = fd, .events = POLLOUT };
	if (poll(&event, 1, PORT_MS) <= 0)
		return REACH_SILENT;
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	return error ? REACH_REFUSED : REACH_YES;
}

static int ask_port(const void *of)
{
	struct addrinfo *list = NULL;
	if (resolve(of, &list) != 0)
		return REACH_NO_NAME;
	enum reach reach = REACH_REFUSED;
	for (const struct addrinfo *at = list; at && reach != REACH_YES; at = at->ai_next)
		reach = connect_to(at);
	freeaddrinfo(list);
	return (int)reach;
}

/* libc's resolver takes the time that it takes, and cannot be stopped. */
enum reach reach_host(const char *host, uint16_t port)
{
	const struct place place = { .host = host, .port = port };
	int r = bounded_ask(ask_name, &place, NAME_MS);
	if (r != REACH_YES)
		return r == -ETIME || r == REACH_NO_NAME ? REACH_NO_NAME : REACH_YES;
	r = bounded_ask(ask_port, &place, PORT_MS);
	if (r == -ETIME)
		return REACH_SILENT;
	return r >= 0 && r <= REACH_SILENT ? (enum reach)r : REACH_YES; /* or nothing is known */
}
