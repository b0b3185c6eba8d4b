/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process can and cannot do once it is in the cage. Each case is a child that enters it. */
#include "support/test.h"

#include "base/cleanup.h"
#include "sandbox/landlock.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_ENTERED 99

/* Runs `act` in the cage; the status of waitpid(). */
static int caged(int (*act)(void))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool landlock = false;
		_exit(sandbox_enter(SANDBOX_PARSE, &landlock) < 0 ? NOT_ENTERED : act());
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == NOT_ENTERED);
	return status;
}

static void assert_works(int (*act)(void))
{
	int status = caged(act);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("ended with status 0x%x", (unsigned)status);
}

static int act_number; /* the system call that a child tries next */

static int act_call(void)
{
	(void)syscall(act_number, 0L, 0L, 0L, 0L, 0L, 0L);
	return 0;
}

static void assert_dies(const char *name, long number)
{
	act_number = (int)number;
	int status = caged(act_call);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		fail_msg("%s ended with status 0x%x", name, (unsigned)status);
}

static void dies_of_what_only_an_attacker_wants(void **state)
{
	(void)state;
#define DIES(name) assert_dies(#name, SYS_##name)
	DIES(socket);
	DIES(connect);
	DIES(bind);
	DIES(sendmsg);
	DIES(recvmsg);
	DIES(sendto);
	DIES(execve);
	DIES(execveat);
	DIES(clone);
	DIES(clone3);
	DIES(kill);
	DIES(tgkill);
	DIES(ptrace);
	DIES(process_vm_readv);
	DIES(pidfd_getfd);
	DIES(unlinkat);
	DIES(renameat2);
	DIES(mkdirat);
	DIES(mount);
	DIES(prctl);
	DIES(prlimit64);
	DIES(seccomp);
	DIES(bpf);
	DIES(io_uring_setup);
	DIES(memfd_create);
	DIES(dup3);
	DIES(pwrite64);
	DIES(ftruncate);
	DIES(userfaultfd);
	DIES(perf_event_open);
	DIES(keyctl);
#undef DIES
}

static int act_open(void)
{
	struct stat st;
	char text[64];
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 1;
	if (open("/tmp/knead-cage", O_WRONLY | O_CREAT, 0600) >= 0 || errno != EACCES)
		return 2;
	if (stat("/etc/passwd", &st) == 0 || errno != EACCES)
		return 3;
	if (access("/etc/passwd", R_OK) == 0 || errno != EACCES)
		return 4;
	if (readlink("/proc/self/exe", text, sizeof text) >= 0 || errno != EACCES)
		return 5;
	if (fopen("/proc/self/maps", "re") || errno != EACCES)
		return 6;
	return isatty(0) ? 7 : 0;
}

static void opening_anything_is_refused_and_life_goes_on(void **state)
{
	(void)state;
	assert_works(act_open);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, 64);
}

static int act_work(void)
{
	const size_t size = 48u << 20;
	char *data = malloc(size);
	if (!data)
		return 1;
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i * 2654435761u >> 7);
	qsort(data, 20000, 64, compare);
	char *more = realloc(data, size * 2);
	if (!more)
		return 2;
	free(more);
	char text[64];
	(void)snprintf(text, sizeof text, "%.17g", strtod("5406.2", NULL));
	return write(STDERR_FILENO, "", 0) == 0 && text[0] == '5' ? 0 : 3;
}

static void work_in_memory_goes_on(void **state)
{
	(void)state;
	assert_works(act_work);
}

static int act_too_much(void)
{
	void *volatile block = malloc(SANDBOX_MEMORY_BYTES);
	return block || errno != ENOMEM;
}

static void memory_has_an_end(void **state)
{
	(void)state;
	assert_works(act_too_much);
}

static int act_map_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return 0;
}

static int act_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return 1;
	(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
	return 0;
}

static void memory_cannot_become_code(void **state)
{
	(void)state;
	int status = caged(act_map_code);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = caged(act_make_code);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void computing_has_an_end(void **state)
{
	(void)state;
	/* a limit that is stricter than the cage's stays, so this takes one second and not twenty */
	struct rlimit before, second = { .rlim_cur = 1, .rlim_max = 2 };
	assert_int_equal(getrlimit(RLIMIT_CPU, &before), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool landlock;
		if (setrlimit(RLIMIT_CPU, &second) < 0 ||
			sandbox_enter(SANDBOX_PARSE, &landlock) < 0)
			_exit(NOT_ENTERED);
		for (volatile uint64_t i = 0;; i++)
			;
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}

/* The number behind "NAME:" in /proc/PID/status. */
static long status_of(pid_t pid, const char *name)
{
	char path[64], line[256];
	(void)snprintf(path, sizeof path, "/proc/%d/status", pid);
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			return strtol(line + strlen(name) + 1, NULL, 10);
	fail_msg("no %s in %s", name, path);
	return -1;
}

static rlim_t limit_of(pid_t pid, int resource)
{
	struct rlimit limit;
	assert_int_equal(syscall(SYS_prlimit64, pid, resource, NULL, &limit), 0);
	return limit.rlim_max;
}

static void the_kernel_confirms_filter_and_limits(void **state)
{
	(void)state;
	int gate[2], ready[2];
	assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool landlock;
		char byte = 0;
		(void)close(gate[1]);
		if (sandbox_enter(SANDBOX_PARSE, &landlock) < 0)
			_exit(NOT_ENTERED);
		(void)!write(ready[1], &byte, 1);
		(void)!read(gate[0], &byte, 1);
		_exit(0);
	}
	char byte;
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(status_of(pid, "Seccomp"), 2);
	assert_int_equal(status_of(pid, "NoNewPrivs"), 1);
	assert_int_equal(limit_of(pid, RLIMIT_CORE), 0);
	assert_int_equal(limit_of(pid, RLIMIT_AS), SANDBOX_MEMORY_BYTES);
	assert_true(limit_of(pid, RLIMIT_CPU) <= SANDBOX_CPU_S + 1);
	assert_true(limit_of(pid, RLIMIT_NOFILE) <= SANDBOX_FDS);
	for (size_t i = 0; i < 2; i++) {
		(void)close(gate[i]);
		(void)close(ready[i]);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int landlocked_child(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 1;
	int r = landlock_deny_all();
	if (r == -ENOSYS)
		return 77;
	if (r < 0)
		return 2;
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 3;
	if (open("/", O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES)
		return 4;
	return open("/tmp/knead-cage", O_WRONLY | O_CREAT, 0600) >= 0 || errno != EACCES ? 5 : 0;
}

static void landlock_alone_holds_files_shut(void **state)
{
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(landlocked_child());
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip(); /* this kernel has none */
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dies_of_what_only_an_attacker_wants),
		cmocka_unit_test(opening_anything_is_refused_and_life_goes_on),
		cmocka_unit_test(work_in_memory_goes_on),
		cmocka_unit_test(memory_has_an_end),
		cmocka_unit_test(memory_cannot_become_code),
		cmocka_unit_test(computing_has_an_end),
		cmocka_unit_test(the_kernel_confirms_filter_and_limits),
		cmocka_unit_test(landlock_alone_holds_files_shut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
