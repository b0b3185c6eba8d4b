/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/syscalls.h"

#include "base/cleanup.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* What walking a tree, copying into the spool and talking to the daemon needs besides. Landlock says which
 * paths may be opened. */
static const char *const folder_allowed[] = {
	"open",
	"openat",
	"openat2",
	"getdents64",
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
	"fstatfs",
	"fstatfs64",
	"getcwd",
	"readv",
	"fcntl",
	"fcntl64",
	"dup",
	"dup3",
	"fadvise64",
	"fsync",
	"fdatasync",
	"ftruncate",
	"rename",
	"renameat",
	"renameat2",
	"unlink",
	"unlinkat",
	"symlink",
	"symlinkat",
	"sendto",
	"recvfrom",
	"sendmsg",
	"recvmsg",
	"poll",
	"ppoll",
	"nanosleep",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"gettimeofday",
	"getpid",
	"gettid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"rt_sigaction",
	"rt_sigprocmask",
	"sched_yield",
};

/* What nothing on the way to a watch wants: other programs, other rights, the kernel's machinery. */
static const char *const fetch_refused[] = {
	"execve",
	"execveat",
	"fork",
	"vfork",
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"pidfd_getfd",
	"kill",
	"tkill",
	"rt_sigqueueinfo",
	"rt_tgsigqueueinfo",
	"pidfd_open",
	"pidfd_send_signal",
	"process_madvise",
	"migrate_pages",
	"move_pages",
	"kcmp",
	"setpriority",
	"ioprio_set",
	"sched_setaffinity",
	"sched_setattr",
	"sched_setparam",
	"sched_setscheduler",
	"shmget",
	"semget",
	"msgget",
	"mq_open",
	"open_by_handle_at",
	"fanotify_init",
	"mount",
	"umount2",
	"move_mount",
	"open_tree",
	"fsopen",
	"pivot_root",
	"chroot",
	"unshare",
	"setns",
	"setuid",
	"setgid",
	"setresuid",
	"setresgid",
	"setgroups",
	"capset",
	"bpf",
	"perf_event_open",
	"io_uring_setup",
	"userfaultfd",
	"keyctl",
	"add_key",
	"request_key",
	"init_module",
	"finit_module",
	"delete_module",
	"kexec_load",
	"kexec_file_load",
	"reboot",
	"swapon",
	"swapoff",
	"acct",
	"settimeofday",
	"clock_settime",
	"adjtimex",
	"sethostname",
	"setdomainname",
	"syslog",
	"quotactl",
	"listen",
	"accept",
	"accept4",
};

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

static int fill_folder(scmp_filter_ctx filter)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_allowed); i++)
		r = add(filter, SCMP_ACT_ALLOW, parse_allowed[i], false);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(folder_allowed); i++)
		r = add(filter, SCMP_ACT_ALLOW, folder_allowed[i], false);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_memory); i++)
		r = add(filter, SCMP_ACT_ALLOW, parse_memory[i], true);
	return r;
}

/* The emulated bus of tests answers on a socket, once more after the node was closed and opened again. */
static bool on_emulated_bus(void)
{
#ifdef KNEAD_TEST_CLOCK
	return getenv("UMOCKDEV_DIR") != NULL;
#else
	return false;
#endif
}

/* No sockets, not even those within this machine: at one of them systemd waits, which starts programs for whoever
 * has the same user. Signals to itself only, as abort() sends one; memory never to be executed. */
static int refuse_in_part(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp not_local = SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0);
	const struct scmp_arg_cmp executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
	const struct scmp_arg_cmp others = SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid(), 0);
	const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
	int socket = seccomp_syscall_resolve_name("socket");
	int r = seccomp_rule_add_array(filter, refuse, socket, on_emulated_bus(), &not_local);
	if (r == 0)
		r = seccomp_rule_add_array(
			filter, refuse, seccomp_syscall_resolve_name("tgkill"), 1, &others);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parse_memory); i++) {
		int number = seccomp_syscall_resolve_name(parse_memory[i]);
		if (number >= 0)
			r = seccomp_rule_add_array(filter, refuse, number, 1, &executable);
	}
	return r;
}

static int fill_fetch(scmp_filter_ctx filter)
{
	int r = refuse_in_part(filter);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(fetch_refused); i++)
		r = add(filter, SCMP_ACT_ERRNO(EPERM), fetch_refused[i], false);
	return r;
}

int syscalls_restrict(enum sandbox_kind kind)
{
	static const struct {
		int (*fill)(scmp_filter_ctx filter);
		uint32_t otherwise;
	} lists[SANDBOX_KIND_COUNT] = {
		[SANDBOX_PARSE] = { fill_parse, SCMP_ACT_KILL_PROCESS },
		[SANDBOX_FETCH] = { fill_fetch, SCMP_ACT_ALLOW },
		[SANDBOX_FOLDER] = { fill_folder, SCMP_ACT_ERRNO(EPERM) },
	};
	CLEANUP(release) scmp_filter_ctx filter = seccomp_init(lists[kind].otherwise);
	if (!filter)
		return -ENOMEM;
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = lists[kind].fill(filter);
	return r == 0 ? seccomp_load(filter) : r;
}
