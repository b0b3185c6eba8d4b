/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/watch_memory.h"

#include "base/cleanup.h"
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC 0x57444E4Bu /* "KNDW" */
#define VERSION 4u
#define FILE_MAX (32u << 20)
#define OBJECT_FIXED_BYTES 32u /* an object without its name */

enum flag { HAS_PARENT = 1, HAS_SIZE = 2, HAS_DATE = 4, HAS_KIND = 8, IS_FOLDER = 16 };

void watch_memory_done(struct watch_memory *memory)
{
	for (size_t i = 0; i < memory->folders_n; i++)
		mtp_objects_done(&memory->folders[i].objects);
	free(memory->folders);
	free(memory->manifests);
	free(memory->refusals);
	*memory = (struct watch_memory) { 0 };
}

static void copy(char ret[MTP_TEXT_BYTES], const char *text)
{
	(void)snprintf(ret, MTP_TEXT_BYTES, "%s", text);
}

void watch_memory_meet(struct watch_memory *memory, const struct mtp_device_info *info)
{
	if (strcmp(memory->model, info->model) != 0 ||
		strcmp(memory->version, info->version) != 0 ||
		strcmp(memory->serial, info->serial) != 0)
		watch_memory_done(memory);
	copy(memory->model, info->model);
	copy(memory->version, info->version);
	copy(memory->serial, info->serial);
}

struct watch_folder *watch_memory_find(
	struct watch_memory *memory, uint32_t storage, const char *path)
{
	for (size_t i = 0; i < memory->folders_n; i++)
		if (memory->folders[i].storage == storage &&
			strcmp(memory->folders[i].path, path) == 0)
			return &memory->folders[i];
	return NULL;
}

/* One that was not listed in this session may be gone from the watch. */
static void drop_stale_folder(struct watch_memory *memory)
{
	size_t i = 0;
	while (i < memory->folders_n && memory->folders[i].fresh)
		i++;
	if (i == memory->folders_n)
		return;
	mtp_objects_done(&memory->folders[i].objects);
	memory->folders[i] = memory->folders[--memory->folders_n];
}

int watch_memory_note(struct watch_memory *memory, uint32_t storage, const char *path,
	uint32_t handle, bool with_files, struct mtp_objects *objects)
{
	struct watch_folder *folder = watch_memory_find(memory, storage, path);
	if (!folder) {
		if (memory->folders_n == WATCH_FOLDERS_MAX)
			drop_stale_folder(memory);
		if (memory->folders_n == WATCH_FOLDERS_MAX || strlen(path) >= WATCH_PATH_BYTES)
			return -E2BIG;
		struct watch_folder *folders = reallocarray(
			memory->folders, memory->folders_n + 1, sizeof *memory->folders);
		if (!folders)
			return -ENOMEM;
		memory->folders = folders;
		folder = &folders[memory->folders_n++];
		*folder = (struct watch_folder) { .storage = storage };
		(void)snprintf(folder->path, sizeof folder->path, "%s", path);
	}
	mtp_objects_done(&folder->objects);
	folder->handle = handle;
	folder->fresh = true;
	folder->with_files = with_files;
	folder->objects = *objects;
	*objects = (struct mtp_objects) { 0 };
	return 0;
}

const struct watch_manifest *watch_memory_manifest(
	const struct watch_memory *memory, uint32_t storage)
{
	for (size_t i = 0; i < memory->manifests_n; i++)
		if (memory->manifests[i].storage == storage)
			return &memory->manifests[i];
	return NULL;
}

int watch_memory_note_manifest(struct watch_memory *memory, const struct watch_manifest *file)
{
	size_t i = 0;
	while (i < memory->manifests_n && memory->manifests[i].storage != file->storage)
		i++;
	if (i == WATCH_MANIFESTS_MAX) {
		/* the oldest one's storage may be gone: some number them anew at each plug-in */
		memmove(&memory->manifests[0], &memory->manifests[1],
			(WATCH_MANIFESTS_MAX - 1) * sizeof memory->manifests[0]);
		i--;
	} else if (i == memory->manifests_n) {
		struct watch_manifest *grown =
			reallocarray(memory->manifests, i + 1, sizeof *memory->manifests);
		if (!grown)
			return -ENOMEM;
		memory->manifests = grown;
		memory->manifests_n++;
	}
	memory->manifests[i] = *file;
	return 0;
}

static bool is_of_file(
	const struct watch_refusal *refusal, const char *path, int64_t size_bytes, int64_t mtime_ns)
{
	return refusal->size_bytes == size_bytes && refusal->mtime_ns == mtime_ns &&
	       strcmp(refusal->path, path) == 0;
}

const char *watch_memory_refusal(
	struct watch_memory *memory, const char *path, int64_t size_bytes, int64_t mtime_ns)
{
	for (size_t i = 0; mtime_ns && i < memory->refusals_n; i++) {
		struct watch_refusal *refusal = &memory->refusals[i];
		if (!is_of_file(refusal, path, size_bytes, mtime_ns) ||
			refusal->plug_ins < WATCH_REFUSAL_PLUG_INS)
			continue;
		refusal->fresh = true;
		return refusal->why;
	}
	return NULL;
}

int watch_memory_refuse(struct watch_memory *memory, const struct watch_refusal *refusal)
{
	size_t i = 0;
	bool before = false;
	while (i < memory->refusals_n && strcmp(memory->refusals[i].path, refusal->path) != 0)
		i++;
	if (i == WATCH_REFUSALS_MAX)
		return -E2BIG;
	if (i == memory->refusals_n) {
		struct watch_refusal *grown =
			reallocarray(memory->refusals, i + 1, sizeof *memory->refusals);
		if (!grown)
			return -ENOMEM;
		memory->refusals = grown;
		memory->refusals_n++;
	} else if (is_of_file(&memory->refusals[i], refusal->path, refusal->size_bytes,
			   refusal->mtime_ns)) {
		before = memory->refusals[i].plug_ins > 0;
	}
	memory->refusals[i] = *refusal;
	/* more of them say no more */
	if (before)
		memory->refusals[i].plug_ins = WATCH_REFUSAL_PLUG_INS;
	return 0;
}

size_t watch_memory_drop_refusals(struct watch_memory *memory)
{
	size_t kept = 0, before = memory->refusals_n;
	for (size_t i = 0; i < before; i++)
		if (memory->refusals[i].fresh)
			memory->refusals[kept++] = memory->refusals[i];
	memory->refusals_n = kept;
	return before - kept;
}

void watch_file_name(const char *source, const char *ending, char ret[WATCH_FILE_BYTES])
{
	(void)snprintf(ret, WATCH_FILE_BYTES, "%.100s%s", source, ending);
	for (char *at = ret; *at; at++) {
		bool plain = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= 'a' && *at <= 'z') ||
			     (at != ret && (*at == '.' || *at == '-'));
		if (!plain)
			*at = '_';
	}
}

static void put_text(struct bytes_out *out, const char *text)
{
	bytes_put_le16(out, (uint16_t)strlen(text));
	bytes_put(out, text, strlen(text));
}

static void get_text(struct bytes *in, char *ret, size_t capacity)
{
	size_t n = bytes_le16(in);
	const uint8_t *text = n < capacity ? bytes_take(in, n) : NULL;
	if (!text || memchr(text, '\0', n)) {
		in->failed = true;
		n = 0;
	}
	if (n)
		memcpy(ret, text, n);
	ret[n] = '\0';
}

static void put_object(struct bytes_out *out, const struct mtp_object *object)
{
	unsigned flags = (object->has_parent ? HAS_PARENT : 0u) |
			 (object->has_size ? HAS_SIZE : 0u) | (object->has_date ? HAS_DATE : 0u) |
			 (object->has_kind ? HAS_KIND : 0u) | (object->is_folder ? IS_FOLDER : 0u);
	bytes_put_le32(out, object->handle);
	bytes_put_le32(out, object->parent);
	bytes_put_le64(out, object->size_bytes);
	bytes_put_le64(out, (uint64_t)object->modified_s);
	bytes_put_u8(out, (uint8_t)flags);
	put_text(out, object->name);
}

static void get_object(struct bytes *in, struct mtp_object *ret)
{
	ret->handle = bytes_le32(in);
	ret->parent = bytes_le32(in);
	ret->size_bytes = bytes_le64(in);
	ret->modified_s = (int64_t)bytes_le64(in);
	unsigned flags = bytes_u8(in);
	ret->has_parent = flags & HAS_PARENT;
	ret->has_size = flags & HAS_SIZE;
	ret->has_date = flags & HAS_DATE;
	ret->has_kind = flags & HAS_KIND;
	ret->is_folder = flags & IS_FOLDER;
	ret->from_memory = true;
	get_text(in, ret->name, sizeof ret->name);
}

static size_t bytes_needed(const struct watch_memory *memory)
{
	size_t size = 64 + 3 * MTP_TEXT_BYTES;
	for (size_t i = 0; i < memory->folders_n; i++)
		size += WATCH_PATH_BYTES + 16 +
			memory->folders[i].objects.n * (OBJECT_FIXED_BYTES + MTP_TEXT_BYTES);
	return size + memory->manifests_n * sizeof *memory->manifests +
	       memory->refusals_n * sizeof *memory->refusals;
}

static void put_manifest(struct bytes_out *out, const struct watch_manifest *file)
{
	bytes_put_le32(out, file->storage);
	bytes_put_le32(out, file->handle);
	bytes_put_le64(out, file->size_bytes);
	bytes_put_le64(out, (uint64_t)file->modified_s);
	bytes_put_u8(out, (uint8_t)file->named.n);
	for (size_t i = 0; i < file->named.n; i++) {
		bytes_put_u8(out, file->named.folders[i].wellness);
		put_text(out, file->named.folders[i].path);
		put_text(out, file->named.folders[i].begin);
	}
}

static int get_manifest(struct bytes *in, struct watch_memory *memory)
{
	AUTO_FREE struct watch_manifest *file = calloc(1, sizeof *file);
	if (!file)
		return -ENOMEM;
	file->storage = bytes_le32(in);
	file->handle = bytes_le32(in);
	file->size_bytes = bytes_le64(in);
	file->modified_s = (int64_t)bytes_le64(in);
	file->named.n = bytes_u8(in);
	if (file->named.n > DEVICE_NAMED_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < file->named.n; i++) {
		struct device_named_folder *folder = &file->named.folders[i];
		folder->wellness = bytes_u8(in) != 0;
		get_text(in, folder->path, sizeof folder->path);
		get_text(in, folder->begin, sizeof folder->begin);
	}
	return in->failed ? -EBADMSG : watch_memory_note_manifest(memory, file);
}

static int get_refusal(struct bytes *in, struct watch_memory *memory)
{
	struct watch_refusal refusal = { 0 };
	get_text(in, refusal.path, sizeof refusal.path);
	get_text(in, refusal.why, sizeof refusal.why);
	refusal.size_bytes = (int64_t)bytes_le64(in);
	refusal.mtime_ns = (int64_t)bytes_le64(in);
	refusal.plug_ins = bytes_le16(in);
	return in->failed ? -EBADMSG : watch_memory_refuse(memory, &refusal);
}

static void put_memory(struct bytes_out *out, const struct watch_memory *memory)
{
	bytes_put_le32(out, MAGIC);
	bytes_put_le32(out, VERSION);
	bytes_put_le32(out, memory->plug_ins);
	bytes_put_u8(out, (uint8_t)memory->props);
	put_text(out, memory->model);
	put_text(out, memory->version);
	put_text(out, memory->serial);
	bytes_put_le32(out, (uint32_t)memory->folders_n);
	for (size_t i = 0; i < memory->folders_n; i++) {
		const struct watch_folder *folder = &memory->folders[i];
		put_text(out, folder->path);
		bytes_put_le32(out, folder->storage);
		bytes_put_le32(out, folder->handle);
		bytes_put_u8(out, folder->with_files);
		bytes_put_le32(out, (uint32_t)folder->objects.n);
		for (size_t j = 0; j < folder->objects.n; j++)
			put_object(out, &folder->objects.rows[j]);
	}
	bytes_put_u8(out, (uint8_t)memory->manifests_n);
	for (size_t i = 0; i < memory->manifests_n; i++)
		put_manifest(out, &memory->manifests[i]);
	bytes_put_le16(out, (uint16_t)memory->refusals_n);
	for (size_t i = 0; i < memory->refusals_n; i++) {
		put_text(out, memory->refusals[i].path);
		put_text(out, memory->refusals[i].why);
		bytes_put_le64(out, (uint64_t)memory->refusals[i].size_bytes);
		bytes_put_le64(out, (uint64_t)memory->refusals[i].mtime_ns);
		bytes_put_le16(out, memory->refusals[i].plug_ins);
	}
	bytes_put_le32(out, MAGIC); /* a file that was cut lacks it */
}

static int get_folder(struct bytes *in, struct watch_memory *memory)
{
	CLEANUP(mtp_objects_done) struct mtp_objects objects = { 0 };
	char path[WATCH_PATH_BYTES];
	get_text(in, path, sizeof path);
	uint32_t storage = bytes_le32(in);
	uint32_t handle = bytes_le32(in);
	bool with_files = bytes_u8(in) != 0;
	int r = 0;
	for (uint32_t left = bytes_le32(in); r == 0 && left && !in->failed; left--) {
		struct mtp_object object = { 0 };
		get_object(in, &object);
		r = mtp_objects_add(&objects, &object);
	}
	return r < 0 || in->failed
		       ? -EBADMSG
		       : watch_memory_note(memory, storage, path, handle, with_files, &objects);
}

static int get_memory(struct bytes *in, struct watch_memory *ret)
{
	int r = 0;
	if (bytes_le32(in) != MAGIC || bytes_le32(in) != VERSION)
		return -EBADMSG;
	ret->plug_ins = bytes_le32(in);
	unsigned props = bytes_u8(in);
	ret->props = props <= WATCH_PROPS_NONE ? (enum watch_props)props : WATCH_PROPS_UNTRIED;
	get_text(in, ret->model, sizeof ret->model);
	get_text(in, ret->version, sizeof ret->version);
	get_text(in, ret->serial, sizeof ret->serial);
	for (uint32_t left = bytes_le32(in); r == 0 && left && !in->failed; left--)
		r = get_folder(in, ret);
	if (r < 0 || in->failed)
		return -EBADMSG;
	for (unsigned left = bytes_u8(in); r == 0 && left; left--)
		r = get_manifest(in, ret);
	for (unsigned left = r == 0 ? bytes_le16(in) : 0; r == 0 && left; left--)
		r = get_refusal(in, ret);
	if (r < 0)
		return r;
	return bytes_le32(in) != MAGIC || in->failed || bytes_left(in) ? -EBADMSG : 0;
}

static int load_file(const char *state_dir, const char *source, uint8_t **ret, size_t *ret_n)
{
	char name[WATCH_FILE_BYTES];
	struct stat st;
	watch_file_name(source, "", name);
	AUTO_CLOSE int dir = place_open(state_dir, WATCH_FOLDER, false);
	AUTO_CLOSE int fd =
		dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)FILE_MAX)
		return -ENOENT;
	AUTO_FREE uint8_t *data = malloc((size_t)st.st_size + 1);
	if (!data)
		return -ENOMEM;
	size_t size = 0;
	while (size < (size_t)st.st_size) {
		long n = place_read(fd, data + size, (size_t)st.st_size - size);
		if (n <= 0)
			return -ENOENT;
		size += (size_t)n;
	}
	*ret = TAKE_PTR(data);
	*ret_n = size;
	return 0;
}

int watch_memory_load(const char *state_dir, const char *source, struct watch_memory *ret)
{
	AUTO_FREE uint8_t *data = NULL;
	size_t size = 0;
	*ret = (struct watch_memory) { 0 };
	int r = load_file(state_dir, source, &data, &size);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	struct bytes in = bytes_of(data, size);
	if (get_memory(&in, ret) < 0)
		watch_memory_done(ret);
	for (size_t i = 0; i < ret->folders_n; i++)
		ret->folders[i].fresh = false;
	return 0; /* and no refusal is fresh */
}

int watch_memory_save(const char *state_dir, const char *source, const struct watch_memory *memory)
{
	char name[WATCH_FILE_BYTES], new_name[WATCH_FILE_BYTES];
	size_t capacity = bytes_needed(memory);
	AUTO_FREE uint8_t *data = malloc(capacity);
	if (!data)
		return -ENOMEM;
	struct bytes_out out = bytes_out_of(data, capacity);
	put_memory(&out, memory);
	if (out.failed || out.size > FILE_MAX)
		return -E2BIG;
	watch_file_name(source, "", name);
	watch_file_name(source, ".new", new_name);
	AUTO_CLOSE int dir = place_open(state_dir, WATCH_FOLDER, true);
	if (dir < 0)
		return dir;
	AUTO_CLOSE int fd = openat(dir, new_name,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0660);
	if (fd < 0)
		return -errno;
	int r = place_write(fd, data, out.size);
	if (r == 0 && fdatasync(fd) < 0)
		r = -errno;
	if (r == 0 && renameat(dir, new_name, dir, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(dir, new_name, 0);
	return r;
}
