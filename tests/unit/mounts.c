/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of /proc/self/mountinfo. */
#include "support/test.h"

#include "device/mounts.h"
#include "device/volumes.h"

#include <stdio.h>
#include <string.h>

static bool one(const char *text, struct mount_line *ret)
{
	static char copy[512];
	char *at = copy;
	(void)snprintf(copy, sizeof copy, "%s", text);
	return mounts_next(&at, ret);
}

static void a_line_is_taken_apart(void **state)
{
	(void)state;
	struct mount_line line;
	assert_true(one("36 35 8:16 / /media/anna/GARMIN ro,nosuid shared:1 master:2 - vfat "
			"/dev/sdb ro\n",
		&line));
	assert_int_equal(line.id, 36);
	assert_int_equal(line.major, 8);
	assert_int_equal(line.minor, 16);
	assert_string_equal(line.root, "/");
	assert_string_equal(line.point, "/media/anna/GARMIN");
	assert_string_equal(line.type, "vfat");
	assert_true(line.read_only);
}

static void what_stands_escaped_is_read_as_it_is_called(void **state)
{
	(void)state;
	struct mount_line line;
	assert_true(
		one("1 2 8:16 /a\\040b /media/My\\040Watch\\134\\011x rw - vfat x rw\n", &line));
	assert_string_equal(line.root, "/a b");
	assert_string_equal(line.type, "vfat");
	assert_string_equal(line.point, "/media/My Watch\\\tx");
	assert_false(line.read_only);
	/* no escape of the kernel's: taken as it stands */
	assert_true(one("1 2 8:16 / /m\\9\\400\\04 rom - vfat x rw", &line));
	assert_string_equal(line.point, "/m\\9\\400\\04");
	assert_false(line.read_only);
}

static void lines_that_make_no_sense_are_passed_over(void **state)
{
	(void)state;
	char text[] = "\nnonsense\n1 2 3\n1 2 8 / /a rw - x\n1 2 8:x / /b rw\n-1 2 8:1 / /c rw\n"
		      "1 2 8:1 / relative rw\n1 2 99999999999:1 / /d rw\n7 2 8:1 / /e rw\n";
	char *at = text;
	struct mount_line line;
	assert_true(mounts_next(&at, &line));
	assert_string_equal(line.point, "/e");
	assert_string_equal(line.type, "");
	assert_int_equal(line.id, 7);
	assert_false(mounts_next(&at, &line));
	assert_false(mounts_next(&at, &line));
}

static void any_part_of_a_line_ends_without_a_mount_or_with_one(void **state)
{
	(void)state;
	static const char whole[] = "36 35 8:16 / /media/a\\040b ro,nosuid - vfat /dev/sdb ro\n";
	for (size_t n = 0; n < sizeof whole; n++) {
		char text[sizeof whole] = "";
		memcpy(text, whole, n);
		char *at = text;
		struct mount_line line;
		while (mounts_next(&at, &line))
			assert_int_equal(line.point[0], '/');
	}
}

static void a_volume_is_another_one_at_another_plug_in(void **state)
{
	(void)state;
	const struct volume one = { .name = "sdb",
		.usb = "/sys/devices/1-1",
		.mount = "/media/a",
		.major = 8,
		.minor = 16,
		.id = 36,
		.plug = 4 };
	struct volume others[6] = { one, one, one, one, one, one };
	assert_true(volume_is(&one, &others[0]));
	others[0].plug = 5;
	others[1].id = 37;
	others[2].minor = 17;
	others[3].major = 9;
	(void)snprintf(others[4].usb, sizeof others[4].usb, "/sys/devices/1-2");
	(void)snprintf(others[5].mount, sizeof others[5].mount, "/media/b");
	for (size_t i = 0; i < 6; i++)
		assert_false(volume_is(&one, &others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_taken_apart),
		cmocka_unit_test(what_stands_escaped_is_read_as_it_is_called),
		cmocka_unit_test(lines_that_make_no_sense_are_passed_over),
		cmocka_unit_test(any_part_of_a_line_ends_without_a_mount_or_with_one),
		cmocka_unit_test(a_volume_is_another_one_at_another_plug_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
