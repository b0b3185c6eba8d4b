/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may import, and who is the daemon. */
#include "store/store.h"

#include "base/cleanup.h"
#include "store/opening.h"
#include "store/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static int path_in(const char *directory, const char *name, char **ret)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	*ret = path;
	return 0;
}

static int open_lock(const char *directory, const char *name)
{
	AUTO_FREE char *path = NULL;
	int r = path_in(directory, name, &path);
	if (r < 0)
		return r;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	return fd < 0 ? -errno : fd;
}

int store_lock_import_in(const char *directory, bool wait)
{
	AUTO_CLOSE int fd = open_lock(directory, "import.lock");
	if (fd < 0)
		return fd;
	while (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) < 0)
		if (errno != EINTR || !wait)
			return -errno;
	return TAKE_FD(fd);
}

int store_lock_import(const struct store *store, bool wait)
{
	return store_lock_import_in(store->directory, wait);
}

int store_lock_feed(const struct store *store)
{
	AUTO_CLOSE int fd = open_lock(store->directory, "feed.lock");
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* A lock of the process, not of the descriptor: a helper that was just being started when the daemon was
 * killed must not keep the next daemon from starting. */
int store_lock_daemon_in(const char *directory)
{
	AUTO_CLOSE int fd = open_lock(directory, "daemon.lock");
	if (fd < 0)
		return fd;
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(fd, F_SETLK, &whole) < 0)
		return errno == EACCES ? -EAGAIN : -errno;
	return TAKE_FD(fd);
}

int store_find_daemon(const char *state_dir, pid_t *ret)
{
	AUTO_FREE char *path = NULL;
	int r = path_in(state_dir, "daemon.lock", &path);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(fd, F_GETLK, &whole) < 0)
		return -errno;
	if (whole.l_type == F_UNLCK)
		return -ESRCH;
	*ret = whole.l_pid;
	return 0;
}

int store_lock_daemon(const struct store *store)
{
	return store_lock_daemon_in(store->directory);
}
