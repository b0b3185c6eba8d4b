/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_watch.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "fetch/mtp_file.h"
#include "fetch/mtp_places.h"
#include "fetch/watch_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MIN_BYTES 14u /* the header of a FIT file with nothing behind it */
#define STORAGES_MAX 16u
#define NSEC_PER_S 1000000000LL
#define FULL_PATH_BYTES 1024u
#define SEEN_BYTES 120u

/* A file that the daemon wants. */
struct wish {
	char *path;       /* as it is shown */
	size_t folder_at; /* in the wishes' folders */
	struct mtp_object object;
};

struct listed_folder {
	uint32_t storage, handle;
	char path[WATCH_PATH_BYTES]; /* in its storage */
};

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
	struct wish *wishes;
	size_t wishes_n, wishes_capacity;
	uint64_t wanted_bytes;
	bool refused; /* what is remembered of damaged files is another than at the start */
	int owed;     /* what the watch was in no state to list: with this the reading ends */
};

static void reading_freep(struct reading **reading)
{
	if (!*reading)
		return;
	for (size_t i = 0; i < (*reading)->wishes_n; i++)
		free((*reading)->wishes[i].path);
	free((*reading)->wishes);
	watch_memory_done(&(*reading)->memory);
	free(*reading);
}

static struct source_file shown(const char *path, const struct mtp_object *object)
{
	struct source_file file = { .path = path, .size_bytes = (int64_t)object->size_bytes };
	/* a date beyond the year 2262 is none */
	if (!object->has_date ||
		__builtin_mul_overflow(object->modified_s, NSEC_PER_S, &file.mtime_ns))
		file.mtime_ns = 0;
	return file;
}

static int refuse(struct reading *reading, const struct source_file *file, const char *why)
{
	return reading->callbacks->on_refused(file, why, reading->callbacks->userdata);
}

static int add_wish(struct reading *reading, const char *path, const struct mtp_object *object)
{
	if (reading->wishes_n == reading->wishes_capacity) {
		size_t capacity = reading->wishes_capacity ? 2 * reading->wishes_capacity : 16;
		struct wish *wishes = reallocarray(reading->wishes, capacity, sizeof *wishes);
		if (!wishes)
			return -ENOMEM;
		reading->wishes = wishes;
		reading->wishes_capacity = capacity;
	}
	char *copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	reading->wishes[reading->wishes_n++] = (struct wish) { .path = copy, .object = *object };
	reading->wanted_bytes += object->size_bytes;
	return 0;
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
	struct source_file file = shown(path, object);
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
	if (!object->has_size || object->size_bytes > FILE_MAX_BYTES)
		return refuse(reading, &file, "larger than 32 MiB, which no watch's file is");
	return add_wish(reading, path, object);
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
	if (r < 0)
		return refuse(reading, &whole, "the watch does not list this folder");
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
	reading->owed = 0;
	reading->folders[0] = '\0';
	reading->files_n = 0;
	reading->wanted_bytes = 0;
	while (reading->wishes_n)
		free(reading->wishes[--reading->wishes_n].path);
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
	for (size_t i = 0; i < reading->wishes_n && !reading->places.doubtful; i++) {
		const struct mtp_object *object = &reading->wishes[i].object;
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

/* The newest first: a cable that is pulled costs the oldest. */
static int by_age(const void *a, const void *b)
{
	const struct mtp_object *x = &((const struct wish *)a)->object,
				*y = &((const struct wish *)b)->object;
	if (x->modified_s != y->modified_s)
		return x->modified_s > y->modified_s ? -1 : 1;
	return strcmp(y->name, x->name);
}

/* One that is damaged on the watch is not fetched at every plug-in, only to be damaged again. */
static int refuse_damaged(struct reading *reading, const struct source_file *file, const char *why)
{
	AUTO_FREE struct watch_refusal *refusal = calloc(1, sizeof *refusal);
	if (!refusal)
		return -ENOMEM;
	(void)snprintf(refusal->path, sizeof refusal->path, "%s", file->path);
	(void)snprintf(refusal->why, sizeof refusal->why, "%s", why);
	refusal->size_bytes = file->size_bytes;
	refusal->mtime_ns = file->mtime_ns;
	refusal->fresh = true;
	reading->refused = true;
	/* what cannot be remembered is fetched again */
	(void)watch_memory_refuse(&reading->memory, refusal);
	return refuse(reading, file, why);
}

static int fetch_one(struct reading *reading, const struct wish *wish)
{
	const struct mtp_file reader = { .session = reading->session,
		.info = &reading->info,
		.state_dir = reading->options->state_dir,
		.source = reading->options->source,
		.callbacks = reading->callbacks };
	struct source_file file = shown(wish->path, &wish->object);
	struct mtp_refusal refusal = { 0 };
	AUTO_CLOSE int fd = -1;
	int r = mtp_file_read(&reader, wish->object.handle, &file, &fd, &refusal);
	if (r == -EBADMSG && refusal.damaged && file.mtime_ns)
		return refuse_damaged(reading, &file, refusal.why);
	if (r == -EBADMSG && refusal.why)
		return refuse(reading, &file, refusal.why);
	return r < 0 ? r : reading->callbacks->on_file(&file, fd, reading->callbacks->userdata);
}

/* What is in the root, for the runner to recognise. */
static void note_seen(struct reading *reading, char ret[SEEN_BYTES])
{
	size_t length = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < reading->storages_n; i++) {
		const struct watch_folder *root =
			watch_memory_find(&reading->memory, reading->storages[i], "");
		for (size_t j = 0; root && j < root->objects.n; j++) {
			const char *name = root->objects.rows[j].name;
			if (!*name || length + strlen(name) + 3 > SEEN_BYTES)
				continue;
			length += (size_t)snprintf(ret + length, SEEN_BYTES - length, "%s%s",
				length ? ", " : "", name);
		}
	}
}

static int fetch_all(struct reading *reading)
{
	char seen[SEEN_BYTES] = "";
	if (!*reading->folders)
		note_seen(reading, seen);
	const struct source_listing listing = { .folders = reading->folders,
		.seen = seen,
		.files_n = reading->files_n,
		.wanted_n = reading->wishes_n,
		.wanted_bytes = reading->wanted_bytes,
		.full = reading->listing.full };
	if (reading->wishes_n)
		qsort(reading->wishes, reading->wishes_n, sizeof *reading->wishes, by_age);
	int r = reading->callbacks->on_listed(&listing, reading->callbacks->userdata);
	for (size_t i = 0; r == 0 && i < reading->wishes_n; i++)
		r = fetch_one(reading, &reading->wishes[i]);
	return r;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static int find_storages(struct reading *reading)
{
	AUTO_FREE uint32_t *ids = NULL;
	size_t n = 0;
	int r = mtp_get_storages(reading->session, &ids, &n);
	if (r < 0)
		return r;
	if (!n)
		return -ENOMEDIUM; /* as one says that is locked */
	reading->storages_n = n < STORAGES_MAX ? n : STORAGES_MAX;
	qsort(ids, n, sizeof *ids, by_number);
	memcpy(reading->storages, ids, reading->storages_n * sizeof *ids);
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
	return r < 0 ? r : reading->owed;
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
