/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/open_file.h"

#include "activity/activity.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "is a folder, not a file";
	case S_IFIFO:
		return "is a pipe, not a file";
	case S_IFSOCK:
		return "is a socket, not a file";
	default:
		return "is a device, not a file";
	}
}

int open_file(const char *path, int *ret_fd, bool *ret_missing, char ret_why[OPEN_WHY_BYTES])
{
	/* O_NONBLOCK: opening a FIFO or a tape must not wait for anybody */
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st = { 0 };
	int r = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	*ret_missing = r == -ENOENT || r == -ENOTDIR;
	const char *why = NULL;
	if (r == -ENXIO) {
		why = kind_of(S_IFSOCK);
	} else if (r < 0) {
		why = strerror(-r);
	} else if (!S_ISREG(st.st_mode)) {
		why = kind_of(st.st_mode);
		r = -EINVAL;
	} else if (st.st_size > FILE_MAX_BYTES) {
		why = "larger than 32 MiB";
		r = -EFBIG;
	}
	if (r < 0) {
		(void)snprintf(ret_why, OPEN_WHY_BYTES, "%s", why);
		return r;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}
