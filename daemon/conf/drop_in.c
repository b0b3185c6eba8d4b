/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/drop_in.h"

#include "base/cleanup.h"
#include "util/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int drop_in_rights(bool system, struct drop_in_rights *ret)
{
	*ret = (struct drop_in_rights) { .mode = 0600, .folder_mode = 0700, .gid = (gid_t)-1 };
	if (!system)
		return 0;
	struct machine_service service;
	machine_service(&service);
	if (!service.has_group)
		return -ENOENT;
	*ret = (struct drop_in_rights) { .mode = 0640, .folder_mode = 0755, .gid = service.gid };
	return 0;
}

static int sync_folder(const char *folder)
{
	AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int make_folder(const char *folder, const struct drop_in_rights *rights)
{
	if (mkdir(folder, rights->folder_mode) < 0)
		return errno == EEXIST ? 0 : -errno;
	/* whatever the umask is: the daemon has to find the way */
	return chmod(folder, rights->folder_mode) < 0 ? -errno : 0;
}

static int make_folders(char *folder, const struct drop_in_rights *rights)
{
	for (char *at = strchr(folder + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		int r = make_folder(folder, rights);
		*at = '/';
		if (r < 0)
			return r;
	}
	return make_folder(folder, rights);
}

/* Before there is anything in it, so that nobody reads it in between. */
static int fill(int fd, const char *text, const struct drop_in_rights *rights)
{
	size_t left = strlen(text);
	if (rights->gid != (gid_t)-1 && fchown(fd, (uid_t)-1, rights->gid) < 0)
		return -errno;
	if (fchmod(fd, rights->mode) < 0)
		return -errno;
	while (left) {
		ssize_t n = write(fd, text, left);
		if (n < 0 && errno != EINTR)
			return -errno;
		text += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int put(int fd, const char *draft, const char *path, const char *text,
	const struct drop_in_rights *rights, bool replace)
{
	int r = fill(fd, text, rights);
	if (r == 0 &&
		renameat2(AT_FDCWD, draft, AT_FDCWD, path, replace ? 0 : RENAME_NOREPLACE) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(draft);
	return r;
}

int drop_in_write(
	const char *path, const char *text, const struct drop_in_rights *rights, bool replace)
{
	char folder[PATH_MAX], draft[PATH_MAX + 16];
	const char *slash = strrchr(path, '/');
	if (!slash || slash == path || (size_t)(slash - path) >= sizeof folder)
		return -EINVAL;
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
	int r = make_folders(folder, rights);
	if (r < 0)
		return r;
	/* the reader of settings passes over a name that begins with a dot */
	(void)snprintf(draft, sizeof draft, "%s/.%s.XXXXXX", folder, slash + 1);
	AUTO_CLOSE int fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = put(fd, draft, path, text, rights, replace);
	return r < 0 ? r : sync_folder(folder);
}
