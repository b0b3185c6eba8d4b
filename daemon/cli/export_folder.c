/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/export_folder.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int check_empty(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return -errno;
	CLEANUP(closedirp) DIR *dir = fdopendir(copy);
	if (!dir) {
		int r = -errno;
		(void)close(copy);
		return r;
	}
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return -ENOTEMPTY;
	return 0;
}

int export_folder_open(const char *path, struct export_folder *ret)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : check_empty(fd);
	if (r == 0)
		ret->fd = TAKE_FD(fd);
	return r;
}

void export_folder_done(struct export_folder *folder)
{
	if (folder->fd >= 0)
		(void)close(folder->fd);
}

static int fill(int fd, int (*write)(FILE *to, void *userdata), void *userdata)
{
	AUTO_FCLOSE FILE *to = fdopen(fd, "w");
	if (!to) {
		int r = -errno;
		(void)close(fd);
		return r;
	}
	errno = 0;
	int r = write(to, userdata);
	if (r == 0 && (fflush(to) != 0 || ferror(to)))
		r = errno ? -errno : -EIO;
	return r == 0 && fsync(fd) < 0 ? -errno : r;
}

int export_file(const struct export_folder *folder, const char *name,
	int (*write)(FILE *to, void *userdata), void *userdata)
{
	char part[128];
	if (snprintf(part, sizeof part, ".%s.part", name) >= (int)sizeof part)
		return -ENAMETOOLONG;
	int fd = openat(
		folder->fd, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	int r = fill(fd, write, userdata); /* takes it */
	if (r == 0 && linkat(folder->fd, part, folder->fd, name, 0) < 0)
		r = -errno;
	/* a file system without links: nobody else writes here, and the folder was empty */
	if ((r == -EPERM || r == -EOPNOTSUPP) && faccessat(folder->fd, name, F_OK, 0) < 0)
		r = renameat(folder->fd, part, folder->fd, name) < 0 ? -errno : 0;
	(void)unlinkat(folder->fd, part, 0);
	return r;
}
