/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/spool.h"

#include "base/cleanup.h"
#include "store/place.h"
#include "util/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

/* The folder of an original: archive/ab. */
static int open_folder(const char *state_dir, const char *hex, bool make)
{
	AUTO_CLOSE int archive = place_open(state_dir, "archive", make);
	if (archive < 0)
		return archive;
	return place_open_at(archive, (const char[]) { hex[0], hex[1], '\0' }, make);
}

/* Where a link is not to be had (another owner's file, a file system without links). */
static int copy(int spool, int folder, const char *hex)
{
	AUTO_CLOSE int from = openat(spool, hex, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (from < 0)
		return -errno;
	char part[PLACE_PART_BYTES];
	AUTO_CLOSE int to = place_new_part(folder, part);
	if (to < 0)
		return to;
	int r = place_copy(from, to);
	if (r == 0 && fdatasync(to) < 0)
		r = -errno;
	if (r == 0 && renameat(folder, part, folder, hex) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(folder, part, 0);
	return r;
}

int archive_keep(const char *state_dir, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	hash_hex(hash, hex);
	AUTO_CLOSE int folder = open_folder(state_dir, hex, true);
	if (folder < 0)
		return folder;
	AUTO_CLOSE int spool = place_open(state_dir, "spool", false);
	int r = spool < 0 ? spool : 0;
	if (r == 0 && linkat(spool, hex, folder, hex, 0) < 0)
		r = -errno;
	if (r == -EPERM || r == -EXDEV || r == -EMLINK || r == -EOPNOTSUPP)
		r = copy(spool, folder, hex);
	if (r == -ENOENT && faccessat(folder, hex, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		r = -EEXIST; /* nothing spooled, but kept long ago */
	if (r < 0 && r != -EEXIST)
		return r;
	crash_here(CRASH_ARCHIVE_LINKED);
	/* also when it was there: the one who linked it may have died before this */
	if (fsync(folder) < 0)
		return -errno;
	crash_here(CRASH_ARCHIVE_SYNCED);
	return 0;
}

int archive_open(const char *state_dir, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	hash_hex(hash, hex);
	AUTO_CLOSE int folder = open_folder(state_dir, hex, false);
	if (folder < 0)
		return folder;
	int fd = openat(folder, hex, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int archive_remove(const char *state_dir, const uint8_t hash[HASH_BYTES])
{
	char hex[HASH_HEX_BYTES];
	hash_hex(hash, hex);
	AUTO_CLOSE int folder = open_folder(state_dir, hex, false);
	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	return unlinkat(folder, hex, 0) < 0 && errno != ENOENT ? -errno : 0;
}
