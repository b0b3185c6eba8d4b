/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/spool.h"

#include "base/cleanup.h"
#include "store/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int walk_folder(int archive, unsigned number,
	int (*on_original)(const uint8_t hash[HASH_BYTES], void *userdata), void *userdata)
{
	char folder[3];
	(void)snprintf(folder, sizeof folder, "%02x", number & 0xffu);
	int fd = place_open_at(archive, folder, false);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	CLEANUP(closedirp) DIR *dir = fdopendir(fd);
	if (!dir) {
		int r = -errno;
		(void)close(fd);
		return r;
	}
	for (;;) {
		uint8_t hash[HASH_BYTES];
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return -errno;
		if (!hash_from_hex(entry->d_name, hash) || strncmp(entry->d_name, folder, 2) != 0)
			continue;
		int r = on_original(hash, userdata);
		if (r < 0)
			return r;
	}
}

int archive_each(const char *state_dir,
	int (*on_original)(const uint8_t hash[HASH_BYTES], void *userdata), void *userdata)
{
	AUTO_CLOSE int archive = place_open(state_dir, "archive", false);
	if (archive < 0)
		return archive == -ENOENT ? 0 : archive;
	int r = 0;
	for (unsigned i = 0; r == 0 && i < 256; i++)
		r = walk_folder(archive, i, on_original, userdata);
	return r;
}
