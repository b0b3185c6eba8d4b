/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/command.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* a user's own systemd may have to be started first, on a small machine */
#define WAIT_MS 30000

static int64_t monotonic_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int start(const char *const *arguments, int output, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int r = -posix_spawn_file_actions_init(&actions);
	if (r < 0)
		return r;
	r = -posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = -posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (r == 0)
		r = -posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (r == 0) /* posix_spawnp does not change what it is given */
		r = -posix_spawnp(ret, arguments[0], &actions, NULL,
			(char *const *)(uintptr_t)arguments, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* Returns 0 at its end; -ETIME. */
static int read_all(int fd, char *ret, size_t room)
{
	int64_t end_ms = monotonic_ms() + WAIT_MS;
	size_t size = 0;
	for (;;) {
		char rest[512];
		bool full = size + 1 >= room;
		int64_t left_ms = end_ms - monotonic_ms();
		struct pollfd event = { .fd = fd, .events = POLLIN };
		if (left_ms <= 0 || poll(&event, 1, (int)left_ms) == 0)
			return -ETIME;
		ssize_t n =
			full ? read(fd, rest, sizeof rest) : read(fd, ret + size, room - 1 - size);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		size += n > 0 && !full ? (size_t)n : 0;
		ret[size] = '\0';
	}
}

int command_ask(const char *const *arguments, char *ret, size_t room)
{
	int ends[2], status = 0;
	pid_t pid = 0;
	ret[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	AUTO_CLOSE int from = ends[0];
	AUTO_CLOSE int to = ends[1];
	int r = start(arguments, to, &pid);
	if (r < 0)
		return r;
	(void)close(TAKE_FD(to));
	r = read_all(from, ret, room);
	if (r < 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
	if (r < 0)
		return r;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

char *command_value(const char *answer, const char *name, char *ret, size_t room)
{
	size_t size = strlen(name);
	ret[0] = '\0';
	for (const char *line = answer; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, size) != 0 || line[size] != '=')
			continue;
		(void)snprintf(
			ret, room, "%.*s", (int)strcspn(line + size + 1, "\n"), line + size + 1);
		break;
	}
	return ret;
}
