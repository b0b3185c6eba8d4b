/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

int file_open(int dir_fd, const char *path, struct stat *ret)
{
	/* without O_NONBLOCK, opening a FIFO waits for a writer */
	AUTO_CLOSE int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) && !(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3)))
		return -EINVAL;
	*ret = st;
	return TAKE_FD(fd);
}

int file_read(int fd, char *buffer, size_t capacity, size_t *ret_size)
{
	size_t size = 0;
	for (;;) {
		char extra = 0;
		char *to = size < capacity ? buffer + size : &extra;
		ssize_t n = read(fd, to, size < capacity ? capacity - size : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		if (size == capacity)
			return -EFBIG;
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

int file_load(int dir_fd, const char *path, size_t max, char **ret, size_t *ret_size)
{
	struct stat st = { 0 };
	AUTO_CLOSE int fd = file_open(dir_fd, path, &st);
	if (fd < 0)
		return fd;
	if (st.st_size < 0 || (size_t)st.st_size > max)
		return -EFBIG;
	/* one page more than it says: it may be growing, or say 0 as files of /proc do */
	size_t capacity = (size_t)st.st_size + 4096;
	capacity = capacity < max ? capacity : max;
	AUTO_FREE char *text = malloc(capacity + 1);
	if (!text)
		return -ENOMEM;
	size_t size = 0;
	int r = file_read(fd, text, capacity, &size);
	if (r < 0)
		return r;
	text[size] = '\0';
	*ret = TAKE_PTR(text);
	*ret_size = size;
	return 0;
}

const char *file_why(int error)
{
	switch (error) {
	case -ENOENT:
		return "does not exist";
	case -EACCES:
		return "cannot be read: no right to";
	case -EISDIR:
		return "is a folder, not a file";
	case -EINVAL:
		return "is not a regular file";
	case -EFBIG:
		return "is too large";
	case -ELOOP:
		return "is a loop of symbolic links";
	default:
		return strerror(-error);
	}
}
