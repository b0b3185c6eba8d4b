/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/fetch.h"

#include "helper/find.h"
#include "helper/spawn.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define END_WAIT_MS 200
#define SESSION_END_MS 500

struct fetch {
	pid_t pid;
	int pid_fd, channel_fd;
	bool watch;
	bool through; /* it said END, and is on its way out */
};

int fetch_find(char **ret)
{
	return helper_find("kneadd-fetch", "KNEAD_FETCH_HELPER", ret);
}

static void wait_for_end(int pid_fd, int timeout_ms)
{
	struct pollfd ended = { .fd = pid_fd, .events = POLLIN };
	(void)poll(&ended, 1, timeout_ms);
}

int fetch_leave(struct fetch *fetch)
{
	int pid_fd = fetch->pid_fd;
	if (fetch->channel_fd >= 0)
		(void)close(fetch->channel_fd);
	if (fetch->pid > 0 && !fetch->through) {
		/* a session that is cut off half-way wedges some watches until they are plugged in anew */
		if (fetch->watch)
			wait_for_end(pid_fd, SESSION_END_MS);
		(void)kill(fetch->pid, SIGKILL);
	}
	free(fetch);
	return pid_fd >= 0 ? pid_fd : -EBADF;
}

void fetch_reap(int pid_fd)
{
	siginfo_t end;
	(void)waitid(P_PIDFD, (id_t)pid_fd, &end, WEXITED | WNOHANG);
}

struct fetch *fetch_free(struct fetch *fetch)
{
	AUTO_CLOSE int pid_fd = fetch ? fetch_leave(fetch) : -EBADF;
	if (pid_fd >= 0) {
		wait_for_end(pid_fd, END_WAIT_MS);
		fetch_reap(pid_fd);
	}
	return NULL;
}

static void fetch_freep(struct fetch **fetch)
{
	(void)fetch_free(*fetch);
}

static int start(const char *path, const char *const *arguments, bool watch, struct fetch **ret)
{
	CLEANUP(fetch_freep) struct fetch *fetch = malloc(sizeof *fetch);
	if (!fetch)
		return -ENOMEM;
	*fetch = (struct fetch) { .pid = -1, .pid_fd = -1, .channel_fd = -1, .watch = watch };
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	fetch->channel_fd = pair[0];
	AUTO_CLOSE int theirs = pair[1];
	int r = spawn_helper(path, arguments, theirs, -1, &fetch->pid, &fetch->pid_fd);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(fetch);
	return 0;
}

int fetch_spawn(const char *path, const struct fetch_source *source, const char *state_dir,
	struct fetch **ret)
{
	const char *const folder[] = { "kneadd-fetch", source->name, source->folder, state_dir,
		NULL };
	char interface[16];
	(void)snprintf(interface, sizeof interface, "%d", source->interface);
	const char *const watch[] = { "kneadd-fetch", "--device", source->node, "--interface",
		interface, "--", source->name, state_dir, NULL };
	const char *const volume[] = { "kneadd-fetch", "--volume", "--", source->name,
		source->folder, state_dir, NULL };
	return start(path,
		!source->folder  ? watch
		: source->volume ? volume
				 : folder,
		!source->folder, ret);
}

int fetch_spawn_placer(
	const char *path, const char *folder, const char *state_dir, struct fetch **ret)
{
	const char *const arguments[] = { "kneadd-fetch", "--place", "--", folder, state_dir,
		NULL };
	return start(path, arguments, false, ret);
}

int fetch_place(struct fetch *fetch, const struct place_request *request)
{
	uint8_t raw[PLACE_REQUEST_BYTES];
	place_request_put(request, raw);
	ssize_t n = send(fetch->channel_fd, raw, sizeof raw, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n == (ssize_t)sizeof raw ? 0 : -EPIPE;
}

int fetch_placed(struct fetch *fetch, int *ret_status)
{
	uint8_t raw[PLACE_ANSWER_BYTES + 1];
	ssize_t n = recv(fetch->channel_fd, raw, sizeof raw, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	int r = place_answer_get(raw, (size_t)n, ret_status);
	return r < 0 ? r : 1;
}

int fetch_fd(const struct fetch *fetch)
{
	return fetch->channel_fd;
}

int fetch_receive(struct fetch *fetch, struct fetch_packet *ret)
{
	uint8_t raw[FETCH_PACKET_MAX_BYTES];
	ssize_t n = recv(fetch->channel_fd, raw, sizeof raw, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	int r = fetch_packet_get(raw, (size_t)n, ret);
	if (r < 0)
		return r;
	fetch->through |= ret->type == FETCH_END;
	return 1;
}

int fetch_answer(struct fetch *fetch, char answer)
{
	ssize_t n = send(fetch->channel_fd, &answer, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n == 1 ? 0 : -EPIPE;
}
