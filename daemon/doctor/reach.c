/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/reach.h"

#include "base/cleanup.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define NAME_MS 5000
#define PORT_MS 5000

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

static enum reach try(const char *host, uint16_t port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	char service[8];
	(void)snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo(host, service, &hints, &list) != 0)
		return REACH_NO_NAME;
	(void)alarm(PORT_MS / 1000); /* of all its addresses together */
	enum reach reach = REACH_REFUSED;
	for (const struct addrinfo *at = list; at && reach != REACH_YES; at = at->ai_next)
		reach = connect_to(at);
	freeaddrinfo(list);
	return reach;
}

/* In a process of its own: libc's resolver takes the time that it takes, and cannot be stopped. */
enum reach reach_host(const char *host, uint16_t port)
{
	int status = 0;
	pid_t child = fork();
	if (child < 0)
		return REACH_YES; /* nothing is known */
	if (child == 0) {
		(void)signal(SIGALRM, SIG_DFL);
		(void)alarm(NAME_MS / 1000);
		_exit((int)try(host, port));
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
	if (WIFSIGNALED(status))
		return REACH_SILENT;
	return WIFEXITED(status) && WEXITSTATUS(status) <= REACH_SILENT
		       ? (enum reach)WEXITSTATUS(status)
		       : REACH_YES;
}
