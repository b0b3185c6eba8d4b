/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watch that says in GarminDevice.xml where its files are. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                         \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Device xmlns=" \
	"\"http://www.garmin.com/xmlschemas/GarminDevice/v2\"><MassStorageMode>"
#define TAIL "</MassStorageMode></Device>\n"
#define OUT(type, path)                                                           \
	"<DataType><Name>" type "</Name><File><Location><Path>" path              \
	"</Path><FileExtension>FIT</FileExtension></Location><TransferDirection>" \
	"OutputFromUnit</TransferDirection></File></DataType>"

#define ACTIVITY OUT("FIT_TYPE_4", "GARMIN/Activity")
#define NIGHTS                               \
	OUT("FIT_TYPE_32", "GARMIN/Monitor") \
	OUT("FIT_TYPE_44", "GARMIN/Metrics") \
	OUT("FIT_TYPE_49", "GARMIN/Sleep") OUT("FIT_TYPE_68", "GARMIN/HRVStatus")

static int setup(void **state)
{
	(void)world_setup(state);
	world_take_shipped_tables(*state);
	return 0;
}

static struct world *another(void **state)
{
	struct world *world = world_another(state);
	world_take_shipped_tables(world);
	return world;
}

static uint32_t top_of(const struct world *world)
{
	return world->fake.objects[0].handle;
}

/* Writes GarminDevice.xml; once more in place of the first. */
static struct fake_object *put_manifest(struct world *world, const char *text, const char *date)
{
	struct fake_watch *fake = &world->fake;
	struct fake_object *object = NULL;
	for (size_t i = 0; i < fake->objects_n && !object; i++)
		if (strcmp(fake->objects[i].name, "GarminDevice.xml") == 0)
			object = &fake->objects[i];
	if (!object)
		object = fake_find(
			fake, fake_file(fake, top_of(world), "GarminDevice.xml", date, 64, 1));
	free(object->data);
	object->size = object->said_size = (uint32_t)strlen(text);
	object->data = malloc(object->size + 1);
	assert_non_null(object->data);
	memcpy(object->data, text, object->size);
	(void)snprintf(object->date, sizeof object->date, "%s", date);
	return object;
}

/* As world_add_files(), in another folder. */
static uint32_t add_folder(struct world *world, const char *name, unsigned files)
{
	uint32_t folder = fake_folder(&world->fake, top_of(world), name);
	for (unsigned i = 0; i < files; i++) {
		char file[64];
		(void)snprintf(file, sizeof file, "%s-%u.fit", name, i);
		(void)fake_file(&world->fake, folder, file, "20240101T000000", 300, i + 1);
	}
	return folder;
}

static void the_folders_that_the_watch_names_go_before_the_tables(void **state)
{
	struct world *world = *state;
	world_add_files(world, 2, 0); /* in GARMIN/Activity, which is not where it says */
	(void)add_folder(world, "RUNS", 3);
	(void)add_folder(world, "Sleep", 1);
	put_manifest(world, HEAD OUT("FIT_TYPE_4", "Garmin/runs") TAIL, "20250101T000000");
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "GARMIN/RUNS; GARMIN/Sleep");
	assert_int_equal(world->got, 4);
	assert_int_equal(world_missing(world), 2);
}

static void what_the_watch_says_nothing_about_comes_from_the_tables(void **state)
{
	static const char *const texts[] = {
		HEAD TAIL,
		HEAD OUT("FIT_TYPE_4", "GARMIN/Nowhere") TAIL,
		HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS"), /* cut */
		"<!DOCTYPE a []>" HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL,
		"nothing at all",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct world *world = another(state);
		world_add_files(world, 2, 0);
		(void)add_folder(world, "RUNS", 3);
		struct fake_object *object = put_manifest(world, texts[i], "20250101T000000");
		if (i == 4)
			memset(object->data, 0, object->size);
		for (unsigned plug = 0; plug < 2; plug++) {
			assert_int_equal(world_plug_in(world), 0);
			assert_string_equal(world->folders, "GARMIN/Activity");
			assert_int_equal(world->got, plug ? 0 : 2);
			/* and it is not fetched again to see that it is still damaged */
			assert_int_equal(world->fake.by_code[0x1009], plug ? 0 : 3);
			fake_replug(&world->fake);
		}
	}
}

static void a_file_that_says_it_is_too_large_or_empty_is_not_fetched(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		struct world *world = another(state);
		world_add_files(world, 2, 0);
		put_manifest(world, HEAD ACTIVITY TAIL, "20250101T000000")->said_size =
			i ? 0 : (4u << 20) + 1;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 2);
		assert_int_equal(world->fake.by_code[0x1009], 2);
	}
}

static void it_is_fetched_again_when_its_size_or_date_is_another(void **state)
{
	static const struct {
		const char *text, *date;
	} changed[] = {
		{ HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250202T000000" },
		{ HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") "<!-- -->" TAIL, "20250101T000000" },
		{ HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") "<!-- -->" TAIL, "" },
	};
	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
		struct world *world = another(state);
		world_add_files(world, 2, 0);
		(void)add_folder(world, "RUNS", 3);
		put_manifest(world, HEAD OUT("FIT_TYPE_4", "GARMIN/RIDE") TAIL,
			i == 2 ? "" : "20250101T000000");
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 2);
		put_manifest(world, changed[i].text, changed[i].date);
		fake_replug(&world->fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_string_equal(world->folders, "GARMIN/RUNS");
		assert_int_equal(world->got, 3);
	}
}

static void one_that_cannot_be_fetched_is_asked_for_at_the_next_plug_in(void **state)
{
	struct world *world = *state;
	(void)add_folder(world, "RUNS", 3);
	world_add_files(world, 2, 0);
	put_manifest(world, HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250101T000000");
	world->fake.props = FAKE_PROPS_ALL;
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "GARMIN/RUNS");
	/* which operation that was */
	unsigned at = 0;
	while (world->fake.log[at] != 0x1009)
		at++;
	struct world *other = another(state);
	(void)add_folder(other, "RUNS", 3);
	world_add_files(other, 2, 0);
	put_manifest(other, HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250101T000000");
	other->fake.props = FAKE_PROPS_ALL;
	other->fake.fault = FAKE_GENERAL;
	other->fake.fault_at = at + 1;
	other->fake.fault_for = 2;
	assert_int_equal(world_plug_in(other), 0);
	assert_string_equal(other->folders, "GARMIN/Activity");
	fake_replug(&other->fake);
	assert_int_equal(world_plug_in(other), 0);
	assert_string_equal(other->folders, "GARMIN/RUNS");
}

static void garmins_own_way_to_it_is_taken_where_the_watch_knows_it(void **state)
{
	for (unsigned i = 0; i < 3; i++) {
		struct world *world = another(state);
		(void)add_folder(world, "RUNS", 3);
		world->fake.tells_device_file = true;
		put_manifest(world, HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250101T000000");
		/* and where it answers with something else, the folder is looked through */
		world->fake.wrong_device_file = i == 1 ? top_of(world) : i == 2 ? 0xDEAD : 0;
		for (unsigned plug = 0; plug < 3; plug++) {
			assert_int_equal(world_plug_in(world), 0);
			assert_string_equal(world->folders, "GARMIN/RUNS");
			assert_int_equal(world->got, plug ? 0 : 3);
			assert_int_equal(world->fake.by_code[0x9001], plug ? 0 : 1);
			assert_int_equal(world->fake.by_code[0x1009], plug ? 0 : 4);
			fake_replug(&world->fake);
		}
	}
}

static void names_that_begin_otherwise_are_of_another_kind(void **state)
{
	struct world *world = *state;
	uint32_t folder = add_folder(world, "DATA", 0);
	(void)fake_file(&world->fake, folder, "ACT-1.FIT", "20250101T000000", 300, 1);
	(void)fake_file(&world->fake, folder, "act-2.fit", "20250101T000000", 300, 2);
	(void)fake_file(&world->fake, folder, "SET-1.FIT", "20250101T000000", 300, 3);
	put_manifest(world,
		HEAD "<DataType><Name>FIT_TYPE_4</Name><File><Location><Path>GARMIN/DATA</Path>"
		     "<BaseName>Act</BaseName></Location><TransferDirection>OutputFromUnit"
		     "</TransferDirection></File></DataType>" TAIL,
		"20250101T000000");
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->shown, 2);
	assert_int_equal(world->got, 2);
}

static void a_handle_that_means_another_file_now_is_noticed(void **state)
{
	struct world *world = *state;
	(void)add_folder(world, "RUNS", 3);
	struct fake_object *object =
		put_manifest(world, HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250101T000000");
	assert_int_equal(world_plug_in(world), 0);
	fake_replug(&world->fake);
	/* it changes places with a folder beside it */
	for (size_t i = 0; i < world->fake.objects_n; i++) {
		struct fake_object *folder = &world->fake.objects[i];
		if (strcmp(folder->name, "Settings") != 0)
			continue;
		uint32_t handle = folder->handle;
		folder->handle = object->handle;
		object->handle = handle;
		for (size_t j = 0; j < world->fake.objects_n; j++)
			if (world->fake.objects[j].parent == handle)
				world->fake.objects[j].parent = folder->handle;
		break;
	}
	(void)fake_file(&world->fake, fake_find(&world->fake, object->parent) ? top_of(world) : 0,
		"x.fit", "20250101T000000", 300, 9);
	assert_int_equal(world_plug_in(world), 0);
	assert_string_equal(world->folders, "GARMIN/RUNS");
	assert_int_equal(world->got, 0);
}

/* As a watch has them that is worn day and night: some forty folders, most of them of no use. */
static void few_questions_are_asked_however_many_folders_there_are(void **state)
{
	static const char *const more[] = { "Adventures", "Apps", "Clocks", "Courses2", "Debug",
		"Device", "EVNTLOGS", "Golf", "HMD", "HRVStatus", "HSA", "Location", "Metrics",
		"Monitor", "MultiSpo", "Music", "Records", "RemoteSW", "Schedule", "Score",
		"Screens", "Security", "Segments", "SkinTemp", "Sleep", "SLPEVTS", "Sports",
		"SUMMARY", "Text", "Totals", "Update", "Weight", "Zones" };
	static const enum fake_props props[] = { FAKE_PROPS_NONE, FAKE_PROPS_REFUSED,
		FAKE_PROPS_ALL };
	for (size_t i = 0; i < 2 * sizeof props / sizeof *props; i++) {
		struct world *world = another(state);
		struct fake_watch *fake = &world->fake;
		size_t p = i / 2;
		fake->props = props[p];
		fake->tells_device_file = i % 2;
		for (size_t j = 0; j < sizeof more / sizeof *more; j++)
			(void)add_folder(world, more[j],
				strstr("HRVStatus Metrics Monitor Sleep", more[j]) ? 5 : 1);
		put_manifest(world, HEAD ACTIVITY NIGHTS TAIL, "20250101T000000");
		world_add_files(world, 980, 0);
		unsigned objects = 0;
		for (size_t j = 0; j < fake->objects_n; j++)
			objects += fake->objects[j].data != NULL;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->got, 1000);
		unsigned first = fake->operations - world->got;
		assert_true(first <= objects + 40);
		/* with its word at hand, not every folder is asked about */
		assert_true(!fake->tells_device_file || first <= world->got + 48);

		fake_replug(fake);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 0);
		unsigned nothing = fake->operations;
		assert_true(nothing <= 40);

		fake_replug(fake);
		world_add_files(world, 1, 980);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 1);
		assert_true(fake->operations <= 40);
		print_message("props %d, 9001 %d: %u (of %u files), %u, %u operations\n", props[p],
			fake->tells_device_file, first, objects, nothing, fake->operations);
	}
}

/* Some number their storages anew at each plug-in. */
static void its_word_is_heard_however_often_the_storage_is_another(void **state)
{
	struct world *world = *state;
	(void)add_folder(world, "RUNS", 3);
	put_manifest(world, HEAD OUT("FIT_TYPE_4", "GARMIN/RUNS") TAIL, "20250101T000000");
	for (unsigned plug = 0; plug < 9; plug++) {
		world->fake.storages[0] = 0x00020001 + plug;
		assert_int_equal(world_plug_in(world), 0);
		assert_string_equal(world->folders, "GARMIN/RUNS");
		assert_int_equal(world->got, plug ? 0 : 3);
		fake_replug(&world->fake);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(the_folders_that_the_watch_names_go_before_the_tables),
		CASE(what_the_watch_says_nothing_about_comes_from_the_tables),
		CASE(a_file_that_says_it_is_too_large_or_empty_is_not_fetched),
		CASE(it_is_fetched_again_when_its_size_or_date_is_another),
		CASE(one_that_cannot_be_fetched_is_asked_for_at_the_next_plug_in),
		CASE(garmins_own_way_to_it_is_taken_where_the_watch_knows_it),
		CASE(its_word_is_heard_however_often_the_storage_is_another),
		CASE(names_that_begin_otherwise_are_of_another_kind),
		CASE(a_handle_that_means_another_file_now_is_noticed),
		CASE(few_questions_are_asked_however_many_folders_there_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
