/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/spill.h"

#include "base/cleanup.h"
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define BUFFER_BYTES 262144u /* some hundred files: an ordinary plug-in writes nothing here */

static int open_file(const char *state_dir)
{
	AUTO_CLOSE int spool = place_open(state_dir, "spool", true);
	if (spool < 0)
		return spool;
	int fd = openat(spool, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd >= 0 ? fd : -errno;
	char part[PLACE_PART_BYTES]; /* a file system without files without names */
	fd = place_new_part(spool, part);
	if (fd >= 0)
		(void)unlinkat(spool, part, 0);
	return fd;
}

static int write_at(int fd, const uint8_t *data, size_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, data, size, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		size -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

static int flush(struct spill *spill, const char *state_dir)
{
	if (!spill->has_file) {
		int fd = open_file(state_dir);
		if (fd < 0)
			return fd;
		spill->fd = fd;
		spill->has_file = true;
	}
	int r = write_at(spill->fd, spill->buffer, spill->used, spill->flushed);
	if (r < 0)
		return r;
	spill->flushed += spill->used;
	spill->used = 0;
	return 0;
}

int spill_put(
	struct spill *spill, const char *state_dir, const void *data, size_t size, uint64_t *ret_at)
{
	if (size > BUFFER_BYTES)
		return -EFBIG;
	if (!spill->buffer && !(spill->buffer = malloc(BUFFER_BYTES)))
		return -ENOMEM;
	int r = spill->used + size > BUFFER_BYTES ? flush(spill, state_dir) : 0;
	if (r < 0)
		return r;
	memcpy(spill->buffer + spill->used, data, size);
	*ret_at = spill->flushed + spill->used;
	spill->used += size;
	return 0;
}

int spill_get(const struct spill *spill, uint64_t at, void *ret, size_t size)
{
	uint8_t *to = ret;
	if (at > spill->flushed + spill->used || size > spill->flushed + spill->used - at)
		return -EIO;
	while (size > 0 && at < spill->flushed) {
		/* one piece never stands half in the file: it was put there whole */
		ssize_t n = pread(spill->fd, to, size, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		to += n;
		size -= (size_t)n;
		at += (uint64_t)n;
	}
	if (size > 0)
		memcpy(to, spill->buffer + (at - spill->flushed), size);
	return 0;
}

void spill_done(struct spill *spill)
{
	free(spill->buffer);
	if (spill->has_file)
		(void)close(spill->fd);
	*spill = (struct spill) { 0 };
}
