/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cage of a fetcher that speaks to a watch: its node, two folders, nothing else. */
#include "support/test.h"

#include "base/cleanup.h"
#include "sandbox/sandbox.h"
#include "support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
	struct scratch scratch;
	char node[SCRATCH_PATH_BYTES], spool[SCRATCH_PATH_BYTES], other[SCRATCH_PATH_BYTES];
};

/* Runs one thing in the cage. Its result is the child's: 0, or an errno; 255 when the cage failed; 128 and a signal's
 * number when it died of one. */
static int in_cage(const struct place *place, int (*thing)(const struct place *place))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct landlock_path paths[] = { { place->node, LANDLOCK_DEVICE },
			{ place->scratch.path, LANDLOCK_LIST }, { place->spool, LANDLOCK_FILES } };
		bool landlock = false;
		if (sandbox_enter_with(SANDBOX_FETCH, paths, 3, &landlock) < 0)
			_exit(255);
		_exit(landlock ? thing(place) : 77);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	if (WEXITSTATUS(status) == 77)
		skip(); /* no Landlock in this kernel */
	return WEXITSTATUS(status);
}

static int opens(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int open_node(const struct place *place)
{
	return opens(place->node, O_RDWR);
}

static int open_other(const struct place *place)
{
	return opens(place->other, O_RDONLY);
}

static int write_other(const struct place *place)
{
	return opens(place->other, O_WRONLY);
}

static int open_passwords(const struct place *place)
{
	(void)place;
	return opens("/etc/passwd", O_RDONLY);
}

static int make_a_file(const struct place *place)
{
	char path[600], renamed[600];
	(void)snprintf(path, sizeof path, "%s/a.part", place->spool);
	(void)snprintf(renamed, sizeof renamed, "%s/a", place->spool);
	int r = opens(path, O_RDWR | O_CREAT | O_EXCL);
	if (r == 0 && rename(path, renamed) < 0)
		r = errno;
	if (r == 0 && symlink("nowhere", path) < 0)
		r = errno;
	return r == 0 && unlink(path) < 0 ? errno : r;
}

static int make_a_file_beside(const struct place *place)
{
	char path[600];
	(void)snprintf(path, sizeof path, "%s/b", place->scratch.path);
	return opens(path, O_RDWR | O_CREAT);
}

static int list_the_state(const struct place *place)
{
	return opens(place->scratch.path, O_RDONLY | O_DIRECTORY);
}

static int speak_to_the_network(const struct place *place)
{
	(void)place;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

/* Systemd and the desktop listen there, and start programs for whoever has the same user. */
static int speak_to_this_machine(const struct place *place)
{
	(void)place;
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int act_number; /* the system call that a child tries next */

static int meddle_with(pid_t pid)
{
	return syscall(act_number, pid, pid, 0, 0, 0, 0) < 0 ? errno : 0;
}

static int meddle_outside(const struct place *place)
{
	(void)place;
	return meddle_with(getppid());
}

/* With another process of the same cage, which Landlock lets it signal: the list of calls has to refuse that, for most
 * kernels know no such right at all. */
static int meddle_inside(const struct place *place)
{
	int alive[2];
	char byte;
	(void)place;
	if (pipe2(alive, O_CLOEXEC) < 0)
		return 254;
	pid_t pid = fork();
	if (pid < 0)
		return 254;
	if (pid == 0) {
		(void)close(alive[1]);
		_exit(read(alive[0], &byte, 1) == 0 ? 0 : 1); /* as long as the other one lives */
	}
	return meddle_with(pid);
}

static int die_of_its_own(const struct place *place)
{
	(void)place;
	abort();
}

static int run_a_program(const struct place *place)
{
	(void)place;
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int setup(void **state)
{
	static struct place place;
	scratch_init(&place.scratch);
	scratch_write(&place.scratch, "dev/node", "");
	scratch_write(&place.scratch, "secret/other", "");
	scratch_folder(&place.scratch, "spool");
	(void)scratch_path(&place.scratch, "dev/node", place.node);
	(void)scratch_path(&place.scratch, "secret/other", place.other);
	(void)scratch_path(&place.scratch, "spool", place.spool);
	*state = &place;
	return 0;
}

static int teardown(void **state)
{
	scratch_done(&((struct place *)*state)->scratch);
	return 0;
}

static void reaches_its_node_and_its_spool(void **state)
{
	assert_int_equal(in_cage(*state, open_node), 0);
	assert_int_equal(in_cage(*state, make_a_file), 0);
	assert_int_equal(in_cage(*state, list_the_state), 0);
}

static void reaches_no_other_file(void **state)
{
	assert_int_equal(in_cage(*state, open_other), EACCES);
	assert_int_equal(in_cage(*state, write_other), EACCES);
	assert_int_equal(in_cage(*state, open_passwords), EACCES);
	assert_int_equal(in_cage(*state, make_a_file_beside), EACCES);
}

static void reaches_no_network_and_no_program(void **state)
{
	assert_int_equal(in_cage(*state, speak_to_the_network), EPERM);
	assert_int_equal(in_cage(*state, speak_to_this_machine), EPERM);
	assert_int_equal(in_cage(*state, run_a_program), EPERM);
}

static void meddles_with_no_other_process(void **state)
{
	static const int calls[] = { SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo,
		SYS_rt_tgsigqueueinfo, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_ptrace,
		SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp,
		SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_setpriority, SYS_shmget,
		SYS_msgget, SYS_mount, SYS_setns, SYS_unshare, SYS_bpf };
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		act_number = calls[i];
		if (in_cage(*state, meddle_outside) != EPERM ||
			in_cage(*state, meddle_inside) != EPERM)
			fail_msg("call %d", calls[i]);
	}
}

static void can_still_end_itself(void **state)
{
	assert_int_equal(in_cage(*state, die_of_its_own), 128 + SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reaches_its_node_and_its_spool, setup, teardown),
		cmocka_unit_test_setup_teardown(reaches_no_other_file, setup, teardown),
		cmocka_unit_test_setup_teardown(reaches_no_network_and_no_program, setup, teardown),
		cmocka_unit_test_setup_teardown(meddles_with_no_other_process, setup, teardown),
		cmocka_unit_test_setup_teardown(can_still_end_itself, setup, teardown),
	};
	return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
