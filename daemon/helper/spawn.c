/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/spawn.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define CHANNEL_FD 3
#define INPUT_FD 4
#define PARKING_FD 5 /* above every target, so that no dup2() lands on a source */

/* Default signals, none blocked. */
static int fill_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all, none;
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	int r = posix_spawnattr_setsigdefault(attributes, &all);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(
			attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	return -r;
}

/* Descriptors 2, 3 and 4, nothing else. */
static int fill_actions(posix_spawn_file_actions_t *actions, int channel_fd, int input_fd)
{
	int r = posix_spawn_file_actions_adddup2(actions, channel_fd, CHANNEL_FD);
	if (r == 0 && input_fd >= 0)
		r = posix_spawn_file_actions_adddup2(actions, input_fd, INPUT_FD);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(
			actions, input_fd >= 0 ? INPUT_FD + 1 : CHANNEL_FD + 1);
	for (int fd = STDIN_FILENO; r == 0 && fd < STDERR_FILENO; fd++)
		r = posix_spawn_file_actions_addclose(actions, fd);
	return -r;
}

static void actions_done(posix_spawn_file_actions_t *actions)
{
	(void)posix_spawn_file_actions_destroy(actions);
}

static void attributes_done(posix_spawnattr_t *attributes)
{
	(void)posix_spawnattr_destroy(attributes);
}

static int spawn(
	const char *path, const char *const *arguments, int channel_fd, int input_fd, pid_t *ret)
{
	CLEANUP(actions_done) posix_spawn_file_actions_t actions;
	CLEANUP(attributes_done) posix_spawnattr_t attributes;
	(void)posix_spawn_file_actions_init(&actions); /* neither fails in glibc */
	(void)posix_spawnattr_init(&attributes);
	int r = fill_attributes(&attributes);
	if (r == 0)
		r = fill_actions(&actions, channel_fd, input_fd);
	if (r < 0)
		return r;
	char *const environment[] = { NULL };
	/* posix_spawn() changes nothing of its arguments; the type is older than const */
	return -posix_spawn(
		ret, path, &actions, &attributes, (char *const *)arguments, environment);
}

int spawn_helper(const char *path, const char *const *arguments, int channel_fd, int input_fd,
	pid_t *ret_pid, int *ret_pid_fd)
{
	AUTO_CLOSE int channel = fcntl(channel_fd, F_DUPFD_CLOEXEC, PARKING_FD);
	if (channel < 0) /* EINVAL: so few may be open that there is no such number */
		return errno == EINVAL ? -EMFILE : -errno;
	AUTO_CLOSE int input = input_fd < 0 ? -1 : fcntl(input_fd, F_DUPFD_CLOEXEC, PARKING_FD);
	if (input < 0 && input_fd >= 0)
		return errno == EINVAL ? -EMFILE : -errno;
	pid_t pid = -1;
	int r = spawn(path, arguments, channel, input, &pid);
	if (r < 0)
		return r;
	/* nobody else waits for this child, so its number cannot have been given away yet */
	long pid_fd = syscall(SYS_pidfd_open, pid, 0);
	if (pid_fd < 0) {
		r = -errno;
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	*ret_pid = pid;
	*ret_pid_fd = (int)pid_fd;
	return 0;
}
