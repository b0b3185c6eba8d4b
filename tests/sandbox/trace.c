/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/trace.h"

#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/elf.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHANNEL_FD 3
#define INPUT_FD 4
#define SYSCALL_STOP (SIGTRAP | 0x80)

bool trace_can_force(void)
{
#if defined __x86_64__ || defined __aarch64__
	return true;
#else
	return false;
#endif
}

static void set_call(pid_t pid, long number)
{
#if defined __x86_64__
	long r = ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), number);
	assert_int_equal(r, 0);
#elif defined __aarch64__
	int n = (int)number;
	struct iovec part = { .iov_base = &n, .iov_len = sizeof n };
	assert_int_equal(ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &part), 0);
#else
	(void)pid;
	(void)number;
	fail();
#endif
}

/* What is run, and what of it is watched for. */
struct subject {
	const char *path;
	const char *const *arguments;
	int channel_fd, input_fd; /* input_fd -1: none */
	const char *folder;       /* NULL: the input is watched */
	long force;
};

static void become(const struct subject *subject)
{
	int channel = fcntl(subject->channel_fd, F_DUPFD, 64);
	int input = subject->input_fd < 0 ? -1 : fcntl(subject->input_fd, F_DUPFD, 64);
	if (dup2(channel, CHANNEL_FD) < 0 || (input >= 0 && dup2(input, INPUT_FD) < 0) ||
		close_range(input >= 0 ? INPUT_FD + 1 : INPUT_FD, UINT_MAX, 0) < 0 ||
		ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(98);
	char *const environment[] = { NULL };
	(void)execve(subject->path, (char *const *)subject->arguments, environment);
	_exit(98);
}

/* Whether a call opens the folder, or names anything in it. */
static bool opens(const struct __ptrace_syscall_info *info, pid_t pid, const char *folder)
{
	long number = (long)info->entry.nr;
	if (number != SYS_openat && number != SYS_newfstatat && number != SYS_statx)
		return false;
	char name[PATH_MAX] = "";
	struct iovec ours = { name, strlen(folder) };
	struct iovec theirs = { (void *)(uintptr_t)info->entry.args[1], strlen(folder) };
	return process_vm_readv(pid, &ours, 1, &theirs, 1, 0) == (ssize_t)ours.iov_len &&
	       strcmp(name, folder) == 0;
}

/* Whether a call could bring bytes of `fd` into the process. */
static bool reads(const struct __ptrace_syscall_info *info, unsigned fd)
{
	switch ((long)info->entry.nr) {
	case SYS_read:
	case SYS_pread64:
	case SYS_readv:
	case SYS_preadv:
	case SYS_preadv2:
	case SYS_recvfrom:
	case SYS_recvmsg:
		return info->entry.args[0] == fd;
	case SYS_mmap:
		return info->entry.args[4] == fd;
	case SYS_sendfile:
		return info->entry.args[1] == fd;
	case SYS_splice:
	case SYS_tee:
	case SYS_copy_file_range:
	case SYS_io_uring_setup:
		return true;
	default:
		return false;
	}
}

static void on_entry(const struct __ptrace_syscall_info *info, pid_t pid, long step,
	const struct subject *subject, struct trace *ret)
{
	/* what cannot be dumped can be read by root only, and names must be read here: that wish is passed over */
	if (subject->folder && info->entry.nr == SYS_prctl &&
		info->entry.args[0] == PR_SET_DUMPABLE && trace_can_force())
		set_call(pid, SYS_getpid);
	bool met = subject->folder ? opens(info, pid, subject->folder) : reads(info, INPUT_FD);
	/* the rule of Landlock opens it too, to name it: O_PATH reads nothing */
	if (subject->folder && info->entry.nr == SYS_openat && (info->entry.args[2] & O_PATH))
		met = false;
	if (ret->request_step < 0 && reads(info, CHANNEL_FD))
		ret->request_step = step;
	if (ret->input_step < 0 && met) {
		ret->input_step = step;
		if (subject->force >= 0) {
			set_call(pid, subject->force);
			ret->forced = true;
		}
	}
}

static void on_exit_stop(
	const struct __ptrace_syscall_info *info, long number, long step, struct trace *ret)
{
	bool good = !info->exit.is_error;
	if (number == SYS_seccomp && good && ret->filter_step < 0)
		ret->filter_step = step;
	if (number == SYS_landlock_restrict_self && good)
		ret->landlock_step = step;
	if (ret->forced && ret->forced_result == LONG_MIN)
		ret->forced_result = (long)info->exit.rval;
}

/* seccomp() is also called to ask what the kernel knows; only mode 1, a filter, counts. */
static bool installs_filter(const struct __ptrace_syscall_info *info)
{
	return info->entry.nr == SYS_seccomp && info->entry.args[0] == 1;
}

static void follow(pid_t pid, const struct subject *subject, struct trace *ret)
{
	long number = -1;
	int deliver = 0;
	for (long step = 0;;) {
		int status = 0;
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, deliver), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ret->status = status;
		if (!WIFSTOPPED(status))
			return;
		deliver = WSTOPSIG(status) == SYSCALL_STOP ? 0 : WSTOPSIG(status);
		if (deliver)
			continue;
		struct __ptrace_syscall_info info;
		long n = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
		assert_true(n > 0);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
			step++;
			number = (long)info.entry.nr;
			if (number == SYS_seccomp && !installs_filter(&info))
				number = -1;
			on_entry(&info, pid, step, subject, ret);
		} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
			on_exit_stop(&info, number, step, ret);
		}
	}
}

static void run(const struct subject *subject, struct trace *ret)
{
	*ret = (struct trace) { .filter_step = -1,
		.landlock_step = -1,
		.request_step = -1,
		.input_step = -1,
		.forced_result = LONG_MIN };
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become(subject);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(
		ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
	follow(pid, subject, ret);
}

void trace_run(const char *path, int channel_fd, int input_fd, long force, struct trace *ret)
{
	const char *const arguments[] = { "kneadd-parse", NULL };
	run(&(struct subject) { .path = path,
		    .arguments = arguments,
		    .channel_fd = channel_fd,
		    .input_fd = input_fd,
		    .force = force },
		ret);
}

void trace_run_fetch(const char *path, int channel_fd, const char *folder, const char *state_dir,
	long force, struct trace *ret)
{
	const char *const arguments[] = { "kneadd-fetch", "folder:test", folder, state_dir, NULL };
	run(&(struct subject) { .path = path,
		    .arguments = arguments,
		    .channel_fd = channel_fd,
		    .input_fd = -1,
		    .folder = folder,
		    .force = force },
		ret);
}
