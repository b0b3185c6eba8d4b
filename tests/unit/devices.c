/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/devices.h"
#include "support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scratch scratch;
static struct devices *shipped;

static int set_up(void **state)
{
	(void)state;
	static const char *const nowhere[] = { NULL };
	struct problems problems = { 0 };
	scratch_init(&scratch);
	assert_int_equal(devices_load_from(nowhere, &shipped, &problems), 0);
	for (size_t i = 0; i < problems.n; i++)
		print_error("%s\n", problems.list[i].text);
	assert_int_equal(problems.n, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shipped = devices_free(shipped);
	scratch_done(&scratch);
	return 0;
}

static bool match(const struct devices *devices, const char *tree, struct device_match *ret)
{
	char path[SCRATCH_PATH_BYTES];
	int fd = open(scratch_path(&scratch, tree, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	bool matched = devices_match_tree(devices, fd, NULL, ret);
	(void)close(fd);
	return matched;
}

/* A tree of folders, and the activity folders that must be found in it, parted by blanks. */
static const struct {
	const char *name;
	const char *folders[6];
	const char *section, *expected[5];
} trees[] = {
	{ "a watch", { "GARMIN/Activity", "GARMIN/Courses", "Music" }, "garmin",
		{ "GARMIN/Activity" } },
	{ "a watch that is worn day and night",
		{ "GARMIN/Activity", "GARMIN/HRVSTATUS", "GARMIN/Monitor", "GARMIN/Settings",
			"GARMIN/Sleep" },
		"garmin",
		{ "GARMIN/Activity", "GARMIN/Monitor", "GARMIN/Sleep", "GARMIN/HRVSTATUS" } },
	{ "a band", { "GARMIN/Monitor" }, "garmin", { "GARMIN/Monitor" } },
	{ "upper case", { "GARMIN/ACTIVITY" }, "garmin", { "GARMIN/ACTIVITY" } },
	{ "lower case", { "garmin/activity" }, "garmin", { "garmin/activity" } },
	{ "an Edge of old", { "Garmin/Activities", "Garmin/History", "Garmin/Courses" }, "garmin",
		{ "Garmin/Activities", "Garmin/History" } },
	{ "both spellings", { "GARMIN/Activity", "Garmin/Activity" }, "garmin",
		{ "GARMIN/Activity", "Garmin/Activity" } },
	{ "a storage that a desktop mounted",
		{ "Internal Storage/GARMIN/Activity", "Internal Storage/Music" }, "garmin-storage",
		{ "Internal Storage/GARMIN/Activity" } },
	{ "a Wahoo", { "exports", "factory" }, "wahoo", { "exports" } },
	{ "a Karoo", { "FitFiles", "Android/data" }, "hammerhead", { "FitFiles" } },
	{ "a UNA watch", { "Apps/Run/Activity/202605", "Apps/Bike/Activity", "Apps/Clock/Faces" },
		"una", { "Apps/Bike/Activity", "Apps/Run/Activity", "Apps/Run/Activity/202605" } },
	{ "a Garmin without activities", { "GARMIN/NewFiles" }, NULL, { NULL } },
	{ "a copy of a watch on a stick", { "Backup/GARMIN/Activity" }, NULL, { NULL } },
	{ "a home folder", { "Documents", "2026/05" }, NULL, { NULL } },
	{ "nothing", { NULL }, NULL, { NULL } },
};

static void shipped_tables_know_the_trees_of_watches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
		char tree[16], path[SCRATCH_PATH_BYTES];
		(void)snprintf(tree, sizeof tree, "tree%zu", i);
		scratch_folder(&scratch, tree);
		for (size_t k = 0; k < 6 && trees[i].folders[k]; k++) {
			(void)snprintf(path, sizeof path, "%s/%s", tree, trees[i].folders[k]);
			scratch_folder(&scratch, path);
		}
		struct device_match found = { 0 };
		bool matched = match(shipped, tree, &found);
		if (matched != (trees[i].section != NULL))
			fail_msg("%s", trees[i].name);
		if (!matched)
			continue;
		assert_string_equal(found.name, trees[i].section);
		size_t n = 0;
		while (n < 5 && trees[i].expected[n])
			n++;
		if (found.folders_n != n)
			fail_msg("%s: %zu folders, the first %s", trees[i].name, found.folders_n,
				found.folders[0]);
		for (size_t k = 0; k < n; k++)
			assert_string_equal(found.folders[k], trees[i].expected[k]);
	}
}

static void links_are_not_followed_and_files_are_no_folders(void **state)
{
	(void)state;
	char path[SCRATCH_PATH_BYTES];
	struct device_match found;
	scratch_folder(&scratch, "real/Activity");
	scratch_folder(&scratch, "tree");
	assert_int_equal(symlink("../real", scratch_path(&scratch, "tree/GARMIN", path)), 0);
	assert_false(match(shipped, "tree", &found));
	scratch_folder(&scratch, "second/GARMIN");
	assert_int_equal(
		symlink("../../real", scratch_path(&scratch, "second/GARMIN/Activity", path)), 0);
	assert_false(match(shipped, "second", &found));
	scratch_write(&scratch, "third/GARMIN/Activity", "a file\n");
	assert_false(match(shipped, "third", &found));
}

static void other_folders_of_a_watch_are_left_out(void **state)
{
	(void)state;
	struct device_match found;
	scratch_folder(&scratch, "t/GARMIN/Activity");
	scratch_folder(&scratch, "t/GARMIN/Monitor");
	scratch_folder(&scratch, "t/GARMIN/Courses");
	assert_true(match(shipped, "t", &found));
	assert_string_equal(found.maker, "Garmin");
	assert_int_equal(found.tops_n, 1);
	static const struct {
		const char *path;
		enum device_folder_use use;
	} rows[] = {
		{ "GARMIN", DEVICE_FOLDER_PASS },
		{ "GARMIN/Activity", DEVICE_FOLDER_TAKE },
		{ "GARMIN/Activity/2026", DEVICE_FOLDER_TAKE },
		{ "GARMIN/Activity2", DEVICE_FOLDER_SKIP },
		{ "GARMIN/Monitor", DEVICE_FOLDER_TAKE },
		{ "GARMIN/Courses", DEVICE_FOLDER_SKIP },
		{ "GARMIN2", DEVICE_FOLDER_TAKE },
		{ "Polar/2026", DEVICE_FOLDER_TAKE },
		{ "", DEVICE_FOLDER_TAKE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (devices_folder_use(&found, rows[i].path) != rows[i].use)
			fail_msg("%s", rows[i].path);
}

static void unfinished_and_foreign_files_are_left_alone(void **state)
{
	(void)state;
	struct device_match found;
	scratch_folder(&scratch, "t/GARMIN/Activity");
	assert_true(match(shipped, "t", &found));
	static const char *const skipped[] = { "temp.fit", "TEMP.FIT", ".hidden.fit", "~x.fit",
		"GarminDevice.xml", "x.gpx" };
	static const char *const taken[] = { "2026-05-03-06-12-44.fit", "C4ND0302.FIT", "a.tcx",
		"A.TCX" };
	for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++)
		assert_true(devices_skips_name(shipped, &found, skipped[i]));
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		assert_false(devices_skips_name(shipped, &found, taken[i]));
	assert_true(devices_skips_name(shipped, NULL, ".x.fit"));
	assert_false(devices_skips_name(shipped, NULL, "x.gpx"));
}

/* In place of the reader of GarminDevice.xml: the file's text is the folder; "-" says nothing. */
static int read_named(const uint8_t *data, size_t size, struct device_named *ret)
{
	if (size && data[0] == '-')
		return -EBADMSG;
	*ret = (struct device_named) { .n = 1 };
	(void)snprintf(ret->folders[0].path, sizeof ret->folders[0].path, "%.*s", (int)size,
		(const char *)data);
	return 0;
}

static void a_device_that_names_its_folders_goes_before_the_table(void **state)
{
	(void)state;
	static const struct {
		const char *file, *text, *expected[2];
	} rows[] = {
		{ "own/GARMIN/GarminDevice.xml", "GARMIN/runs", { "GARMIN/RUNS", "GARMIN/Sleep" } },
		{ "own/GARMIN/GARMINDEVICE.XML", "Data/[1]", { "Data/[1]", "GARMIN/Sleep" } },
		{ "own/GARMIN/garmindevice.xml", "Nowhere", { "GARMIN/Activity", "GARMIN/Sleep" } },
		{ "own/GARMIN/GarminDevice.xml", "-", { "GARMIN/Activity", "GARMIN/Sleep" } },
		{ "own/Primary/GARMIN/GarminDevice.xml", "GARMIN/Activity",
			{ "GARMIN/Activity", "GARMIN/Sleep" } },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[SCRATCH_PATH_BYTES];
		struct device_match found = { 0 };
		scratch_done(&scratch);
		scratch_init(&scratch);
		scratch_folder(&scratch, "own/GARMIN/Activity");
		scratch_folder(&scratch, "own/GARMIN/RUNS");
		scratch_folder(&scratch, "own/GARMIN/Sleep");
		scratch_folder(&scratch, "own/Data/[1]");
		scratch_folder(&scratch, "own/Primary/GARMIN");
		scratch_write(&scratch, rows[i].file, rows[i].text);
		int fd = open(
			scratch_path(&scratch, "own", path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_true(devices_match_tree(shipped, fd, read_named, &found));
		(void)close(fd);
		assert_int_equal(found.folders_n, 2);
		assert_string_equal(found.folders[0], rows[i].expected[0]);
		assert_string_equal(found.folders[1], rows[i].expected[1]);
		/* a folder beside GARMIN is the watch's as well */
		assert_int_equal(found.tops_n, i == 1 ? 2 : 1);
	}
}

static struct devices *load_from(const char *text, const char *name, struct problems *problems)
{
	char folder[SCRATCH_PATH_BYTES], file[64];
	(void)snprintf(file, sizeof file, "admin/%s", name);
	scratch_write(&scratch, file, text);
	const char *const folders[] = { "/nonexistent", scratch_path(&scratch, "admin", folder),
		NULL };
	struct devices *devices = NULL;
	assert_int_equal(devices_load_from(folders, &devices, problems), 0);
	return devices;
}

static void an_administrator_adds_a_watch_with_a_file(void **state)
{
	(void)state;
	struct problems problems = { 0 };
	struct device_match found;
	scratch_folder(&scratch, "t/Suomi/Runs");
	scratch_folder(&scratch, "g/GARMIN/Activity");
	assert_false(match(shipped, "t", &found));
	struct devices *devices =
		load_from("[suomi]\nMatchFolder = Su*\nActivityPath = Suomi/Runs\n",
			"60-mine.devices", &problems);
	assert_int_equal(problems.n, 0);
	assert_true(match(devices, "t", &found));
	assert_string_equal(found.name, "suomi");
	assert_true(match(devices, "g", &found)); /* the others stay */
	devices_free(devices);
	devices = load_from("# nothing\n", "50-garmin.devices", &problems); /* replaces */
	assert_false(match(devices, "g", &found));
	devices_free(devices);
	problems_done(&problems);
}

static void what_is_wrong_in_a_table_is_named_and_the_rest_holds(void **state)
{
	(void)state;
	struct problems problems = { 0 };
	struct device_match found;
	scratch_folder(&scratch, "t/X/Y");
	struct devices *devices = load_from("[x]\nMatchFoldr = X\nMatchFolder = X\n"
					    "ActivityPath = /etc; ../..; X/Y\nActivityPath = Z\n"
					    "junk\nMaker =\n",
		"10-x.devices", &problems);
	static const char *const ends[] = {
		":2: MatchFoldr: unknown attribute, left out; did you mean MatchFolder?",
		":4: ActivityPath = /etc; ../..; X/Y: must be folders below the root, as in "
		"GARMIN/Activity",
		":4: ActivityPath = /etc; ../..; X/Y: must be folders below the root, as in "
		"GARMIN/Activity",
		":5: ActivityPath = Z: given twice in this section",
		":6: neither a [section] nor KEY = VALUE",
		":7: Maker = : must be 1 to 16 values parted by ;",
	};
	for (size_t i = 0; i < problems.n && i < 6; i++) {
		const char *text = strstr(problems.list[i].text, ".devices:");
		assert_non_null(text);
		assert_string_equal(text + strlen(".devices"), ends[i]);
	}
	assert_int_equal(problems.n, 6);
	assert_true(match(devices, "t", &found));
	assert_int_equal(found.folders_n, 1);
	assert_string_equal(found.folders[0], "X/Y");
	devices_free(devices);
	problems_done(&problems);
}

#define WITH_TABLES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TABLES(shipped_tables_know_the_trees_of_watches),
		WITH_TABLES(links_are_not_followed_and_files_are_no_folders),
		WITH_TABLES(other_folders_of_a_watch_are_left_out),
		WITH_TABLES(unfinished_and_foreign_files_are_left_alone),
		WITH_TABLES(a_device_that_names_its_folders_goes_before_the_table),
		WITH_TABLES(an_administrator_adds_a_watch_with_a_file),
		WITH_TABLES(what_is_wrong_in_a_table_is_named_and_the_rest_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
