/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/place.h"

#include "base/cleanup.h"
#include "util/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#define COPY_BYTES 65536u
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

/* mkdir() takes no set-group-id bit, but hands down that of the folder above; where there is none it is
 * added to whatever the umask left. The service may not set it (RestrictSUIDSGID=) and need not: its state
 * folder has it. */
static int make_folder(int dir_fd, const char *name)
{
	if (mkdirat(dir_fd, name, 0770) < 0)
		return errno == EEXIST ? 0 : -errno;
	struct stat st;
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (st.st_mode & S_ISGID)
		return 0;
	mode_t mode = (st.st_mode & 0777) | S_ISGID;
	return fchmodat(dir_fd, name, mode, 0) < 0 && errno != EPERM ? -errno : 0;
}

int place_open_at(int dir_fd, const char *name, bool make)
{
	int fd = openat(dir_fd, name, FOLDER_FLAGS);
	if (fd >= 0 || errno != ENOENT || !make)
		return fd >= 0 ? fd : -errno;
	int r = make_folder(dir_fd, name);
	if (r < 0)
		return r;
	fd = openat(dir_fd, name, FOLDER_FLAGS);
	if (fd < 0)
		return -errno;
	crash_here(CRASH_FOLDER_MADE);
	(void)fsync(dir_fd); /* once in a folder's life; a lost one would be made again */
	return fd;
}

int place_open(const char *state_dir, const char *name, bool make)
{
	AUTO_CLOSE int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return state < 0 ? -errno : place_open_at(state, name, make);
}

int place_new_part(int dir_fd, char ret_name[PLACE_PART_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	for (int attempt = 0; attempt < 100; attempt++) {
		uint8_t random[8];
		if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
			continue;
		char *at = ret_name;
		for (size_t i = 0; i < sizeof random; i++) {
			*at++ = digits[random[i] >> 4];
			*at++ = digits[random[i] & 15];
		}
		for (const char *tail = ".part"; (*at = *tail) != '\0'; tail++)
			at++;
		int fd = openat(
			dir_fd, ret_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -EEXIST;
}

long place_read(int fd, void *data, size_t size)
{
	for (;;) {
		ssize_t n = read(fd, data, size);
		if (n >= 0 || errno != EINTR)
			return n >= 0 ? n : -errno;
	}
}

int place_write(int fd, const void *data, size_t size)
{
	const char *at = data;
	while (size > 0) {
		ssize_t n = write(fd, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) /* EFBIG: a limit of this process; the file is not to blame */
			return errno == EFBIG ? -EDQUOT : -errno;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

int place_copy(int from, int to)
{
	AUTO_FREE char *buffer = malloc(COPY_BYTES);
	if (!buffer)
		return -ENOMEM;
	for (;;) {
		long n = place_read(from, buffer, COPY_BYTES);
		if (n <= 0)
			return (int)n;
		int r = place_write(to, buffer, (size_t)n);
		if (r < 0)
			return r;
	}
}
