/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_settled.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define QUIET_MS 2000
#define WAIT_MAX_MS 4000u
#define STEP_MS 100

/* A read lease is refused while anybody has the file open for writing. It is given back at once; who opens
 * the file in between waits that long. The signal of a broken lease is ignored (fetch_main.c). */
static bool is_being_written(int fd)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		return errno == EAGAIN;
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	return false;
}

static int64_t ms_of(struct timespec at)
{
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* Since the file last changed; negative when it is dated in the future. */
static int64_t age_ms(const struct stat *st)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	int64_t written = ms_of(st->st_mtim), changed = ms_of(st->st_ctim);
	return ms_of(now) - (changed > written ? changed : written);
}

static bool is_as_seen(const struct stat *st, const struct tree_file *file)
{
	return st->st_size == file->size_bytes &&
	       st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec == file->mtime_ns;
}

bool fetch_is_settled(struct fetch_settled *settled, const struct tree_file *file)
{
	struct stat st;
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	for (;;) {
		if (fstat(file->fd, &st) < 0 || !is_as_seen(&st, file) ||
			is_being_written(file->fd))
			return false;
		int64_t age = age_ms(&st);
		if (age < 0 || age >= QUIET_MS)
			return true;
		if (settled->waited_ms >= WAIT_MAX_MS)
			return false;
		(void)nanosleep(&step, NULL);
		settled->waited_ms += STEP_MS;
	}
}
