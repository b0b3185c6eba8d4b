/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store inside a service that may set no set-group-id bit (RestrictSUIDSGID=yes of the unit). */
#include "unit/store_fixture.h"

#include "store/spool.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/stat.h>

static void keep_one(struct fixture *fixture)
{
	struct spool_origin origin = { .source = "folder:x", .size_bytes = 3, .serial = -1 };
	uint8_t hash[HASH_BYTES];
	int fd = open(fixture_path(fixture, "source"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, "run", 3), 3);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(spool_take(fixture->dir, fd, &origin, hash), 0);
	assert_int_equal(archive_keep(fixture->dir, hash), 0);
	assert_int_equal(close(fd), 0);
}

static mode_t mode_of(const struct fixture *fixture, const char *name)
{
	struct stat st;
	assert_int_equal(stat(fixture_path(fixture, name), &st), 0);
	return st.st_mode & 07777;
}

static void folders_of_a_store_hand_down_their_group(void **state)
{
	struct fixture *fixture = *state;
	keep_one(fixture);
	assert_true(mode_of(fixture, "spool") & S_ISGID);
	assert_true(mode_of(fixture, "archive") & S_ISGID);
}

/* What systemd does for RestrictSUIDSGID=, as far as folders are concerned. */
static void forbid_the_bit(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct scmp_arg_cmp second = SCMP_A1(SCMP_CMP_MASKED_EQ, S_ISGID, S_ISGID);
	struct scmp_arg_cmp third = SCMP_A2(SCMP_CMP_MASKED_EQ, S_ISGID, S_ISGID);
	uint32_t eperm = SCMP_ACT_ERRNO(EPERM);
	assert_non_null(filter);
	assert_int_equal(seccomp_rule_add(filter, eperm, SCMP_SYS(fchmod), 1, second), 0);
	assert_int_equal(seccomp_rule_add(filter, eperm, SCMP_SYS(fchmodat), 1, third), 0);
	assert_int_equal(seccomp_rule_add(filter, eperm, SCMP_SYS(mkdirat), 1, third), 0);
	assert_int_equal(seccomp_load(filter), 0);
	seccomp_release(filter);
}

static void a_service_that_may_not_set_the_bit_keeps_files_all_the_same(void **state)
{
	forbid_the_bit();
	keep_one(*state);
}

/* systemd makes the folder, with the bit, before it starts the service. */
static void below_a_state_folder_with_the_bit_a_service_has_it_too(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(chmod(fixture->dir, 02770), 0);
	forbid_the_bit();
	keep_one(fixture);
	assert_true(mode_of(fixture, "spool") & S_ISGID);
	assert_true(mode_of(fixture, "archive") & S_ISGID);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	/* the filter stays: chmod() itself is left out of it for the last case */
	const struct CMUnitTest tests[] = {
		MADE(folders_of_a_store_hand_down_their_group),
		MADE(a_service_that_may_not_set_the_bit_keeps_files_all_the_same),
		MADE(below_a_state_folder_with_the_bit_a_service_has_it_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
