/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_watch.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "fetch/mtp_places.h"
#include "fetch/mtp_same.h"
#include "fetch/mtp_wishes.h"
#include "fetch/watch_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MIN_BYTES 14u /* the header of a FIT file with nothing behind it */
#define STORAGES_MAX 16u
#define STORAGE_TRIES 10u
#define STORAGE_PAUSE_MS 500u
#define FULL_PATH_BYTES 1024u
#define SEEN_BYTES 120u
#define ROOT_FOLDERS_MAX 256u /* of which the tables are asked */

struct reading {
	struct mtp_session *session;
	const struct mtp_watch_options *options;
	const struct source_callbacks *callbacks;
	struct mtp_device_info info;
	struct watch_memory memory;
	struct mtp_listing listing;
	uint32_t storages[STORAGES_MAX];
	size_t storages_n;

	struct mtp_places places;  /* of the storage that is looked at */
	const char *prefix;        /* before paths in it: "", or its id where there are several */
	struct device_match match; /* its folders */

	char folders[FULL_PATH_BYTES];
	size_t files_n;
	struct mtp_wishes wishes;
	bool refused; /* what is remembered of damaged files is another than at the start */
	int owed;     /* what the watch was in no state to list: with this the reading ends; */
	int unlisted; /* and with this, the refusal of a folder, when there was no file in any */
};

static void reading_freep(struct reading **reading)
{
	if (!*reading)
		return;
	mtp_wishes_done(&(*reading)->wishes);
	mtp_told_done(&(*reading)->listing.told);
	watch_memory_done(&(*reading)->memory);
	free(*reading);
}

static int refuse(struct reading *reading, const struct source_file *file, const char *why)
{
	return reading->callbacks->on_refused(file, why, reading->callbacks->userdata);
}

/* Whether the file was found to be damaged before, and is the same still: it may have been finished since, under
 * the handle by which it is remembered. */
static int was_refused(struct reading *reading, const struct mtp_object *object,
	const struct source_file *file, const char **ret_why)
{
	struct mtp_object now;
	if (reading->listing.full)
		return 0;
	const char *why = watch_memory_refusal(
		&reading->memory, file->path, file->size_bytes, file->mtime_ns);
	if (why && object->from_memory) {
		int r = mtp_get_info(reading->session, object->handle, &now);
		if (r < 0 && reading->session->lost)
			return r;
		reading->places.doubtful = r < 0 || !mtp_is_unchanged(&now, object);
	}
	*ret_why = why;
	return 0;
}

/* One file in an activity folder. */
static int show_file(struct reading *reading, const char *folder, const struct mtp_object *object)
{
	char path[FULL_PATH_BYTES];
	int n = snprintf(path, sizeof path, "%s%s/%s", reading->prefix, folder, object->name);
	if (n >= (int)sizeof path)
		return 0;
	struct source_file file = mtp_wish_shown(path, object);
	reading->files_n++;
	int r = reading->callbacks->on_wanted(&file, reading->callbacks->userdata);
	if (r <= 0)
		return r;
	const char *why = NULL;
	r = was_refused(reading, object, &file, &why);
	if (r < 0 || reading->places.doubtful)
		return r;
	if (why)
		return refuse(reading, &file, why);
	if (object->has_size && object->size_bytes > FILE_MAX_BYTES)
		return refuse(reading, &file, "larger than 32 MiB, which no watch's file is");
	return mtp_wishes_add(&reading->wishes, path, object);
}

static int show_folder(struct reading *reading, size_t index)
{
	static const struct mtp_look all = { 0 };
	const char *folder = reading->match.folders[index];
	const struct mtp_objects *objects = NULL;
	const struct source_file whole = { .path = folder };
	unsigned silent = reading->listing.silent;
	uint32_t handle = mtp_places_handle(&reading->places, folder);
	if (!handle)
		return 0;
	int r = mtp_list_folder(
		&reading->listing, reading->places.storage, handle, folder, &all, &objects);
	if (r == -ENOMEM || reading->session->lost)
		return r;
	if (r == -EBUSY) {
		reading->owed = r; /* it may list it in a minute */
		return 0;
	}
	if (r < 0) {
		reading->unlisted = r;
		return refuse(reading, &whole, "the watch does not list this folder");
	}
	if (reading->listing.silent > silent)
		r = refuse(
			reading, &whole, "the watch does not describe every file in this folder");
	for (size_t i = 0; r == 0 && !reading->places.doubtful && i < objects->n; i++) {
		const struct mtp_object *object = &objects->rows[i];
		bool ours = *object->name && !object->is_folder &&
			    !(object->has_size && object->size_bytes < FILE_MIN_BYTES) &&
			    !devices_skips_name(
				    reading->options->devices, &reading->match, object->name) &&
			    !devices_skips_beginning(&reading->match, index, object->name);
		if (ours)
			r = show_file(reading, folder, object);
	}
	return r;
}

static void note_folder(struct reading *reading, const char *folder)
{
	size_t length = strlen(reading->folders);
	(void)snprintf(reading->folders + length, sizeof reading->folders - length, "%s%s%s",
		length ? "; " : "", reading->prefix, folder);
}

static int show_storage(struct reading *reading)
{
	bool known = mtp_places_match(&reading->places, reading->options->devices, &reading->match);
	if (reading->session->lost)
		return reading->session->lost;
	int r = 0;
	if (reading->places.failed == -ENOMEM)
		return -ENOMEM;
	if (reading->places.doubtful)
		return 0; /* all again, believing nothing */
	for (size_t i = 0; r == 0 && known && i < reading->match.folders_n; i++) {
		note_folder(reading, reading->match.folders[i]);
		r = show_folder(reading, i);
	}
	return r;
}

/* The storage that was just looked at does not list its folders: one slot beside others that do, or a watch
 * that is not read at all. */
static int show_unlisted(struct reading *reading, size_t index, int error)
{
	char path[16] = "/";
	if (error == 0)
		return 0;
	if (error == -EBUSY || !*reading->folders) {
		reading->owed = error;
		return 0;
	}
	if (index)
		(void)snprintf(path, sizeof path, "%08x/", reading->storages[index]);
	const struct source_file root = { .path = path };
	return refuse(reading, &root, "the watch does not list its folders");
}

static int show_all(struct reading *reading)
{
	char prefix[16];
	int failed[STORAGES_MAX] = { 0 };
	int r = 0;
	reading->owed = reading->unlisted = 0;
	reading->folders[0] = '\0';
	reading->files_n = 0;
	mtp_wishes_done(&reading->wishes);
	for (size_t i = 0; r == 0 && i < reading->storages_n; i++) {
		reading->places = (struct mtp_places) { .listing = &reading->listing,
			.storage = reading->storages[i],
			.doubtful = reading->places.doubtful };
		/* two storages may have the same paths; the first one's are plain */
		(void)snprintf(prefix, sizeof prefix, "%08x/", reading->places.storage);
		reading->prefix = i ? prefix : "";
		r = show_storage(reading);
		failed[i] = reading->places.failed;
	}
	reading->prefix = "";
	for (size_t i = 0; r == 0 && !reading->places.doubtful && i < reading->storages_n; i++)
		r = show_unlisted(reading, i, failed[i]);
	return r;
}

/* Before anything is fetched by a handle that is only remembered, the watch is asked whether it still
 * means this file. Returns 1 when all do; 0; negative when lost. */
static int confirm(struct reading *reading)
{
	for (size_t i = 0; i < reading->wishes.n && !reading->places.doubtful; i++) {
		const struct mtp_object *object = &reading->wishes.list[i].object;
		struct mtp_object now;
		if (!object->from_memory)
			continue;
		int r = mtp_get_info(reading->session, object->handle, &now);
		if (r < 0 && reading->session->lost)
			return r;
		if (r < 0 || strcmp(now.name, object->name) != 0 ||
			now.size_bytes != object->size_bytes)
			return 0;
	}
	return !reading->places.doubtful;
}

/* Shows everything; once more, and believing nothing, when the memory turns out to be wrong. */
static int show(struct reading *reading)
{
	int r = show_all(reading);
	if (r == 0)
		r = confirm(reading);
	if (r != 0)
		return r < 0 ? r : 0;
	reading->listing.full = true;
	reading->places.doubtful = false;
	for (size_t i = 0; i < reading->memory.folders_n; i++)
		reading->memory.folders[i].fresh = false;
	return show_all(reading);
}

/* What is in the root, for the runner to recognise. Returns whether it is laid out like a watch of the tables. */
static bool note_seen(const struct reading *reading, char ret[SEEN_BYTES])
{
	const char *folders[ROOT_FOLDERS_MAX + 1] = { NULL };
	size_t length = 0, n = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < reading->storages_n; i++) {
		const struct watch_folder *root =
			watch_memory_find(reading->listing.memory, reading->storages[i], "");
		for (size_t j = 0; root && j < root->objects.n; j++) {
			const char *name = root->objects.rows[j].name;
			if (!*name)
				continue;
			if (n < ROOT_FOLDERS_MAX)
				folders[n++] = name;
			if (length + strlen(name) + 3 <= SEEN_BYTES)
				length += (size_t)snprintf(ret + length, SEEN_BYTES - length,
					"%s%s", length ? ", " : "", name);
		}
	}
	return devices_know_root(reading->options->devices, folders);
}

static int fetch_all(struct reading *reading)
{
	char seen[SEEN_BYTES] = "";
	bool known_make = !*reading->folders && note_seen(reading, seen);
	const struct source_listing listing = { .folders = reading->folders,
		.seen = seen,
		.known_make = known_make,
		.files_n = reading->files_n,
		.wanted_n = reading->wishes.n,
		.wanted_bytes = reading->wishes.bytes,
		.full = reading->listing.full };
	const struct mtp_file reader = { .session = reading->session,
		.info = &reading->info,
		.state_dir = reading->options->state_dir,
		.source = reading->options->source,
		.callbacks = reading->callbacks };
	int r = reading->callbacks->on_listed(&listing, reading->callbacks->userdata);
	return r < 0 ? r
		     : mtp_wishes_fetch(
			       &reading->wishes, &reader, &reading->memory, &reading->refused);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Some show their storage only a while after they were plugged in. Returns -ENOMEDIUM for none, as one says that is
 * locked. */
static int await_storages(struct mtp_session *session, uint32_t **ret, size_t *ret_n)
{
	for (unsigned tries = 0;; tries++) {
		AUTO_FREE uint32_t *ids = NULL;
		size_t n = 0;
		int r = mtp_get_storages(session, &ids, &n);
		if (r == 0 && n) {
			*ret = TAKE_PTR(ids);
			*ret_n = n;
			return 0;
		}
		bool locked = r == 0 || r == -ENOMEDIUM || r == -EACCES;
		if (!locked || tries == STORAGE_TRIES)
			return r < 0 ? r : -ENOMEDIUM;
		mtp_session_pause(session, STORAGE_PAUSE_MS);
	}
}

static int find_storages(struct reading *reading)
{
	AUTO_FREE uint32_t *ids = NULL;
	size_t n = 0;
	int r = await_storages(reading->session, &ids, &n);
	if (r < 0)
		return r;
	qsort(ids, n, sizeof *ids, by_number);
	reading->storages_n = 0;
	for (size_t i = 0; i < n && reading->storages_n < STORAGES_MAX; i++)
		if (!i || ids[i] != ids[i - 1])
			reading->storages[reading->storages_n++] = ids[i];
	return 0;
}

static void remember(struct reading *reading)
{
	const struct mtp_watch_options *options = reading->options;
	/* without it the next plug-in asks more, no more than that */
	if (options->state_dir)
		(void)watch_memory_save(options->state_dir, options->source, &reading->memory);
}

static int prepare(struct reading *reading)
{
	struct watch_memory *memory = &reading->memory;
	const struct mtp_watch_options *options = reading->options;
	int r = options->state_dir ? watch_memory_load(options->state_dir, options->source, memory)
				   : 0;
	if (r < 0)
		return r;
	watch_memory_meet(memory, &reading->info);
	memory->plug_ins++;
	reading->listing = (struct mtp_listing) { .session = reading->session,
		.memory = memory,
		.info = &reading->info,
		.full = memory->plug_ins % MTP_WATCH_FULL_EVERY == 0,
		.random = options->random };
	if (reading->listing.full)
		memory->props = WATCH_PROPS_UNTRIED;
	return 0;
}

static int read_open(struct reading *reading)
{
	const struct source_watch watch = { .maker = reading->info.maker,
		.model = reading->info.model,
		.serial = reading->info.serial,
		.firmware = reading->info.version };
	int r = prepare(reading);
	if (r == 0)
		r = reading->callbacks->on_watch(&watch, reading->callbacks->userdata);
	if (r == 0)
		r = find_storages(reading);
	if (r == 0)
		r = show(reading);
	if (r < 0)
		return r;
	/* now, since the cable may be pulled before all is fetched */
	remember(reading);
	if (reading->owed < 0 && !*reading->folders)
		return reading->owed;
	r = fetch_all(reading);
	if (r == 0 && watch_memory_drop_refusals(&reading->memory) > 0)
		reading->refused = true;
	if (reading->refused)
		remember(reading);
	if (r == 0)
		r = reading->owed;
	/* one that lists none of its folders is not read, and is no empty one */
	return r == 0 && !reading->files_n ? reading->unlisted : r;
}

int mtp_watch_read(struct mtp_session *session, const struct mtp_watch_options *options,
	const struct source_callbacks *callbacks)
{
	CLEANUP(reading_freep) struct reading *reading = calloc(1, sizeof *reading);
	if (!reading)
		return -ENOMEM;
	reading->session = session;
	reading->options = options;
	reading->callbacks = callbacks;
	reading->prefix = "";
	int r = mtp_session_open(session, &reading->info);
	if (r == 0)
		r = read_open(reading);
	mtp_session_close(session);
	return r;
}
