/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "util/access_list.h"

#include <unistd.h>

#define OWNER 100u
#define GROUP 200u

/* version 2, then tag, rights, id: each little-endian, as setfacl writes them */
#define HEAD 2, 0, 0, 0
#define ENTRY(tag, rights, id) tag, 0, rights, 0, (id)&0xff, (id) >> 8, 0, 0
#define NOBODY 0xff, 0xff, 0xff, 0xff
#define PLAIN(tag, rights) tag, 0, rights, 0, NOBODY

/* setfacl -m u:1000:rw -m g:300:r -m g:301:w FILE, of mode 660 */
static const uint8_t seat[] = { HEAD, PLAIN(1, 6), ENTRY(2, 6, 1000u), PLAIN(4, 6),
	ENTRY(8, 4, 300u), ENTRY(8, 2, 301u), PLAIN(16, 6), PLAIN(32, 0) };

static const struct stat owned = { .st_uid = OWNER, .st_gid = GROUP };

static bool may(const uint8_t *list, size_t size, uid_t uid, gid_t gid, gid_t more, int want)
{
	const struct machine_person person = {
		.uid = uid, .gid = gid, .groups = { more }, .groups_n = 1
	};
	return access_list_allows(list, size, &owned, &person, want);
}

static void who_is_named_has_what_stands_there(void **state)
{
	(void)state;
	assert_true(may(seat, sizeof seat, 1000, 1000, 1000, R_OK | W_OK));
	assert_false(may(seat, sizeof seat, 1000, 1000, 1000, R_OK | X_OK));
	assert_true(may(seat, sizeof seat, OWNER, 1, 1, R_OK | W_OK));
	assert_true(may(seat, sizeof seat, 5, GROUP, GROUP, R_OK | W_OK));
	assert_true(may(seat, sizeof seat, 0, 5, 5, R_OK | W_OK));
}

static void somebody_elses_right_is_nobodys(void **state)
{
	(void)state;
	assert_false(may(seat, sizeof seat, 1001, 1001, 1001, R_OK));
}

static void one_group_must_give_all_that_is_wanted(void **state)
{
	(void)state;
	assert_true(may(seat, sizeof seat, 5, 300, 300, R_OK));
	assert_true(may(seat, sizeof seat, 5, 5, 301, W_OK));
	assert_false(may(seat, sizeof seat, 5, 300, 301, R_OK | W_OK));
}

static void the_mask_takes_away_from_all_but_owner_and_others(void **state)
{
	(void)state;
	static const uint8_t list[] = { HEAD, PLAIN(1, 6), ENTRY(2, 6, 1000u), PLAIN(4, 6),
		PLAIN(16, 4), PLAIN(32, 6) };
	assert_true(may(list, sizeof list, OWNER, 1, 1, W_OK));
	assert_false(may(list, sizeof list, 1000, 1, 1, W_OK));
	assert_true(may(list, sizeof list, 1000, 1, 1, R_OK));
	assert_false(may(list, sizeof list, 5, GROUP, GROUP, W_OK));
	assert_true(may(list, sizeof list, 5, 5, 5, W_OK));
}

static void a_list_that_cannot_be_read_gives_nothing(void **state)
{
	(void)state;
	static const uint8_t newer[] = { 3, 0, 0, 0, PLAIN(1, 7), PLAIN(4, 7), PLAIN(32, 7) };
	assert_false(may(newer, sizeof newer, 5, 5, 5, R_OK));
	for (size_t size = 0; size < sizeof seat; size++)
		assert_false(may(seat, size, 1000, 1000, 1000, X_OK));
	assert_false(may(seat, 3, 5, GROUP, GROUP, R_OK));
	assert_false(may(seat, sizeof seat - 1, 5, GROUP, GROUP, R_OK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_named_has_what_stands_there),
		cmocka_unit_test(somebody_elses_right_is_nobodys),
		cmocka_unit_test(one_group_must_give_all_that_is_wanted),
		cmocka_unit_test(the_mask_takes_away_from_all_but_owner_and_others),
		cmocka_unit_test(a_list_that_cannot_be_read_gives_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
