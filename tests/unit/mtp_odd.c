/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that answer oddly: with all that they hold, with busy files, with nothing at all. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
	struct world *world = malloc(sizeof *world);
	assert_non_null(world);
	world_init(world);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	world_done(*state);
	free(*state);
	return 0;
}

static struct world *another(void **state)
{
	(void)teardown(state);
	(void)setup(state);
	return *state;
}

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
		struct world *world = another(state);
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
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		uint32_t folder = fake_folder(fake, fake->objects[0].handle, beside[i]);
		for (unsigned j = 0; j < 40; j++) {
			char name[64];
			(void)snprintf(name, sizeof name, "%s-%u.fit", beside[i], j);
			(void)fake_file(fake, folder, name, "20240101T000000", 300, j);
		}
	}
	world_add_files(world, 100, 0);
	for (unsigned plug = 1; plug <= 10; plug++) {
		fake_replug(fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->full, plug == 10);
		assert_int_equal(world->shown, 260);
		if (plug == 1 || plug == 10)
			assert_true(fake->by_code[0x1008] <= fake->objects_n);
		else
			assert_true(fake->operations <= 48);
	}
	assert_int_equal(world_missing(world), 0);
}

/* A parent that is none must not hide a file where nothing speaks against it. */
static void a_parent_that_is_told_wrongly_hides_nothing(void **state)
{
	static const uint32_t parents[] = { 0, 0xFFFFFFFF, 0x00020001, 0xDEADBEEF };
	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
		struct world *world = another(state);
		world->fake.lies_about_parents = true;
		world->fake.told_parent = parents[i];
		world_add_files(world, 20, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 20);
		assert_int_equal(world_missing(world), 0);
	}
}

/* -- busy */

static uint32_t handle_of(const struct world *world, unsigned index)
{
	return world->fake.objects[world->fake.objects_n - 1 - index].handle;
}

static void a_file_that_is_busy_comes_after_the_others(void **state)
{
	for (unsigned large = 0; large < 2; large++) {
		struct world *world = another(state);
		world_add_files(world, 5, 0);
		if (large)
			(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000",
				600000, 5);
		world->fake.busy_handle = handle_of(world, 0);
		world->fake.busy_times = 14;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->later, 0);
		assert_int_equal(world->refused, 0);
	}
}

static void one_that_stays_busy_is_put_off_and_comes_at_the_next_plug_in(void **state)
{
	struct world *world = *state;
	world_add_files(world, 5, 0);
	world->fake.busy_handle = handle_of(world, 2);
	world->fake.busy_times = UINT32_MAX;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 4);
	assert_int_equal(world->later, 1);
	assert_int_equal(world->refused, 0);
	assert_true(world->fake.now_ms < 60000);
	assert_true(world->fake.by_code[0x1009] < 60);
	fake_replug(&world->fake);
	world->fake.busy_times = 0;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 1);
	assert_int_equal(world->later, 0);
	assert_int_equal(world_missing(world), 0);
}

/* -- what comes in less than was asked for */

static void pieces_may_be_smaller_than_was_asked_for(void **state)
{
	struct world *world = *state;
	(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000", 600000, 5);
	world->fake.piece_max = 65536;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(world->fake.by_code[0x101B], 10);
	assert_int_equal(world->fake.by_code[0x1009], 0);
}

/* -- nothing to take */

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

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(one_that_answers_with_all_it_holds_is_listed_in_one_go),
		CASE(it_is_asked_nothing_twice_in_a_session),
		CASE(a_parent_that_is_told_wrongly_hides_nothing),
		CASE(a_file_that_is_busy_comes_after_the_others),
		CASE(one_that_stays_busy_is_put_off_and_comes_at_the_next_plug_in),
		CASE(pieces_may_be_smaller_than_was_asked_for),
		CASE(what_is_empty_is_told_from_what_is_unknown),
	};
	return cmocka_run_group_tests_name("mtp_odd", tests, NULL, NULL);
}
