/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several processes and one store. */
#include "unit/store_fixture.h"

#include "kneadd/manager.h"

#include <sys/wait.h>

#define MAKERS 4
#define ROUNDS 40

/* A child that makes the store as soon as the pipe closes; it ends with 0 when it could. */
static pid_t make_store(const struct fixture *fixture, const int start[2])
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid)
		return pid;
	char why[STORE_WHY_BYTES], byte;
	struct store *store = NULL;
	(void)close(start[1]);
	(void)!read(start[0], &byte, 1);
	int r = store_open(fixture->dir, STORE_CREATE, &store, why);
	store_close(store);
	_exit(r < 0);
}

static void a_store_that_several_make_at_once_is_there_for_all(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const files[] = { "knead.db", "knead.db-wal", "knead.db-shm" };
	for (int round = 0; round < ROUNDS; round++) {
		int start[2], failed = 0;
		pid_t pids[MAKERS];
		assert_int_equal(pipe(start), 0);
		for (size_t i = 0; i < MAKERS; i++)
			pids[i] = make_store(fixture, start);
		(void)close(start[0]);
		(void)close(start[1]);
		for (size_t i = 0; i < MAKERS; i++) {
			int status = -1;
			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
			failed += status != 0;
		}
		assert_int_equal(failed, 0);
		for (size_t i = 0; i < 3; i++)
			(void)unlink(fixture_path(fixture, files[i]));
	}
}

/* Whether another process can start a daemon on the store: 0 yes, 1 no because one runs, 2 otherwise. */
static int start_elsewhere(const struct manager_options *options)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct manager *manager = NULL;
		char why[MANAGER_WHY_BYTES] = "";
		int r = manager_new(options, &manager, why);
		(void)manager_free(manager);
		_exit(r >= 0 ? 0 : strstr(why, "another kneadd") ? 1 : 2);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_second_daemon_on_one_store_does_not_start(void **state)
{
	struct fixture *fixture = *state;
	const struct manager_options options = { .state = fixture->dir, .config = "/dev/null" };
	struct manager *first = NULL;
	char why[MANAGER_WHY_BYTES] = "";
	if (manager_new(&options, &first, why) < 0)
		fail_msg("%s", why);
	assert_int_equal(start_elsewhere(&options), 1);
	first = manager_free(first);
	assert_int_equal(start_elsewhere(&options), 0);
}

/* As a helper is, between the fork and the program, when the daemon is killed at that instant. */
static void a_child_that_outlives_the_daemon_holds_nothing(void **state)
{
	struct fixture *fixture = *state;
	const struct manager_options options = { .state = fixture->dir, .config = "/dev/null" };
	struct manager *first = NULL;
	char why[MANAGER_WHY_BYTES] = "", byte;
	int end[2];
	if (manager_new(&options, &first, why) < 0)
		fail_msg("%s", why);
	assert_int_equal(pipe(end), 0);
	pid_t child = fork(); /* has all descriptors of the daemon */
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(end[1]);
		_exit(read(end[0], &byte, 1) != 0);
	}
	(void)close(end[0]);
	first = manager_free(first);
	assert_int_equal(start_elsewhere(&options), 0);
	(void)close(end[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

int main(void)
{
	/* whoever is started looks for the reader; nothing is read here */
	(void)setenv("KNEAD_PARSE_HELPER", "/bin/true", 1);
#define EMPTY(test) cmocka_unit_test_setup_teardown(test, fixture_setup_empty, fixture_teardown)
	const struct CMUnitTest tests[] = {
		EMPTY(a_store_that_several_make_at_once_is_there_for_all),
		EMPTY(a_second_daemon_on_one_store_does_not_start),
		EMPTY(a_child_that_outlives_the_daemon_holds_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
