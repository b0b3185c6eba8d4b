/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/syscalls.h"

#include "base/cleanup.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

/* The names are looked up at run time, for one that this architecture lacks is simply not there. */

/* What reading, computing and answering needs. */
static const char *const parse_allowed[] = {
	"read",
	"pread64",
	"write",
	"writev",
	"close",
	"lseek", /* the channel, the input, stderr */
	"fstat",
	"fstat64", /* of a descriptor, no path */
	"brk",
	"munmap",
	"mremap",
	"madvise",
	"futex", /* the allocator and libc */
	"restart_syscall",
	"rt_sigreturn",
	"sigreturn", /* the kernel's own */
	"getrandom",
	"clock_gettime",
	"clock_gettime64", /* libc's allocator; no vDSO */
	"sysinfo",         /* qsort asks how much memory there is */
	"exit",
	"exit_group",
};

/* What a library may try of its own accord: encodings of iconv, locales, "is this a terminal?". */
static const char *const parse_refused[] = {
	"open",
	"openat",
	"openat2",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"stat",
	"stat64",
	"lstat",
	"lstat64",
	"newfstatat",
	"fstatat64",
	"statx",
	"getcwd",
	"ioctl",
};

/* Memory may be had, but never to be executed. */
static const char *const parse_memory[] = { "mmap", "mmap2", "mprotect" };

/* A rule for a name; a call that this architecture does not have needs none. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *name, bool no_exec)
{
	int number = seccomp_syscall_resolve_name(name);
	if (number == __NR_SCMP_ERROR)
		return -ENOENT;
	if (number < 0)
		return 0;
	const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	return seccomp_rule_add_array(
		filter, action, number, no_exec ? 1 : 0, no_exec ? &not_executable : NULL);
}

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

static int fill_parse(scmp_filter_ctx filter)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_allowed); i++)
		r = add(filter, SCMP_ACT_ALLOW, parse_allowed[i], false);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_refused); i++)
		r = add(filter, SCMP_ACT_ERRNO(EACCES), parse_refused[i], false);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_memory); i++)
		r = add(filter, SCMP_ACT_ALLOW, parse_memory[i], true);
	return r;
}

int syscalls_restrict(enum sandbox_kind kind)
{
	static int (*const fill[SANDBOX_KIND_COUNT])(scmp_filter_ctx) = {
		[SANDBOX_PARSE] = fill_parse,
	};
	CLEANUP(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter)
		return -ENOMEM;
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = fill[kind](filter);
	return r == 0 ? seccomp_load(filter) : r;
}
