/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights that root always has: skipped as root. */
#include "unit/store_fixture.h"

#include <errno.h>
#include <sys/stat.h>

static int open_fails(const struct fixture *fixture, enum store_mode mode, const char *word)
{
	char why[STORE_WHY_BYTES] = "";
	struct store *store = NULL;
	int r = store_open(fixture->dir, mode, &store, why);
	assert_null(store);
	if (!strstr(why, word))
		fail_msg("\"%s\" does not say \"%s\"", why, word);
	return r;
}

static void a_store_without_the_right_to_read_is_not_a_missing_one(void **state)
{
	struct fixture *fixture = *state;
	fixture->store = store_close(fixture->store);
	assert_int_equal(chmod(fixture->dir, 0000), 0);
	assert_int_equal(open_fails(fixture, STORE_READ, "no right"), -EACCES);
	assert_int_equal(open_fails(fixture, STORE_CREATE, "no right"), -EACCES);
	assert_int_equal(chmod(fixture->dir, 0700), 0);
	assert_int_equal(chmod(fixture_path(fixture, "knead.db"), 0000), 0);
	assert_int_equal(open_fails(fixture, STORE_READ, "no right"), -EACCES);
	assert_int_equal(open_fails(fixture, STORE_WRITE, "no right"), -EACCES);
}

static void a_store_in_a_read_only_folder_is_read_and_not_written(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_set_fact(fixture->store, "a", "1"), 0);
	fixture->store = store_close(fixture->store); /* takes the log along */
	assert_int_equal(chmod(fixture->dir, 0500), 0);
	assert_int_equal(open_fails(fixture, STORE_WRITE, "no right"), -EACCES);
	assert_int_equal(open_fails(fixture, STORE_CREATE, "no right"), -EACCES);
	fixture_open(fixture, STORE_READ);
	char *value = NULL;
	assert_int_equal(store_get_fact(fixture->store, "a", &value), 0);
	assert_string_equal(value, "1");
	free(value);
	assert_int_equal(chmod(fixture->dir, 0700), 0);
}

static void a_log_that_cannot_be_read_is_not_passed_over(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_set_fact(fixture->store, "a", "1"), 0);
	assert_int_equal(chmod(fixture_path(fixture, "knead.db-wal"), 0000), 0);
	assert_int_equal(chmod(fixture_path(fixture, "knead.db-shm"), 0000), 0);
	assert_int_equal(chmod(fixture->dir, 0500), 0);
	char why[STORE_WHY_BYTES] = "";
	struct store *reader = NULL;
	assert_int_equal(store_open(fixture->dir, STORE_READ, &reader, why), -EACCES);
	assert_int_equal(chmod(fixture->dir, 0700), 0);
}

int main(void)
{
	if (geteuid() == 0) {
		(void)fputs("SKIPPED: root has every right\n", stderr);
		return 77;
	}
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		MADE(a_store_without_the_right_to_read_is_not_a_missing_one),
		MADE(a_store_in_a_read_only_folder_is_read_and_not_written),
		MADE(a_log_that_cannot_be_read_is_not_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
