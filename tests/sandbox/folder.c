/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cage of a fetcher that reads a folder or a volume: that tree to read, the spool to write, nothing else. And
 * the real kneadd-fetch: the cage closes before it opens the folder, an attacker inside it gets nowhere. */
#include "support/test.h"

#include "base/cleanup.h"
#include "sandbox/sandbox.h"
#include "sandbox/trace.h"
#include "support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *arg_fetch;

struct place {
	struct scratch scratch;
	char source[SCRATCH_PATH_BYTES], inside[SCRATCH_PATH_BYTES], state[SCRATCH_PATH_BYTES],
		spool[SCRATCH_PATH_BYTES], other[SCRATCH_PATH_BYTES], leads_out[SCRATCH_PATH_BYTES];
};

/* Runs one thing in the cage. Its result is the child's: 0, or an errno; 255 when the cage failed. */
static int in_cage(const struct place *place, int (*thing)(const struct place *place))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct landlock_path paths[] = { { place->source, LANDLOCK_READ },
			{ place->state, LANDLOCK_LIST }, { place->spool, LANDLOCK_FILES } };
		bool landlock = false;
		if (sandbox_enter_with(SANDBOX_FOLDER, paths, 3, &landlock) < 0)
			_exit(255);
		_exit(landlock ? thing(place) : 77);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* no Landlock in this kernel */
	return WEXITSTATUS(status);
}

static int opens(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int read_source(const struct place *place)
{
	char byte;
	AUTO_CLOSE int fd = open(place->inside, O_RDONLY | O_CLOEXEC);
	int r = opens(place->source, O_RDONLY | O_DIRECTORY);
	return r != 0 ? r : read(fd, &byte, 1) == 1 ? 0 : errno;
}

static int write_source(const struct place *place)
{
	return opens(place->inside, O_WRONLY);
}

static int cut_source(const struct place *place)
{
	return truncate(place->inside, 0) < 0 ? errno : 0;
}

static int remove_from_source(const struct place *place)
{
	return unlink(place->inside) < 0 ? errno : 0;
}

static int make_in_source(const struct place *place)
{
	char path[SCRATCH_PATH_BYTES + 8];
	(void)snprintf(path, sizeof path, "%s/new", place->source);
	return opens(path, O_WRONLY | O_CREAT);
}

static int move_out_of_source(const struct place *place)
{
	char path[SCRATCH_PATH_BYTES + 8];
	(void)snprintf(path, sizeof path, "%s/taken", place->spool);
	return rename(place->inside, path) < 0 ? errno : 0;
}

static int date_source(const struct place *place)
{
	return utimensat(AT_FDCWD, place->inside, NULL, 0) < 0 ? errno : 0;
}

static int chmod_source(const struct place *place)
{
	return chmod(place->inside, 0777) < 0 ? errno : 0;
}

static int open_other(const struct place *place)
{
	return opens(place->other, O_RDONLY);
}

static int open_passwords(const struct place *place)
{
	(void)place;
	return opens("/etc/passwd", O_RDONLY);
}

static int follow_link_out(const struct place *place)
{
	return opens(place->leads_out, O_RDONLY);
}

static int fill_spool(const struct place *place)
{
	char path[SCRATCH_PATH_BYTES + 8], renamed[SCRATCH_PATH_BYTES + 8];
	(void)snprintf(path, sizeof path, "%s/a.part", place->spool);
	(void)snprintf(renamed, sizeof renamed, "%s/a", place->spool);
	AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || fdatasync(fd) < 0 || rename(path, renamed) < 0 ||
		symlink("nowhere", path) < 0 || unlink(path) < 0 || unlink(renamed) < 0)
		return errno;
	return 0;
}

static int speak_to_the_network(const struct place *place)
{
	(void)place;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int speak_to_this_machine(const struct place *place)
{
	(void)place;
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int run_a_program(const struct place *place)
{
	(void)place;
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int become_two(const struct place *place)
{
	(void)place;
	return syscall(SYS_clone, 17, 0, 0, 0, 0) < 0 ? errno : 0;
}

static int look_into_others(const struct place *place)
{
	(void)place;
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 0 ? errno : 0;
}

static int make_memory_code(const struct place *place)
{
	(void)place;
	return syscall(SYS_mmap, NULL, 4096, 5 /* read, execute */, 0x22, -1, 0) < 0 ? errno : 0;
}

static int setup(void **state)
{
	static struct place place;
	scratch_init(&place.scratch);
	scratch_write(&place.scratch, "source/run.fit", "FIT");
	scratch_write(&place.scratch, "secret/other", "s");
	scratch_folder(&place.scratch, "state/spool");
	(void)scratch_path(&place.scratch, "source", place.source);
	(void)scratch_path(&place.scratch, "source/run.fit", place.inside);
	(void)scratch_path(&place.scratch, "source/out.fit", place.leads_out);
	(void)scratch_path(&place.scratch, "state", place.state);
	(void)scratch_path(&place.scratch, "state/spool", place.spool);
	(void)scratch_path(&place.scratch, "secret/other", place.other);
	assert_int_equal(symlink(place.other, place.leads_out), 0);
	*state = &place;
	return 0;
}

static int teardown(void **state)
{
	scratch_done(&((struct place *)*state)->scratch);
	return 0;
}

static void reads_its_folder_and_fills_the_spool(void **state)
{
	assert_int_equal(in_cage(*state, read_source), 0);
	assert_int_equal(in_cage(*state, fill_spool), 0);
}

static void writes_nothing_in_its_folder(void **state)
{
	assert_int_equal(in_cage(*state, write_source), EACCES);
	assert_int_equal(in_cage(*state, make_in_source), EACCES);
	assert_int_equal(in_cage(*state, remove_from_source), EACCES);
	assert_true(in_cage(*state, move_out_of_source) != 0);
	assert_int_equal(in_cage(*state, cut_source), EPERM);
	assert_int_equal(in_cage(*state, date_source), EPERM);
	assert_int_equal(in_cage(*state, chmod_source), EPERM);
	struct stat st;
	assert_int_equal(stat(((struct place *)*state)->inside, &st), 0);
	assert_int_equal(st.st_size, 3);
}

static void reaches_no_other_file(void **state)
{
	assert_int_equal(in_cage(*state, open_other), EACCES);
	assert_int_equal(in_cage(*state, open_passwords), EACCES);
	assert_int_equal(in_cage(*state, follow_link_out), EACCES);
}

static void reaches_no_network_no_program_and_no_process(void **state)
{
	assert_int_equal(in_cage(*state, speak_to_the_network), EPERM);
	assert_int_equal(in_cage(*state, speak_to_this_machine), EPERM);
	assert_int_equal(in_cage(*state, run_a_program), EPERM);
	assert_int_equal(in_cage(*state, become_two), EPERM);
	assert_int_equal(in_cage(*state, look_into_others), EPERM);
	assert_int_equal(in_cage(*state, make_memory_code), EPERM);
}

static void run_traced(const struct place *place, long force, struct trace *ret)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	AUTO_CLOSE int theirs = pair[1];
	(void)close(pair[0]); /* nobody listens: it looks, and ends */
	trace_run_fetch(arg_fetch, theirs, place->source, place->state, force, ret);
}

static void the_cage_closes_before_the_folder_is_opened(void **state)
{
	struct trace trace;
	run_traced(*state, -1, &trace);
	assert_true(WIFEXITED(trace.status));
	assert_true(trace.input_step > 0); /* it did open it */
	assert_true(trace.filter_step > 0 && trace.filter_step < trace.input_step);
	bool has_landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
	assert_int_equal(trace.landlock_step > 0, has_landlock);
	assert_true(trace.landlock_step < trace.filter_step);
}

static void an_attacker_inside_it_is_refused(void **state)
{
	static const long calls[] = { SYS_socket, SYS_connect, SYS_execve, SYS_clone, SYS_kill,
		SYS_ptrace, SYS_prctl, SYS_memfd_create, SYS_mkdirat, SYS_fchmodat, SYS_linkat,
		SYS_mount, SYS_setresuid, SYS_bpf };
	if (!trace_can_force())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct trace trace;
		run_traced(*state, calls[i], &trace);
		assert_true(trace.forced);
		assert_int_equal(trace.forced_result, -EPERM);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			reads_its_folder_and_fills_the_spool, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_nothing_in_its_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(reaches_no_other_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			reaches_no_network_no_program_and_no_process, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_cage_closes_before_the_folder_is_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(an_attacker_inside_it_is_refused, setup, teardown),
	};
	if (argc != 2) {
		(void)fputs("usage: test_sandbox_folder KNEADD-FETCH\n", stderr);
		return 2;
	}
	arg_fetch = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
