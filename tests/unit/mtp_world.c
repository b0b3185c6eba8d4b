/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "unit/mtp_world.h"

#include "fetch/mtp_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fake_object *by_path(struct world *world, const char *path)
{
	const char *name = strrchr(path, '/');
	for (size_t i = 0; name && i < world->fake.objects_n; i++)
		if (world->fake.objects[i].data &&
			strcmp(world->fake.objects[i].name, name + 1) == 0)
			return &world->fake.objects[i];
	return NULL;
}

static size_t place_of(const struct world *world, const struct fake_object *object)
{
	return (size_t)(object - world->fake.objects);
}

static int on_watch(const struct source_watch *watch, void *userdata)
{
	struct world *world = userdata;
	(void)snprintf(world->model, sizeof world->model, "%s", watch->model);
	(void)snprintf(world->serial, sizeof world->serial, "%s", watch->serial);
	return 0;
}

static int on_wanted(const struct source_file *file, void *userdata)
{
	struct world *world = userdata;
	const struct fake_object *object = by_path(world, file->path);
	world->shown++;
	return !object || !world->known[place_of(world, object)] ||
	       world->known_bytes[place_of(world, object)] != file->size_bytes;
}

static int on_listed(const struct source_listing *listing, void *userdata)
{
	struct world *world = userdata;
	world->listed_wanted = (unsigned)listing->wanted_n;
	world->full = listing->full;
	world->known_make = listing->known_make;
	(void)snprintf(world->seen, sizeof world->seen, "%s", listing->seen);
	(void)snprintf(world->folders, sizeof world->folders, "%s", listing->folders);
	return 0;
}

static void on_progress(const struct source_file *file, uint64_t done_bytes, void *userdata)
{
	(void)userdata;
	assert_true(done_bytes <= (uint64_t)file->size_bytes);
}

static int on_file(const struct source_file *file, int fd, void *userdata)
{
	struct world *world = userdata;
	struct fake_object *object = by_path(world, file->path);
	/* one that does not say its size is looked at up to where it should end */
	size_t size = (size_t)(file->size_bytes >= 0 ? file->size_bytes : FAKE_SIZE_MAX) + 1;
	uint8_t *data = malloc(size);
	assert_non_null(data);
	ssize_t n = read(fd, data, size);
	if (!object || n != (ssize_t)object->size ||
		memcmp(data, object->data, object->size) != 0) {
		world->wrong++;
	} else {
		world->known[place_of(world, object)] = true;
		world->known_bytes[place_of(world, object)] = file->size_bytes;
	}
	world->got++;
	free(data);
	return 0;
}

static int on_refused(const struct source_file *file, const char *why, void *userdata)
{
	struct world *world = userdata;
	(void)snprintf(world->why, sizeof world->why, "%.60s: %.120s", file->path, why);
	world->refused++;
	return 0;
}

static int on_later(const struct source_file *file, void *userdata)
{
	struct world *world = userdata;
	assert_non_null(by_path(world, file->path));
	world->later++;
	return 0;
}

int world_plug_in(struct world *world)
{
	const struct source_callbacks callbacks = { .on_watch = on_watch,
		.on_wanted = on_wanted,
		.on_listed = on_listed,
		.on_progress = on_progress,
		.on_file = on_file,
		.on_refused = on_refused,
		.on_later = on_later,
		.userdata = world };
	const struct mtp_watch_options options = { .devices = world->devices,
		.state_dir = world->forgets ? NULL : world->scratch.path,
		.source = "watch:0000cb123456",
		.random = 7 };
	struct mtp_transport transport;
	struct mtp_session session;
	world->shown = world->got = world->refused = world->wrong = world->listed_wanted = 0;
	world->later = 0;
	world->known_make = false;
	world->seen[0] = '\0';
	world->why[0] = world->folders[0] = '\0';
	fake_transport(&world->fake, &transport);
	assert_int_equal(mtp_session_init(&session, &transport), 0);
	world->result = mtp_watch_read(&session, &options, &callbacks);
	assert_true(session.counts.operations >= world->fake.operations);
	mtp_session_done(&session);
	assert_int_equal(world->fake.forbidden, 0);
	assert_int_equal(world->fake.sins, 0);
	assert_int_equal(world->wrong, 0);
	return world->result;
}

unsigned world_missing(const struct world *world)
{
	unsigned missing = 0;
	for (size_t i = 0; i < world->fake.objects_n; i++)
		missing += world->fake.objects[i].data &&
			   world->fake.objects[i].parent == world->folder && !world->known[i];
	return missing;
}

void world_add_folders(
	struct world *world, const char *const *names, size_t names_n, unsigned files_n)
{
	struct fake_watch *fake = &world->fake;
	for (size_t i = 0; i < names_n; i++) {
		uint32_t folder = fake_folder(fake, fake->objects[0].handle, names[i]);
		for (unsigned j = 0; j < files_n; j++) {
			char name[64];
			(void)snprintf(name, sizeof name, "%s-%u.fit", names[i], j);
			(void)fake_file(fake, folder, name, "20240101T000000", 300, j);
		}
	}
}

uint32_t world_handle_of(const struct world *world, unsigned before_last)
{
	return world->fake.objects[world->fake.objects_n - 1 - before_last].handle;
}

void world_add_files(struct world *world, unsigned n, unsigned first_day)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned day = first_day + i;
		char name[64], date[24];
		(void)snprintf(name, sizeof name, "%04u-%02u-%02u-06-12-%02u.fit", 2020 + day / 336,
			day / 28 % 12 + 1, day % 28 + 1, day % 60);
		(void)snprintf(date, sizeof date, "%04u%02u%02uT0612%02u", 2020 + day / 336,
			day / 28 % 12 + 1, day % 28 + 1, day % 60);
		(void)fake_file(&world->fake, world->folder, name, date, 900 + day % 700, day + 1);
	}
}

void world_init(struct world *world)
{
	static const char *const beside[] = { "Courses", "Settings", "Workouts", "NewFiles" };
	/* in place of the shipped one, which may learn of more folders */
	static const char table[] =
		"[garmin]\nMaker = Garmin\nMatchFolder = GARMIN\n"
		"ActivityPath = GARMIN/Activity; GARMIN/Activities; GARMIN/History\n"
		"FileName = *.fit; *.tcx\nSkipName = temp.fit\n";
	char folder[SCRATCH_PATH_BYTES];
	memset(world, 0, sizeof *world);
	fake_init(&world->fake);
	scratch_init(&world->scratch);
	scratch_write(&world->scratch, "devices/50-garmin.devices", table);
	const char *const folders[] = { scratch_path(&world->scratch, "devices", folder), NULL };
	assert_int_equal(devices_load_from(folders, &world->devices, NULL), 0);
	uint32_t top = fake_folder(&world->fake, 0, "GARMIN");
	(void)fake_folder(&world->fake, 0, "Music");
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		uint32_t below = fake_folder(&world->fake, top, beside[i]);
		(void)fake_file(&world->fake, below, "M1.FIT", "20240101T000000", 400, 99);
	}
	world->folder = fake_folder(&world->fake, top, "Activity");
}

void world_take_shipped_tables(struct world *world)
{
	const char *const no_folders[] = { NULL };
	(void)devices_free(world->devices);
	assert_int_equal(devices_load_from(no_folders, &world->devices, NULL), 0);
}

void world_done(struct world *world)
{
	fake_done(&world->fake);
	scratch_done(&world->scratch);
	(void)devices_free(world->devices);
}

int world_setup(void **state)
{
	struct world *world = malloc(sizeof *world);
	assert_non_null(world);
	world_init(world);
	*state = world;
	return 0;
}

int world_teardown(void **state)
{
	world_done(*state);
	free(*state);
	return 0;
}

struct world *world_another(void **state)
{
	(void)world_teardown(state);
	(void)world_setup(state);
	return *state;
}
