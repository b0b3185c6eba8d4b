/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the fetcher, for what no real file system does when it is asked to.
 *
 * KNEAD_GATE_AT, KNEAD_GATE_OPEN  it stops at that fdatasync() and goes on once that file is there. So a test can pull
 *                                 a drive in the middle of a reading, however fast the machine is
 * KNEAD_SLOWER                    each nanosleep() takes so many times as long: a moment that is waited for is none that a
 *                                 busy machine can miss
 * KNEAD_BAD_NAME, KNEAD_BAD_AT    a file of that name cannot be read behind so many bytes, as from a worn cell; a
 *                                 folder of that name cannot be opened
 * KNEAD_TRY                       "r/etc/passwd:c/tmp/new": at its first fdatasync() it tries to read, to write (w) or to
 *                                 make (c) these, as somebody who took it over would, and says what came of it */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

static int bad_fd = -1;

static void try_to_open(const char *item)
{
	int flags = *item == 'r' ? O_RDONLY : *item == 'w' ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL;
	long fd = syscall(SYS_openat, AT_FDCWD, item + 1, flags | O_CLOEXEC, 0600);
	(void)fprintf(stderr, "tried %s: %s\n", item, fd < 0 ? strerrorname_np(errno) : "done");
	if (fd >= 0)
		(void)syscall(SYS_close, fd);
}

static void try_all(void)
{
	static bool tried;
	const char *list = getenv("KNEAD_TRY");
	char *copy = list && !tried ? strdup(list) : NULL, *rest = copy;
	for (const char *item; (item = strsep(&rest, ":"));)
		try_to_open(item);
	tried = true;
	free(copy);
}

int fdatasync(int fd)
{
	static unsigned passed;
	try_all();
	const char *at = getenv("KNEAD_GATE_AT"), *open = getenv("KNEAD_GATE_OPEN");
	if (at && open && ++passed == strtoul(at, NULL, 10))
		while (access(open, F_OK) < 0) {
			const struct timespec moment = { .tv_nsec = 5000000 };
			(void)nanosleep(&moment, NULL);
		}
	return REAL(int, "fdatasync", int)(fd);
}

int nanosleep(const struct timespec *time, struct timespec *left_over)
{
	const char *slower = getenv("KNEAD_SLOWER");
	long long ns = (time->tv_sec * 1000000000LL + time->tv_nsec) *
		       (slower ? strtol(slower, NULL, 10) : 1);
	const struct timespec more = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	return REAL(int, "nanosleep", const struct timespec *, struct timespec *)(&more, left_over);
}

int openat(int folder, const char *path, int flags, ...)
{
	const char *bad = getenv("KNEAD_BAD_NAME"), *slash = strrchr(path, '/');
	va_list rest;
	va_start(rest, flags);
	mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	bool is_bad = bad && strcmp(slash ? slash + 1 : path, bad) == 0;
	if (is_bad && (flags & O_DIRECTORY)) {
		errno = EIO;
		return -1;
	}
	int fd = REAL(int, "openat", int, const char *, int, mode_t)(folder, path, flags, mode);
	if (is_bad)
		bad_fd = fd;
	return fd;
}

static off_t left(int fd, off_t at)
{
	const char *limit = getenv("KNEAD_BAD_AT");
	return fd >= 0 && fd == bad_fd && limit ? strtol(limit, NULL, 10) - at : -1;
}

ssize_t read(int fd, void *buffer, size_t size)
{
	off_t more = left(fd, lseek(fd, 0, SEEK_CUR));
	if (fd == bad_fd && fd >= 0 && more <= 0) {
		errno = EIO;
		return -1;
	}
	if (more > 0 && (size_t)more < size)
		size = (size_t)more;
	return REAL(ssize_t, "read", int, void *, size_t)(fd, buffer, size);
}

int close(int fd)
{
	if (fd == bad_fd)
		bad_fd = -1;
	return REAL(int, "close", int)(fd);
}
