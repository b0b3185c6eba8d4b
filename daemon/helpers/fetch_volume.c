/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_folder.h"

#include "base/cleanup.h"
#include "fetch/device_file.h"
#include "import/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#define FILES_MAX 65536u
/* A cable that is pulled shows in the files at once, and in sysfs a little later. */
#define LEAVING_TRIES 60u
#define STICK_TRIES 10u /* for what is most likely a stick: its root may be gone as well */
#define LEAVING_STEP_NS 50000000L

/* A file that is wanted, or (why) that could not be taken. */
struct entry {
	char *path; /* owned */
	int64_t size_bytes, mtime_ns;
	const char *why;
};

struct entries {
	struct entry *list;
	size_t n, capacity;
};

struct volume_walk {
	const struct fetch_channel *channel;
	const char *folder;
	dev_t device;
	char block[64]; /* "/sys/dev/block/8:16"; "": it lies on none, as a desktop's own mounts */
	struct entries wanted, failed;
	size_t cursor; /* of wanted: files come in the order in which they were listed */
	size_t files_n;
	int stopped; /* a negative errno: nothing more is asked for */
};

static void entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		free(entries->list[i].path);
	free(entries->list);
}

static void walk_done(struct volume_walk *walk)
{
	entries_done(&walk->wanted);
	entries_done(&walk->failed);
}

static int add(struct entries *entries, const struct entry *entry)
{
	if (entries->n == entries->capacity) {
		size_t capacity = entries->capacity ? entries->capacity * 2 : 64;
		struct entry *grown =
			capacity > FILES_MAX ? NULL
					     : reallocarray(entries->list, capacity, sizeof *grown);
		if (!grown)
			return -ENOMEM;
		entries->list = grown;
		entries->capacity = capacity;
	}
	struct entry *copy = &entries->list[entries->n];
	*copy = *entry;
	copy->path = strdup(entry->path);
	if (!copy->path)
		return -ENOMEM;
	entries->n++;
	return 0;
}

static bool is_there(const struct volume_walk *walk)
{
	struct stat st;
	return stat(walk->folder, &st) == 0 && st.st_dev == walk->device &&
	       (!*walk->block || access(walk->block, F_OK) == 0);
}

/* The same, believed only if it stays so. */
static bool stays(const struct volume_walk *walk, unsigned tries)
{
	for (unsigned i = 0; i < tries; i++) {
		const struct timespec step = { .tv_nsec = LEAVING_STEP_NS };
		if (!is_there(walk))
			return false;
		(void)nanosleep(&step, NULL);
	}
	return is_there(walk);
}

/* First walk: what is wanted. */
static bool on_listed(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	struct volume_walk *walk = userdata;
	struct entry entry = {
		.path = (char *)path, .size_bytes = size_bytes, .mtime_ns = mtime_ns
	};
	int r = walk->stopped ? walk->stopped
			      : fetch_ask(walk->channel, path, size_bytes, mtime_ns);
	if (r > 0)
		r = add(&walk->wanted, &entry);
	if (r < 0)
		walk->stopped = r;
	walk->files_n++;
	return true;
}

static int on_unreadable(const struct tree_file *file, void *userdata)
{
	(void)file;
	(void)userdata;
	return 0; /* the second walk meets it again */
}

/* Second walk: it is taken. */
static bool is_not_wanted(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	struct volume_walk *walk = userdata;
	for (size_t i = 0; i < walk->wanted.n; i++) {
		size_t at = (walk->cursor + i) % walk->wanted.n;
		const struct entry *entry = &walk->wanted.list[at];
		if (entry->size_bytes != size_bytes || entry->mtime_ns != mtime_ns ||
			strcmp(entry->path, path) != 0)
			continue;
		walk->cursor = at + 1;
		return false;
	}
	return true;
}

static int on_failed(struct volume_walk *walk, const struct tree_file *file, const char *why)
{
	struct entry entry = { .path = (char *)file->path,
		.size_bytes = file->size_bytes,
		.mtime_ns = file->mtime_ns,
		.why = why };
	return is_there(walk) ? add(&walk->failed, &entry) : -ENODEV;
}

static int on_file(const struct tree_file *file, void *userdata)
{
	struct volume_walk *walk = userdata;
	if (file->why)
		return on_failed(walk, file, file->why);
	struct fetch_packet packet = { .type = FETCH_GOT };
	fetch_describe(&packet, file->path, file->size_bytes, file->mtime_ns);
	int r = fetch_take(walk->channel, file->fd, &packet);
	if (fetch_is_of_spool(r))
		return r == -EACCES ? -ECANCELED : -ENOSPC;
	return r < 0 ? on_failed(walk, file, fetch_why(r)) : fetch_say(walk->channel, &packet);
}

static int refuse_failed(const struct volume_walk *walk)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < walk->failed.n; i++) {
		const struct entry *entry = &walk->failed.list[i];
		if (entry->why !=
			tree_vanished) /* the volume is still there: it was deleted on the watch */
			r = fetch_refuse(walk->channel, entry->path, entry->size_bytes,
				entry->mtime_ns, entry->why);
	}
	return r;
}

static int say_listed(const struct volume_walk *walk, const struct device_match *match)
{
	struct fetch_packet packet = { .type = FETCH_LISTED,
		.files_n = (uint32_t)walk->files_n,
		.wanted_n = (uint32_t)walk->wanted.n,
		.full = true };
	size_t at = 0;
	for (size_t i = 0; i < match->folders_n && at < sizeof packet.path; i++)
		at += (size_t)snprintf(packet.path + at, sizeof packet.path - at, "%s%s",
			i ? "; " : "", match->folders[i]);
	for (size_t i = 0; i < walk->wanted.n; i++)
		packet.size_bytes += walk->wanted.list[i].size_bytes;
	return fetch_say(walk->channel, &packet);
}

/* Where it lies, so that it can be told later whether it is still there. */
static int look_at_root(
	struct volume_walk *walk, const struct devices *devices, struct device_match *ret)
{
	struct stat st;
	AUTO_CLOSE int fd = open(walk->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return errno == ENOENT || errno == ENOTCONN ? -ENODEV : -errno;
	walk->device = st.st_dev;
	(void)snprintf(walk->block, sizeof walk->block, "/sys/dev/block/%u:%u", major(st.st_dev),
		minor(st.st_dev));
	if (access(walk->block, F_OK) < 0)
		walk->block[0] = '\0';
	return devices_match_tree(devices, fd, device_file_read, ret) ? 0 : -EMEDIUMTYPE;
}

static int read_volume(struct volume_walk *walk, const struct devices *devices)
{
	struct device_match match = { .folders_n = 0 };
	const struct tree_callbacks listing = { .on_known = on_listed,
		.on_file = on_unreadable,
		.named = device_file_read,
		.userdata = walk };
	const struct tree_callbacks taking = { .on_known = is_not_wanted,
		.on_file = on_file,
		.named = device_file_read,
		.userdata = walk };
	int r = look_at_root(walk, devices, &match);
	if (r == -EMEDIUMTYPE && !stays(walk, STICK_TRIES))
		return -ENODEV;
	if (r == 0)
		r = tree_walk(walk->folder, devices, &listing);
	if (r == 0)
		r = walk->stopped;
	if (r == 0)
		r = say_listed(walk, &match);
	if (r == 0)
		r = tree_walk(walk->folder, devices, &taking);
	if (r < 0)
		return r == -ENOENT ? -ENODEV : r;
	if (!(walk->failed.n || !walk->files_n ? stays(walk, LEAVING_TRIES) : is_there(walk)))
		return -ENODEV;
	return refuse_failed(walk);
}

static const char *sentence(int error)
{
	switch (error) {
	case 0:
	case -EMEDIUMTYPE:
		return "";
	case -ENODEV:
		return "it was unplugged";
	case -EACCES:
		return "no right to read it where it is mounted";
	case -ECANCELED:
	case -EPIPE:
		return "it was told to stop";
	case -ENOSPC:
		return "there is no room for its files: free some space, then plug it in again";
	default:
		return "it cannot be read: unplug it, wait a moment, plug it in again";
	}
}

int fetch_volume(struct fetch_channel *channel, const char *folder)
{
	CLEANUP(devices_freep) struct devices *devices = NULL;
	CLEANUP(walk_done) struct volume_walk walk = { .channel = channel, .folder = folder };
	struct fetch_packet end = { .type = FETCH_END };
	const char *why = "";
	end.status = fetch_folder_prepare(channel, folder, &devices, &why);
	if (end.status == 0) {
		end.status = read_volume(&walk, devices);
		why = sentence(end.status);
	}
	(void)snprintf(end.why, sizeof end.why, "%s", why);
	return fetch_say(channel, &end);
}
