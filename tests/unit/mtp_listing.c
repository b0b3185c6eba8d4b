/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that list oddly: all that they hold whatever is asked, too little, nothing at all, or what is not there. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is in the root and in folders beside must not be taken for runs. */
static void add_strays(struct world *world)
{
	(void)fake_file(&world->fake, 0, "root.fit", "20240101T000000", 300, 1);
	(void)fake_file(&world->fake, world->fake.objects[0].handle, "garmin.fit",
		"20240101T000000", 300, 2);
}

/* The questions for the root, or all, are answered with everything below; parent and format do not count. */
static void one_that_answers_with_all_it_holds_is_listed_in_one_go(void **state)
{
	static const enum fake_props props[] = { FAKE_PROPS_NONE, FAKE_PROPS_REFUSED,
		FAKE_PROPS_ALL, FAKE_PROPS_SINGLE };
	for (unsigned i = 0; i < 4 * 3 * 4; i++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		fake->props = props[i % 4];
		fake->root_is_all = i / 4 % 3 != 2;
		fake->folder_is_all = i / 4 % 3 != 1;
		fake->props_is_all = i / 12 % 2;
		fake->props_without_parent = i / 24;
		add_strays(world);
		world_add_files(world, 999, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 999);
		assert_int_equal(world_missing(world), 0);
		assert_string_equal(world->folders, "GARMIN/Activity");
		unsigned listing = fake->operations - fake->by_code[0x1009];
		if (listing > 999 + 40)
			fail_msg("%u: %u operations", i, listing);

		fake_replug(fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->shown, 999);
		assert_true(fake->operations <= 40);

		fake_replug(fake);
		world_add_files(world, 1, 999);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 1);
		assert_int_equal(world_missing(world), 0);
		assert_true(fake->operations <= 40);
	}
}

/* With the folders of nights and days, and at the tenth plug-in, when nothing is believed. */
static void it_is_asked_nothing_twice_in_a_session(void **state)
{
	static const char *const beside[] = { "Monitor", "Sleep", "HRVStatus", "Metrics" };
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	world_take_shipped_tables(world);
	fake->props = FAKE_PROPS_NONE;
	fake->root_is_all = fake->folder_is_all = true;
	world_add_folders(world, beside, sizeof beside / sizeof *beside, 40);
	world_add_files(world, 100, 0);
	for (unsigned plug = 1; plug <= 10; plug++) {
		fake_replug(fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->full, plug == 10);
		assert_int_equal(world->shown, 260);
		if (plug == 1 || plug == 10)
			assert_true(fake->by_code[0x1008] <= fake->objects_n);
		else
			assert_true(fake->operations <= 40);
	}
	assert_int_equal(world_missing(world), 0);
}

/* A parent that is none must not hide a file where nothing speaks against it. */
static void a_parent_that_is_told_wrongly_hides_nothing(void **state)
{
	static const uint32_t parents[] = { 0, 0xFFFFFFFF, 0x00020001, 0xDEADBEEF };
	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
		struct world *world = world_another(state);
		world->fake.lies_about_parents = true;
		world->fake.told_parent = parents[i];
		world_add_files(world, 20, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 20);
		assert_int_equal(world_missing(world), 0);
	}
}

static void what_is_empty_is_told_from_what_is_unknown(void **state)
{
	struct world *world = *state;
	world->forgets = true;
	/* GARMIN is there, and no folder for activities yet */
	fake_find(&world->fake, world->folder)->parent = 0xDEAD;
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "");
	assert_string_equal(world->seen, "GARMIN, Music");
	assert_true(world->known_make);
	fake_replug(&world->fake);
	world->fake.objects[0].parent = 0xDEAD;
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->seen, "Music");
	assert_false(world->known_make);
	fake_replug(&world->fake);
	while (world->fake.objects_n)
		free(world->fake.objects[--world->fake.objects_n].data);
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->seen, "");
	assert_false(world->known_make);
}

static void a_storage_that_shows_late_is_waited_for(void **state)
{
	struct world *world = *state;
	world_add_files(world, 3, 0);
	world->fake.late_storages = 6;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	fake_replug(&world->fake);
	world->fake.late_storages = 1000;
	assert_int_equal(world_plug_in(world), -ENOMEDIUM);
	assert_true(world->fake.now_ms < 15000);
}

static void one_storage_that_is_closed_does_not_hide_the_other(void **state)
{
	for (unsigned closed = 0; closed < 2; closed++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		fake->storages[1] = 0x00010001;
		fake->storages[2] = 0x00020001; /* told twice */
		fake->storages_n = 3;
		fake->closed_storage = fake->storages[closed];
		world_add_files(world, 3, 0);
		for (size_t i = 0; i < fake->objects_n; i++)
			fake->objects[i].storage = fake->storages[!closed];
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->shown, 3);
		assert_int_equal(world->refused, 1); /* the closed one is named */
	}
}

static void both_storages_are_read_each_once(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	fake->storages[1] = 0x00010001;
	fake->storages[2] = 0x00020001;
	fake->storages[3] = 0xFFFF0000; /* a slot without a card */
	fake->storages_n = 4;
	world_add_files(world, 3, 0);
	for (size_t i = 0; i < fake->objects_n; i++)
		fake->objects[i].storage = 0x00020001;
	uint32_t top = fake_folder(fake, 0, "Garmin");
	uint32_t folder = fake_folder(fake, top, "ACTIVITIES");
	(void)fake_file(fake, folder, "card.fit", "20240101T000000", 300, 1);
	for (size_t i = fake->objects_n - 3; i < fake->objects_n; i++)
		fake->objects[i].storage = 0x00010001;
	for (unsigned plug = 0; plug < 2; plug++) {
		assert_int_equal(world_plug_in(world), 0);
		assert_string_equal(world->folders, "Garmin/ACTIVITIES; 00020001/GARMIN/Activity");
		assert_int_equal(world->shown, 4);
		assert_int_equal(world->got, plug ? 0 : 4);
		fake_replug(fake);
	}
}

static void a_folder_that_lists_itself_is_read_like_any_other(void **state)
{
	static const enum fake_props props[] = { FAKE_PROPS_NONE, FAKE_PROPS_ALL,
		FAKE_PROPS_SINGLE };
	for (unsigned i = 0; i < 3; i++) {
		struct world *world = world_another(state);
		world->fake.props = props[i];
		world->fake.lists_itself = true;
		world_add_files(world, 30, 0);
		for (unsigned plug = 0; plug < 2; plug++) {
			assert_int_equal(world_plug_in(world), 0);
			assert_string_equal(world->folders, "GARMIN/Activity");
			assert_int_equal(world->shown, 30);
			assert_int_equal(world_missing(world), 0);
			fake_replug(&world->fake);
		}
	}
}

static void a_list_of_properties_that_is_not_whole_is_completed(void **state)
{
	static const uint16_t without[] = { 0, 0xDC01, 0xDC02, 0xDC04, 0xDC07, 0xDC09, 0xDC0B };
	for (size_t i = 0; i < 2 * sizeof without / sizeof *without; i++) {
		struct world *world = world_another(state);
		world->fake.props = i % 2 ? FAKE_PROPS_SINGLE : FAKE_PROPS_ALL;
		world->fake.props_without = without[i / 2];
		world->fake.props_max = without[i / 2] ? 0 : 20;
		world_add_files(world, 100, 0);
		for (unsigned plug = 0; plug < 2; plug++) {
			assert_int_equal(world_plug_in(world), 0);
			assert_int_equal(world_missing(world), 0);
			assert_int_equal(world->got, plug ? 0 : 100);
			unsigned listing = world->fake.operations - world->got;
			if (listing > (plug ? 40u : 140u))
				fail_msg("%04x: %u operations", without[i / 2], listing);
			fake_replug(&world->fake);
		}
	}
}

static void an_object_that_is_kept_from_us_hides_no_other(void **state)
{
	for (unsigned props = 0; props < 2; props++) {
		struct world *world = world_another(state);
		world->fake.props = props ? FAKE_PROPS_ALL : FAKE_PROPS_NONE;
		world_add_files(world, 30, 0);
		world->fake.denied_handle = world_handle_of(world, 7);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 29);
		assert_int_equal(world->refused, 1);
		fake_replug(&world->fake);
		world->fake.denied_handle = 0;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
	}
}

/* Folders of the root that differ in case only, and files that do. */
static void names_that_differ_in_case_alone_are_names_of_their_own(void **state)
{
	struct world *world = *state;
	uint32_t top = fake_folder(&world->fake, 0, "Garmin");
	uint32_t other = fake_folder(&world->fake, top, "ACTIVITY");
	world_add_files(world, 2, 0);
	(void)fake_file(&world->fake, world->folder, "a.fit", "20240101T000000", 300, 1);
	(void)fake_file(&world->fake, world->folder, "A.FIT", "20240101T000000", 300, 2);
	(void)fake_file(&world->fake, other, "b.fit", "20240101T000000", 300, 3);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 5);
	assert_int_equal(world_missing(world), 0);
}

static void an_empty_folder_may_be_told_without_any_data(void **state)
{
	struct world *world = *state;
	world->fake.bare_when_empty = true;
	for (unsigned plug = 0; plug < 3; plug++) {
		assert_int_equal(world_plug_in(world), 0);
		assert_string_equal(world->folders, "GARMIN/Activity");
		assert_int_equal(world->refused, 0);
		assert_int_equal(world->got, plug == 2 ? 4 : 0);
		fake_replug(&world->fake);
		if (plug == 1)
			world_add_files(world, 4, 0);
	}
}

static void folders_that_are_gone_make_room_for_new_ones(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	world_take_shipped_tables(world);
	uint32_t apps = fake_folder(fake, 0, "Apps");
	fake->objects[0].parent = 0xDEAD; /* no GARMIN */
	fake_find(fake, world->folder)->parent = 0xDEAD;
	for (unsigned round = 0; round < 7; round++) {
		size_t first = fake->objects_n;
		uint32_t app = fake_folder(fake, apps, "Run");
		uint32_t activity = fake_folder(fake, app, "Activity");
		for (unsigned i = 0; i < 45; i++) {
			char name[64];
			(void)snprintf(name, sizeof name, "%u%02u", 2000 + round, i);
			uint32_t month = fake_folder(fake, activity, name);
			(void)snprintf(name, sizeof name, "%u-%u.fit", round, i);
			(void)fake_file(fake, month, name, "20240101T000000", 300, i);
		}
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 45);
		assert_int_equal(world->refused, 0);
		for (size_t i = first; i < fake->objects_n; i++)
			fake->objects[i].parent = 0xDEAD;
		fake_replug(fake);
	}
}

/* A file's handle means another one now, and the set of handles is what it would be anyway: asked about are the oldest,
 * the newest and one by chance. */
static void three_that_are_remembered_are_asked_about(void **state)
{
	const unsigned n = 30;
	unsigned noticed[30], noticed_n = 0;
	for (unsigned at = 0; at < n; at++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		fake->props = FAKE_PROPS_NONE;
		world_add_files(world, n, 0);
		assert_int_equal(world_plug_in(world), 0);
		const struct fake_object *same = &fake->objects[fake->objects_n - n + at];
		(void)fake_file(fake, world->folder, "new.fit", "20260516T061200", same->size, 100);
		struct fake_object *old = &fake->objects[fake->objects_n - 1 - n + at],
				   *new = &fake->objects[fake->objects_n - 1];
		uint32_t handle = old->handle;
		old->handle = new->handle;
		new->handle = handle;
		fake_replug(fake);
		assert_int_equal(world_plug_in(world), 0);
		if (!world_missing(world))
			noticed[noticed_n++] = at;
	}
	assert_int_equal(noticed_n, 3);
	assert_int_equal(noticed[0], 0);
	assert_int_equal(noticed[2], n - 1);
}

/* On the way to those that are read, only folders are asked for. */
static void files_beside_the_way_are_not_asked_about(void **state)
{
	for (int props = FAKE_PROPS_NONE; props <= FAKE_PROPS_ALL; props++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		uint32_t top = fake->objects[0].handle;
		for (unsigned i = 0; i < 200; i++) {
			char name[64];
			(void)snprintf(name, sizeof name, "beside-%u.fit", i);
			(void)fake_file(fake, i % 2 ? top : 0, name, "20240101T000000", 300, i);
		}
		for (unsigned i = 0; i < 5; i++)
			(void)fake_folder(fake, 0,
				(const char *[]) { "Apps", "Sounds", "System", "Faces", "Log" }[i]);
		fake->props = (enum fake_props)props;
		world_add_files(world, 30, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->got, 30);
		assert_true(fake->operations - fake->by_code[0x1009] <= 30 + 40);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(one_that_answers_with_all_it_holds_is_listed_in_one_go),
		CASE(it_is_asked_nothing_twice_in_a_session),
		CASE(a_parent_that_is_told_wrongly_hides_nothing),
		CASE(what_is_empty_is_told_from_what_is_unknown),
		CASE(a_storage_that_shows_late_is_waited_for),
		CASE(one_storage_that_is_closed_does_not_hide_the_other),
		CASE(both_storages_are_read_each_once),
		CASE(a_folder_that_lists_itself_is_read_like_any_other),
		CASE(a_list_of_properties_that_is_not_whole_is_completed),
		CASE(an_object_that_is_kept_from_us_hides_no_other),
		CASE(names_that_differ_in_case_alone_are_names_of_their_own),
		CASE(an_empty_folder_may_be_told_without_any_data),
		CASE(three_that_are_remembered_are_asked_about),
		CASE(files_beside_the_way_are_not_asked_about),
		CASE(folders_that_are_gone_make_room_for_new_ones),
	};
	return cmocka_run_group_tests_name("mtp_listing", tests, NULL, NULL);
}
