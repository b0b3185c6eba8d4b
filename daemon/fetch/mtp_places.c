/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_places.h"

#include "base/cleanup.h"
#include "fetch/device_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANIFEST_MAX_BYTES (4u << 20)

uint32_t mtp_places_handle(const struct mtp_places *places, const char *path)
{
	uint32_t handle = MTP_ANY;
	char above[WATCH_PATH_BYTES] = "";
	while (*path) {
		size_t size = strcspn(path, "/"), length = strlen(above);
		const struct watch_folder *folder =
			watch_memory_find(places->listing->memory, places->storage, above);
		handle = 0;
		for (size_t i = 0; folder && i < folder->objects.n && !handle; i++) {
			const struct mtp_object *object = &folder->objects.rows[i];
			if (object->is_folder && strlen(object->name) == size &&
				memcmp(object->name, path, size) == 0)
				handle = object->handle;
		}
		if (!handle || length + size + 2 > sizeof above)
			return 0;
		(void)snprintf(above + length, sizeof above - length, "%s%.*s", length ? "/" : "",
			(int)size, path);
		path += size + (path[size] == '/');
	}
	return handle;
}

/* Lists a folder on the way to those with files. */
static int list(struct mtp_places *places, const char *path, const struct mtp_look *look,
	const struct mtp_objects **ret)
{
	uint32_t handle = mtp_places_handle(places, path);
	if (places->failed == -ENODEV || !handle)
		return -ENOENT;
	int r = mtp_list_folder(places->listing, places->storage, handle, path, look, ret);
	if (r < 0)
		places->failed = r;
	return r;
}

/* As device_tree.list: the folders in a folder of the watch, by name. */
static int list_folders(void *userdata, const char *path, const char *until,
	void (*add)(void *names, const char *name), void *names)
{
	const struct mtp_look look = { .folders_only = true, .until = until };
	const struct mtp_objects *objects = NULL;
	int r = list(userdata, path, &look, &objects);
	if (r < 0)
		return r;
	for (size_t i = 0; i < objects->n; i++)
		if (objects->rows[i].is_folder && *objects->rows[i].name)
			add(names, objects->rows[i].name);
	return 0;
}

static bool is_file_of(const struct mtp_object *object, uint32_t folder, const char *name)
{
	return !object->is_folder && strcasecmp(object->name, name) == 0 &&
	       (!object->has_parent || object->parent == folder);
}

/* The file that is remembered, as the watch describes it now: it may have been written anew under its handle. */
static int find_known(
	struct mtp_places *places, uint32_t folder, const char *name, struct mtp_object *ret)
{
	const struct watch_manifest *known =
		watch_memory_manifest(places->listing->memory, places->storage);
	if (!known || places->listing->full)
		return -ENOENT;
	int r = mtp_get_info(places->listing->session, known->handle, ret);
	return r < 0 ? r : is_file_of(ret, folder, name) ? 0 : -ENOENT;
}

/* The shortest way, where the watch knows it. */
static int find_by_maker(
	struct mtp_places *places, uint32_t folder, const char *name, struct mtp_object *ret)
{
	const struct mtp_device_info *info = places->listing->info;
	uint32_t handle = 0;
	if (strcasecmp(info->maker, "Garmin") != 0 ||
		!mtp_device_knows(info, MTP_GARMIN_GET_DEVICE_FILE))
		return -ENOENT;
	int r = mtp_get_device_file(places->listing->session, &handle);
	if (r == 0)
		r = mtp_get_info(places->listing->session, handle, ret);
	return r < 0 ? r : is_file_of(ret, folder, name) ? 0 : -ENOENT;
}

static int find_in_folder(
	struct mtp_places *places, const char *path, const char *name, struct mtp_object *ret)
{
	const struct mtp_look look = { .until = name };
	const struct mtp_objects *objects = NULL;
	int r = list(places, path, &look, &objects);
	if (r < 0)
		return r;
	for (size_t i = 0; i < objects->n; i++) {
		const struct mtp_object *object = &objects->rows[i];
		if (object->is_folder || strcasecmp(object->name, name) != 0)
			continue;
		*ret = *object;
		if (!object->from_memory)
			return 0;
		r = mtp_get_info(places->listing->session, object->handle, ret);
		if (r == 0 && strcasecmp(ret->name, name) != 0) {
			places->doubtful = true;
			r = -ESTALE;
		}
		return r;
	}
	return -ENOENT;
}

static int find_manifest(
	struct mtp_places *places, const char *path, const char *name, struct mtp_object *ret)
{
	const struct mtp_session *session = places->listing->session;
	const struct watch_folder *listed =
		watch_memory_find(places->listing->memory, places->storage, path);
	uint32_t folder = mtp_places_handle(places, path);
	if (!folder)
		return -ENOENT;
	int r = find_known(places, folder, name, ret);
	/* where the folder was looked through before, that is done quickly */
	if (r < 0 && !session->lost && (!listed || !listed->with_files))
		r = find_by_maker(places, folder, name, ret);
	if (r < 0 && !session->lost)
		r = find_in_folder(places, path, name, ret);
	return r;
}

/* Reads the file out of which the watch's own word comes; one that is damaged has nothing to say until its size
 * or its date is another. */
static int read_manifest(struct mtp_places *places, struct watch_manifest *file)
{
	struct mtp_session *session = places->listing->session;
	if (file->size_bytes && file->size_bytes <= MANIFEST_MAX_BYTES) {
		int r = mtp_get_object(session, file->handle, (size_t)file->size_bytes, 0);
		if (r < 0)
			return r;
		r = device_file_read(session->data, session->data_n, &file->named);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			file->named.n = 0;
	}
	return watch_memory_note_manifest(places->listing->memory, file);
}

/* As device_tree.describe. */
static int describe(void *userdata, const char *path, const char *name, struct device_named *ret)
{
	struct mtp_places *places = userdata;
	struct mtp_object object = { 0 };
	int r = find_manifest(places, path, name, &object);
	if (r < 0)
		return r;
	AUTO_FREE struct watch_manifest *file = calloc(1, sizeof *file);
	if (!file)
		return -ENOMEM;
	file->storage = places->storage;
	file->handle = object.handle;
	file->size_bytes = object.size_bytes;
	file->modified_s = object.has_date ? object.modified_s : 0;
	const struct watch_manifest *known =
		watch_memory_manifest(places->listing->memory, places->storage);
	bool same = known && !places->listing->full && known->size_bytes == file->size_bytes &&
		    known->modified_s == file->modified_s;
	if (same)
		file->named = known->named;
	else
		r = read_manifest(places, file);
	if (r < 0)
		return r;
	*ret = file->named;
	return ret->n ? 0 : -ENOENT;
}

bool mtp_places_match(
	struct mtp_places *places, const struct devices *devices, struct device_match *ret)
{
	const struct device_tree tree = {
		.list = list_folders, .describe = describe, .userdata = places
	};
	places->failed = 0;
	return devices_match_listing(devices, &tree, ret);
}
