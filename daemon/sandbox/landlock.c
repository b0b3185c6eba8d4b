/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/landlock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

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

int landlock_deny_all(void)
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
	return syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}
