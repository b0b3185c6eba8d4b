/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/original.h"

#include "base/cleanup.h"
#include "store/place.h"
#include "store/spool.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

char *original_name(int64_t at_ms, const uint8_t hash[HASH_BYTES], enum file_format format,
	char ret[ORIGINAL_NAME_BYTES])
{
	char at[CLOCK_TEXT_BYTES], hex[HASH_HEX_BYTES];
	(void)clock_format(at_ms, at); /* 2026-05-16T07:00:00Z */
	(void)snprintf(ret, ORIGINAL_NAME_BYTES, "%.13s%.2s%.3s-%.16s.%s", at, at + 14, at + 17,
		hash_hex(hash, hex),
		format == FILE_FORMAT_FIT   ? "fit"
		: format == FILE_FORMAT_TCX ? "tcx"
					    : "bin");
	return ret;
}

static int copy_checked(int from, int to, const uint8_t hash[HASH_BYTES])
{
	uint8_t got[HASH_BYTES];
	const struct spool_origin any = { .size_bytes = -1 };
	int r = place_copy(from, to);
	if (r < 0)
		return r;
	if (lseek(to, 0, SEEK_SET) < 0)
		return -errno;
	if ((r = spool_hash(to, &any, got)) < 0)
		return r;
	if (memcmp(got, hash, HASH_BYTES) != 0)
		return -EBADMSG;
	return fsync(to) < 0 ? -errno : 0;
}

/* A file system that knows no such rename gets a look and a plain one. */
static int give_name(int folder, const char *part, const char *name)
{
	if (renameat2(folder, part, folder, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -errno;
	if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(folder, part, folder, name) < 0 ? -errno : 0;
}

int original_place(
	const char *state_dir, const uint8_t hash[HASH_BYTES], int folder_fd, const char *name)
{
	if (faccessat(folder_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	AUTO_CLOSE int from = spool_open(state_dir, hash);
	if (from < 0)
		return from;
	char part[PLACE_PART_BYTES];
	AUTO_CLOSE int to = place_new_part(folder_fd, part);
	if (to < 0)
		return to;
	int r = copy_checked(from, to, hash);
	if (r == 0)
		r = give_name(folder_fd, part, name);
	if (r < 0)
		(void)unlinkat(folder_fd, part, 0);
	else if (fsync(folder_fd) < 0)
		r = -errno;
	return r;
}
