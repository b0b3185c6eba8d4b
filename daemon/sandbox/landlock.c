/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/landlock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* rights that the header of Debian 12 does not know yet */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)
#define ACCESS_IOCTL (UINT64_C(1) << 15)

/* linux/landlock.h of Debian 12 knows the first field only; newer kernels read the others, and older
 * ones accept them as long as they are 0. */
struct ruleset {
	uint64_t files, network, scopes;
};

static int create(const struct ruleset *ruleset)
{
	long fd = syscall(SYS_landlock_create_ruleset, ruleset, sizeof *ruleset, 0);
	return fd < 0 ? -errno : (int)fd;
}

/* Sets as many of the low bits of *field as the kernel accepts. Rights are numbered without holes, so
 * this finds all of them, those of kernels younger than this code as well. */
static void widen(struct ruleset *ruleset, uint64_t *field)
{
	for (unsigned bits = 63; bits > 0; bits--) {
		*field = (UINT64_C(1) << bits) - 1;
		AUTO_CLOSE int fd = create(ruleset);
		if (fd >= 0)
			return;
	}
	*field = 0;
}

static uint64_t rights(enum landlock_right right)
{
	static const uint64_t read_dir = LANDLOCK_ACCESS_FS_READ_DIR;
	static const uint64_t both = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
	switch (right) {
	case LANDLOCK_LIST:
		return read_dir;
	case LANDLOCK_FILES:
		return read_dir | both | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |
		       LANDLOCK_ACCESS_FS_REMOVE_FILE | ACCESS_TRUNCATE;
	case LANDLOCK_READ:
		return read_dir | LANDLOCK_ACCESS_FS_READ_FILE;
	case LANDLOCK_DEVICE:
		return both | ACCESS_IOCTL;
	}
	return 0;
}

static int allow(int ruleset_fd, const struct ruleset *ruleset, const struct landlock_path *path)
{
	AUTO_CLOSE int fd = open(path->path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return 0;
	struct stat st;
	uint64_t access = rights(path->right) & ruleset->files;
	if (fstat(fd, &st) == 0 &&
		!S_ISDIR(st.st_mode)) /* the kernel grants it no rights of folders */
		access &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
	const struct landlock_path_beneath_attr rule = { .allowed_access = access,
		.parent_fd = fd };
	long r = syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	return r < 0 ? -errno : 0;
}

int landlock_confine(const struct landlock_path *paths, size_t n)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* ask for the version */);
	if (abi < 0)
		return errno == EOPNOTSUPP ? -ENOSYS : -errno;
	struct ruleset ruleset = { 0 };
	widen(&ruleset, &ruleset.files);
	widen(&ruleset, &ruleset.network);
	widen(&ruleset, &ruleset.scopes);
	AUTO_CLOSE int fd = create(&ruleset);
	if (fd < 0)
		return fd;
	for (size_t i = 0; i < n; i++) {
		int r = allow(fd, &ruleset, &paths[i]);
		if (r < 0)
			return r;
	}
	return syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}

int landlock_deny_all(void)
{
	return landlock_confine(NULL, 0);
}
