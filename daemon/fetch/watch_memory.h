/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch showed at its last plug-in: the objects of each folder that was listed, with their handles.
 * By the standard a handle is good for one session only; many watches keep them, and then only what is new
 * needs asking. mtp_listing.h says when a handle is trusted.
 *
 * One small file a watch in the state directory, watches/NAME, replaced as a whole. One that is damaged or
 * of another version counts as none, and then everything is listed. */

#include "conf/devices.h"
#include "mtp/mtp_dataset.h"
#include "mtp/mtp_objects.h"

#define WATCH_FOLDER "watches" /* in the state directory */
#define WATCH_PATH_BYTES 512u
#define WATCH_SHOWN_BYTES 1024u
#define WATCH_WHY_BYTES 160u

/* How a watch answers when it is asked for a folder's properties at once. */
enum watch_props {
	WATCH_PROPS_UNTRIED,
	WATCH_PROPS_ALL,    /* all properties in one answer */
	WATCH_PROPS_SINGLE, /* one property at a time */
	WATCH_PROPS_NONE,
};

struct watch_folder {
	char path[WATCH_PATH_BYTES];
	uint32_t storage, handle;
	bool fresh;      /* listed since the memory was loaded */
	bool with_files; /* not its folders alone */
	struct mtp_objects objects;
};

#define WATCH_FOLDERS_MAX 256u

/* The file in which the watch names its folders, as it was when it was read. */
struct watch_manifest {
	uint32_t storage, handle;
	uint64_t size_bytes;
	int64_t modified_s; /* 0: the watch does not say */
	struct device_named named;
};

#define WATCH_MANIFESTS_MAX 4u

/* A file that is damaged on the watch. It is looked at again at the next plug-in, since a watch that has lost its way
 * may send zeros for a whole session; found damaged once more, it is not fetched again before its size or its date is
 * another. */
struct watch_refusal {
	char path[WATCH_SHOWN_BYTES]; /* as it is shown */
	char why[WATCH_WHY_BYTES];
	int64_t size_bytes, mtime_ns;
	uint16_t plug_ins; /* at which it was found damaged */
	bool fresh;        /* shown since the memory was loaded */
};

#define WATCH_REFUSALS_MAX 256u
#define WATCH_REFUSAL_PLUG_INS 2u /* so many times it is fetched */

struct watch_memory {
	char model[MTP_TEXT_BYTES], version[MTP_TEXT_BYTES], serial[MTP_TEXT_BYTES];
	uint32_t plug_ins;
	enum watch_props props;
	struct watch_folder *folders;
	size_t folders_n;
	struct watch_manifest *manifests;
	size_t manifests_n;
	struct watch_refusal *refusals;
	size_t refusals_n;
};

void watch_memory_done(struct watch_memory *memory);

/* Memory of another watch, or of the same one with other software, is forgotten. */
void watch_memory_meet(struct watch_memory *memory, const struct mtp_device_info *info);

/* NULL when it was never listed. */
struct watch_folder *watch_memory_find(
	struct watch_memory *memory, uint32_t storage, const char *path);

/* Notes a folder just listed in place of what was known of it; takes the objects over on success.
 * One that was not listed in this session makes room for it where there is none.
 * Returns 0; -E2BIG; -ENOMEM. */
int watch_memory_note(struct watch_memory *memory, uint32_t storage, const char *path,
	uint32_t handle, bool with_files, struct mtp_objects *objects);

/* What is known of the file of a storage; NULL: none was read yet. */
const struct watch_manifest *watch_memory_manifest(
	const struct watch_memory *memory, uint32_t storage);

/* Notes a file that was read, in place of the one of the same storage, or of the oldest. Returns 0; -ENOMEM. */
int watch_memory_note_manifest(struct watch_memory *memory, const struct watch_manifest *file);

/* Why this very file is not fetched any more, which marks it as still there; NULL: it is. One without a date is
 * never known, since it may have changed. */
const char *watch_memory_refusal(
	struct watch_memory *memory, const char *path, int64_t size_bytes, int64_t mtime_ns);

/* Notes one, in place of an earlier one of the same path, and counts the plug-ins of the same file.
 * Returns 0; -E2BIG; -ENOMEM. */
int watch_memory_refuse(struct watch_memory *memory, const struct watch_refusal *refusal);

/* Forgets those that were not shown any more. Returns how many. */
size_t watch_memory_drop_refusals(struct watch_memory *memory);

/* source: the name under which the daemon knows the watch; becomes the file's. Always sets *ret: to an
 * empty memory when there is none. Returns 0; -ENOMEM. */
int watch_memory_load(const char *state_dir, const char *source, struct watch_memory *ret);

/* Returns 0; a negative errno, and then the old one stands. */
int watch_memory_save(const char *state_dir, const char *source, const struct watch_memory *memory);

/* The file's name for a source: what could leave the folder or hide in it is replaced. */
#define WATCH_FILE_BYTES 128u
void watch_file_name(const char *source, const char *ending, char ret[WATCH_FILE_BYTES]);
