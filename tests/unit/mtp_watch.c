/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watch's habits, how many questions it is asked, and what is believed of an earlier plug-in. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void takes_every_file_whatever_the_habits(void **state)
{
	static const size_t packets[] = { 64, 512, 1024 };
	for (unsigned habits = 0; habits < 3 * 2 * 2 * 2 * 4 * 3; habits++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		unsigned h = habits;
		world->forgets = true;
		fake->packet = packets[h % 3];
		fake->split = (h /= 3) % 2;
		fake->zlp = (h /= 2) % 2;
		fake->no_partial = (h /= 2) % 2;
		fake->props = (enum fake_props)((h /= 2) % 4);
		h /= 4;
		fake->root_is_zero = h == 1;
		fake->zero_is_all = h == 2;
		fake->no_format = h == 2;
		world_add_files(world, 12, 0);
		/* data that fills its last packet, with and without the header, and one in pieces */
		(void)fake_file(fake, world->folder, "even.fit", "20250101T000000", 1024, 3);
		(void)fake_file(
			fake, world->folder, "even-with-header.fit", "20250102T000000", 2036, 4);
		(void)fake_file(fake, world->folder, "LARGE.FIT", "20250103T000000", 600000, 5);
		if (world_plug_in(world) != 0 || world_missing(world) || world->refused)
			fail_msg("habits %u: %d, %u missing, %s", habits, world->result,
				world_missing(world), world->why);
		assert_string_equal(world->folders, "GARMIN/Activity");
		assert_string_equal(world->model, "Forerunner 955");
		assert_string_equal(world->serial, "0000cb123456");
		assert_int_equal(fake->cancels + fake->reopens, 0);
		assert_false(fake->session_open);
		assert_int_equal(fake->now_ms, 0); /* and is let go of without waiting */
	}
}

static void takes_data_of_no_stated_length(void **state)
{
	for (unsigned habits = 0; habits < 8; habits++) {
		struct world *world = world_another(state);
		struct fake_watch *fake = &world->fake;
		fake->no_length = true;
		fake->packet = habits & 1 ? 64 : 512;
		fake->split = habits & 2;
		fake->zlp = habits & 4;
		world_add_files(world, 4, 0);
		(void)fake_file(fake, world->folder, "even.fit", "20250101T000000", 1024, 3);
		(void)fake_file(
			fake, world->folder, "even-with-header.fit", "20250102T000000", 2036, 4);
		(void)fake_file(fake, world->folder, "LARGE.FIT", "20250103T000000", 600000, 5);
		if (world_plug_in(world) != 0 || world_missing(world) || world->refused)
			fail_msg("habits %u: %d, %u missing, %s", habits, world->result,
				world_missing(world), world->why);
		assert_int_equal(fake->cancels + fake->reopens, 0);
	}
}

static void finds_folders_in_any_case_and_takes_nothing_else(void **state)
{
	struct world *world = *state;
	struct fake_object *activity = fake_find(&world->fake, world->folder);
	(void)snprintf(activity->name, sizeof activity->name, "ACTIVITY");
	(void)fake_file(&world->fake, world->folder, "temp.fit", "20250101T000000", 400, 1);
	(void)fake_file(&world->fake, world->folder, ".hidden.fit", "20250101T000000", 400, 1);
	(void)fake_file(&world->fake, world->folder, "notes.txt", "20250101T000000", 400, 1);
	uint32_t good = fake_file(&world->fake, world->folder, "A.FIT", "20250101T000000", 400, 1);
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "GARMIN/ACTIVITY");
	assert_int_equal(world->got, 1);
	assert_true(world->known[fake_find(&world->fake, good) - world->fake.objects]);
}

static void says_that_it_knows_no_folder_of_another_make(void **state)
{
	struct world *world = *state;
	struct fake_object *top = &world->fake.objects[0];
	(void)snprintf(top->name, sizeof top->name, "DCIM");
	world_add_files(world, 3, 0);
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "");
	assert_int_equal(world->shown, 0);
}

static void looks_into_every_storage_with_a_medium(void **state)
{
	struct world *world = *state;
	world->fake.storages[1] = 0x00020000; /* a slot without a card */
	world->fake.storages[2] = 0x00010001;
	world->fake.storages_n = 3;
	world_add_files(world, 2, 0);
	assert_int_equal(world_plug_in(world), 0);
	/* this one shows the same in both */
	assert_string_equal(world->folders, "GARMIN/Activity; 00020001/GARMIN/Activity");
	assert_int_equal(world_missing(world), 0);
}

static void uses_a_session_that_an_earlier_program_left_open(void **state)
{
	struct world *world = *state;
	world_add_files(world, 2, 0);
	world->fake.session_open = true;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void asks_little_for_one_new_file_among_a_thousand(void **state)
{
	for (int props = FAKE_PROPS_NONE; props <= FAKE_PROPS_SINGLE; props++) {
		struct world *world = world_another(state);
		world->fake.props = (enum fake_props)props;
		world_add_files(world, 999, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		/* the transfers of the new files are not counted */
		unsigned listing = world->fake.operations - world->fake.by_code[0x1009];
		assert_true(listing <= (props >= FAKE_PROPS_ALL ? 40 : 999 + 40));

		fake_replug(&world->fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 0);
		assert_true(world->fake.operations <= 40);
		assert_int_equal(world->shown, 999);

		fake_replug(&world->fake);
		world_add_files(world, 1, 999);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 1);
		assert_int_equal(world_missing(world), 0);
		assert_true(world->fake.operations <= 40);
	}
}

/* Under the same handle and the same name: a watch that describes a whole folder at once is asked to. */
static void sees_a_file_that_was_replaced_where_a_folder_is_described_at_once(void **state)
{
	static const unsigned sizes[] = { 3, 5, 30, 999 };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *world = world_another(state);
		world->fake.props = FAKE_PROPS_ALL;
		world_add_files(world, sizes[i], 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		for (size_t at = world->fake.objects_n - sizes[i]; at < world->fake.objects_n;
			at += sizes[i] / 3) {
			struct fake_object *file = &world->fake.objects[at];
			file->data = realloc(file->data, file->size + 8);
			assert_non_null(file->data);
			memset(file->data + file->size, 0,
				8); /* behind its end, which FIT allows */
			file->size += 8;
			file->said_size = file->size;
			fake_replug(&world->fake);
			assert_int_equal(world_plug_in(world), 0);
			assert_int_equal(world->got, 1);
			assert_int_equal(world_missing(world), 0);
			assert_true(world->fake.operations <= 40);
		}
	}
}

/* With every folder that the shipped table knows, each with some files. */
static void asks_little_of_all_folders_together(void **state)
{
	static const char *const more[] = { "HRVStatus", "History", "Courses", "Workouts",
		"Locations", "Records", "Totals", "Summary" };
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	world_take_shipped_tables(world);
	fake->props = FAKE_PROPS_NONE;
	world_add_folders(world, more, sizeof more / sizeof *more, 5);
	world_add_files(world, 990, 0);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_true(fake->operations - fake->by_code[0x1009] <= world->shown + 40);
	fake_replug(fake);
	world_add_files(world, 1, 990);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(world->got, 1);
	assert_true(fake->operations <= 40);
	print_message("%u operations\n", fake->operations);
}

static void lists_in_full_at_every_tenth_plug_in(void **state)
{
	struct world *world = *state;
	world_add_files(world, 30, 0);
	for (unsigned i = 1; i <= 20; i++) {
		fake_replug(&world->fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->full, i % 10 == 0);
		assert_int_equal(world->fake.by_code[0x1008] >= 30, i == 1 || i % 10 == 0);
	}
}

static void lists_in_full_when_a_file_is_gone(void **state)
{
	struct world *world = *state;
	world_add_files(world, 30, 0);
	assert_int_equal(world_plug_in(world), 0);
	for (size_t i = 0; i < world->fake.objects_n; i++)
		if (world->fake.objects[i].parent == world->folder) {
			world->fake.objects[i].parent = 0xDEAD; /* in no folder */
			break;
		}
	world_add_files(world, 1, 30);
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_true(world->fake.by_code[0x1008] >= 29);
}

/* A watch that numbers its files anew: the handles are the same set, and mean other files. */
static void misses_nothing_when_handles_mean_other_files(void **state)
{
	for (unsigned shift = 1; shift < 29; shift++) {
		struct world *world = world_another(state);
		world_add_files(world, 30, 0);
		assert_int_equal(world_plug_in(world), 0);
		size_t first = world->fake.objects_n - 30;
		uint32_t handles[30];
		world_add_files(world, 1, 30 + shift);
		/* the new file takes an old number, and pushes the others on */
		for (size_t i = 0; i < 30; i++)
			handles[i] = world->fake.objects[first + i].handle;
		uint32_t extra = world->fake.objects[first + 30].handle;
		for (size_t i = shift; i < 30; i++)
			world->fake.objects[first + i].handle = i < 29 ? handles[i + 1] : extra;
		world->fake.objects[first + 30].handle = handles[shift];
		fake_replug(&world->fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
	}
}

static void asks_before_it_fetches_by_a_remembered_handle(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	world_add_files(world, 30, 0);
	assert_int_equal(world_plug_in(world), 0);
	size_t first = fake->objects_n - 30;
	/* two that the daemon never got change places, which the three samples do not show */
	world->known[first + 10] = world->known[first + 11] = false;
	uint32_t handle = fake->objects[first + 10].handle;
	fake->objects[first + 10].handle = fake->objects[first + 11].handle;
	fake->objects[first + 11].handle = handle;
	fake_replug(fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_true(world->full);
}

static void forgets_a_damaged_memory(void **state)
{
	struct world *world = *state;
	world_add_files(world, 5, 0);
	assert_int_equal(world_plug_in(world), 0);
	scratch_write(&world->scratch, "watches/watch_0000cb123456", "KNDW\x01");
	world_add_files(world, 1, 5);
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void goes_on_with_a_large_file_where_it_was_cut(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	(void)fake_file(fake, world->folder, "LONG.FIT", "20250103T000000", 3000000, 5);
	assert_int_equal(world_plug_in(world), 0);
	unsigned pieces = fake->by_code[0x101B], operations = fake->operations;
	assert_int_equal(pieces, 12);
	fake_replug(fake);
	memset(world->known, 0, sizeof world->known);
	scratch_done(&world->scratch);
	scratch_init(&world->scratch);
	/* the ninth piece, in its middle; the session is closed after the last one */
	fake->fault = FAKE_UNPLUG;
	fake->fault_at = operations - 1 - (pieces - 9);
	fake->fault_for = 1;
	fake->fault_offset = 100000;
	assert_int_equal(world_plug_in(world), -ENODEV);
	assert_int_equal(world_missing(world), 1);
	fake_replug(fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(fake->by_code[0x101B], 4);
}

static void starts_again_when_the_kept_rest_is_of_another_file(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	uint32_t handle = fake_file(fake, world->folder, "LONG.FIT", "20250103T000000", 3000000, 5);
	fake->fault = FAKE_UNPLUG;
	fake->fault_at = 25;
	fake->fault_for = 1;
	assert_int_equal(world_plug_in(world), -ENODEV);
	/* the same name and size, and other bytes: the checksum finds out */
	struct fake_object *object = fake_find(fake, handle);
	free(object->data);
	fake->objects_n--;
	(void)fake_file(fake, world->folder, "LONG.FIT", "20250103T000000", 3000000, 77);
	fake_replug(fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void never_takes_a_file_of_the_wrong_size_or_sum(void **state)
{
	static const char *const why[] = { "shorter than its header says", "came shorter or longer",
		"does not begin like one", "its checksum is wrong",
		"its header says that it is empty", "does not begin like one",
		"shorter than its header says" };
	for (unsigned kind = 0; kind < sizeof why / sizeof *why; kind++) {
		struct world *world = world_another(state);
		world_add_files(world, 3, 0);
		struct fake_object *bad = &world->fake.objects[world->fake.objects_n - 2];
		if (kind == 0)
			bad->said_size -= 100;
		else if (kind == 1)
			bad->said_size += 100;
		else if (kind == 2)
			memset(bad->data, 0, bad->size);
		else if (kind == 3)
			bad->data[200] ^= 1;
		else if (kind == 4)
			memset(bad->data + 4, 0, 4); /* as a crash of the watch leaves it */
		else
			bad->data[kind == 5 ? 8 : 4] += 50;
		if (kind > 3)
			fake_seal(bad);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 2);
		assert_int_equal(world->refused, 1);
		assert_int_equal(world_missing(world), 1);
		if (!strstr(world->why, why[kind]))
			fail_msg("%s, in place of: %s", world->why, why[kind]);
	}
}

static void refuses_what_is_too_large_and_passes_over_what_is_empty(void **state)
{
	struct world *world = *state;
	world_add_files(world, 3, 0);
	struct fake_object *last = &world->fake.objects[world->fake.objects_n - 1];
	last[0].said_size = 33u << 20;
	last[-1].said_size = 0;
	last[-2].said_size = 0xFFFFFFFF;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 0);
	assert_int_equal(world->shown, 2);
	assert_int_equal(world->refused, 2);
	assert_int_equal(world->fake.by_code[0x1009] + world->fake.by_code[0x101B], 0);
}

static void takes_a_tcx_with_its_end_and_no_other(void **state)
{
	static const char whole[] = "<TrainingCenterDatabase></TrainingCenterDatabase>\n";
	struct world *world = *state;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t handle = fake_file(&world->fake, world->folder, i ? "b.tcx" : "A.TCX",
			"20250101T000000", sizeof whole - 1, 1);
		memcpy(fake_find(&world->fake, handle)->data,
			i ? "<TrainingCenterDatabase>         "
			    "                        "
			  : whole,
			sizeof whole - 1);
	}
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 1);
	assert_int_equal(world->refused, 1);
}

static void goes_on_when_one_object_is_not_described(void **state)
{
	struct world *world = *state;
	world_add_files(world, 5, 0);
	/* the handles of the fifth are asked for, and it is gone before it is described */
	world->fake.fault = FAKE_GENERAL;
	world->fake.fault_at = 17;
	world->fake.fault_for = 2;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 4);
	assert_int_equal(world->refused, 1);
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void asks_for_a_size_that_is_told_apart(void **state)
{
	struct world *world = *state;
	world_add_files(world, 3, 0);
	world->fake.size_apart = true;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(world->fake.by_code[0x9803], 3);
}

/* The length of the data phase is then the only one that is told. */
static void takes_files_whose_size_nothing_tells(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		struct world *world = world_another(state);
		world->fake.size_apart = world->fake.no_property = true;
		world->fake.no_partial = i;
		world_add_files(world, 3, 0);
		world_add_files(world, 1, 3);
		world->fake.objects[world->fake.objects_n - 1].data[200] ^= 1;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 3);
		assert_int_equal(world->refused, 1);
		assert_non_null(strstr(world->why, "its checksum is wrong"));
		fake_replug(&world->fake);
		world_add_files(world, 1, 4);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 1);
	}
}

static void takes_files_with_any_date(void **state)
{
	static const char *const dates[] = { "", "99991231T235959", "19700101T000000", "rubbish",
		"20240229T235959+1400", "00000000T000000" };
	struct world *world = *state;
	for (unsigned i = 0; i < sizeof dates / sizeof *dates; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "%u.fit", i);
		(void)fake_file(&world->fake, world->folder, name, dates[i], 300, i);
	}
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 0);
}

static void resets_the_port_only_where_it_may_and_last(void **state)
{
	for (unsigned may = 0; may < 2; may++) {
		struct world *world = world_another(state);
		world_add_files(world, 3, 0);
		world->fake.fault = FAKE_DEAD;
		world->fake.fault_at = 8;
		world->fake.fault_for = 1;
		world->fake.may_reset = may;
		assert_int_equal(world_plug_in(world) == 0, may);
		assert_int_equal(world->fake.resets, may);
		assert_int_equal(world->fake.reopens, 3);
	}
}

/* From its `at`th operation on, until it is plugged in anew. */
static int plug_in_with(struct world *world, enum fake_fault fault, unsigned at)
{
	fake_replug(&world->fake);
	world->fake.fault = fault;
	world->fake.fault_at = at;
	world->fake.fault_for = 100000;
	return world_plug_in(world);
}

static void does_not_take_a_busy_watch_for_an_empty_one(void **state)
{
	struct world *world = *state;
	unsigned listings[4] = { 0 }, n = 0;
	world->forgets = true;
	world_add_files(world, 3, 0);
	assert_int_equal(world_plug_in(world), 0);
	memset(world->known, 0, sizeof world->known);
	for (unsigned i = 0; i < world->fake.operations && n < 4; i++)
		if (world->fake.log[i] == 0x1007)
			listings[n++] = i + 1;
	assert_true(n >= 3); /* the root, GARMIN, Activity */
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(plug_in_with(world, FAKE_BUSY, listings[i]), -EBUSY);
		assert_int_equal(world->got, 0);
	}
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void says_why_when_nothing_is_listed(void **state)
{
	struct world *world = *state;
	world->forgets = true;
	world_add_files(world, 3, 0);
	/* GetDeviceInfo, OpenSession, GetStorageIDs, and then the root */
	assert_int_equal(plug_in_with(world, FAKE_GENERAL, 4), -EIO);
	assert_int_equal(world->refused, 0);
	fake_replug(&world->fake);
	world->fake.storages_n = 0; /* a locked one */
	assert_int_equal(world_plug_in(world), -ENOMEDIUM);
}

/* Its root and what is in GARMIN it lists, and the folder with the runs it does not. */
static void one_that_lists_no_folder_with_files_is_not_an_empty_one(void **state)
{
	struct world *world = *state;
	unsigned at = 0;
	world->forgets = true;
	world_add_files(world, 3, 0);
	assert_int_equal(world_plug_in(world), 0);
	for (unsigned listed = 0; listed < 3; at++)
		listed += world->fake.log[at] == 0x1007;
	fake_replug(&world->fake);
	memset(world->known, 0, sizeof world->known);
	assert_int_equal(plug_in_with(world, FAKE_GENERAL, at), -EIO);
	assert_int_equal(world->refused, 1);
	assert_int_equal(world->got, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(takes_every_file_whatever_the_habits),
		CASE(takes_data_of_no_stated_length),
		CASE(finds_folders_in_any_case_and_takes_nothing_else),
		CASE(says_that_it_knows_no_folder_of_another_make),
		CASE(looks_into_every_storage_with_a_medium),
		CASE(uses_a_session_that_an_earlier_program_left_open),
		CASE(asks_little_for_one_new_file_among_a_thousand),
		CASE(sees_a_file_that_was_replaced_where_a_folder_is_described_at_once),
		CASE(asks_little_of_all_folders_together),
		CASE(lists_in_full_at_every_tenth_plug_in),
		CASE(lists_in_full_when_a_file_is_gone),
		CASE(misses_nothing_when_handles_mean_other_files),
		CASE(asks_before_it_fetches_by_a_remembered_handle),
		CASE(forgets_a_damaged_memory),
		CASE(goes_on_with_a_large_file_where_it_was_cut),
		CASE(starts_again_when_the_kept_rest_is_of_another_file),
		CASE(never_takes_a_file_of_the_wrong_size_or_sum),
		CASE(refuses_what_is_too_large_and_passes_over_what_is_empty),
		CASE(takes_a_tcx_with_its_end_and_no_other),
		CASE(goes_on_when_one_object_is_not_described),
		CASE(asks_for_a_size_that_is_told_apart),
		CASE(takes_files_whose_size_nothing_tells),
		CASE(takes_files_with_any_date),
		CASE(resets_the_port_only_where_it_may_and_last),
		CASE(does_not_take_a_busy_watch_for_an_empty_one),
		CASE(says_why_when_nothing_is_listed),
		CASE(one_that_lists_no_folder_with_files_is_not_an_empty_one),
	};
	return cmocka_run_group_tests_name("mtp_watch", tests, NULL, NULL);
}
