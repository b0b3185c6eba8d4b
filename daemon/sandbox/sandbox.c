/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include "base/cleanup.h"
#include "sandbox/landlock.h"
#include "sandbox/syscalls.h"

#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
	__has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define UNDER_SANITIZER 1
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

bool sandbox_has_syscall_list(void)
{
	return !UNDER_SANITIZER;
}

/* The soft limit of CPU time is a signal that names its reason; the hard one, a second later, is not
 * to be talked out of. A limit that is stricter already stays. */
static int limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit now;
	if (getrlimit((__rlimit_resource_t)resource, &now) < 0)
		return -errno;
	struct rlimit wanted = {
		.rlim_cur = soft < now.rlim_cur ? soft : now.rlim_cur,
		.rlim_max = hard < now.rlim_max ? hard : now.rlim_max,
	};
	return setrlimit((__rlimit_resource_t)resource, &wanted) < 0 ? -errno : 0;
}

static int limit_all(rlim_t cpu_s, rlim_t fds)
{
	const struct {
		int resource;
		rlim_t soft, hard;
	} limits[] = {
		{ RLIMIT_CORE, 0, 0 },
		{ RLIMIT_CPU, cpu_s, cpu_s + 1 },
		{ RLIMIT_NOFILE, fds, fds },
		{ RLIMIT_AS, SANDBOX_MEMORY_BYTES, SANDBOX_MEMORY_BYTES },
	};
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		/* the shadow memory of a sanitizer is far larger than any limit */
		if (limits[i].resource == RLIMIT_AS && UNDER_SANITIZER)
			continue;
		int r = limit(limits[i].resource, limits[i].soft, limits[i].hard);
		if (r < 0)
			return r;
	}
	return 0;
}

int sandbox_enter_with(enum sandbox_kind kind, const struct landlock_path *paths, size_t paths_n,
	bool *ret_landlock)
{
	int r = limit_all(kind == SANDBOX_PARSE ? SANDBOX_CPU_S : SANDBOX_FETCH_CPU_S,
		kind == SANDBOX_FOLDER ? SANDBOX_FOLDER_FDS : SANDBOX_FDS);
	if (r < 0)
		return r;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	int landlock = landlock_confine(paths, paths_n);
	if (landlock < 0 && landlock != -ENOSYS)
		return landlock;
	r = sandbox_has_syscall_list() ? syscalls_restrict(kind) : 0;
	if (r < 0)
		return r;
	*ret_landlock = landlock == 0;
	return 0;
}

int sandbox_enter(enum sandbox_kind kind, bool *ret_landlock)
{
	return sandbox_enter_with(kind, NULL, 0, ret_landlock);
}
