/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch showed at its last plug-in: the objects of each folder that was listed, with their handles.
 * By the standard a handle is good for one session only; many watches keep them, and then only what is new
 * needs asking. mtp_listing.h says when a handle is trusted.
 *
 * One small file a watch in the state directory, watches/NAME, replaced as a whole. One that is damaged or
 * of another version counts as none, and then everything is listed. */

#include "mtp/mtp_dataset.h"
#include "mtp/mtp_objects.h"

#define WATCH_FOLDER "watches" /* in the state directory */
#define WATCH_PATH_BYTES 512u

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
	bool fresh; /* listed since the memory was loaded */
	struct mtp_objects objects;
};

#define WATCH_FOLDERS_MAX 256u

struct watch_memory {
	char model[MTP_TEXT_BYTES], version[MTP_TEXT_BYTES], serial[MTP_TEXT_BYTES];
	uint32_t plug_ins;
	enum watch_props props;
	struct watch_folder *folders;
	size_t folders_n;
};

void watch_memory_done(struct watch_memory *memory);

/* Memory of another watch, or of the same one with other software, is forgotten. */
void watch_memory_meet(struct watch_memory *memory, const struct mtp_device_info *info);

/* NULL when it was never listed. */
struct watch_folder *watch_memory_find(
	struct watch_memory *memory, uint32_t storage, const char *path);

/* Notes a folder just listed in place of what was known of it; takes the objects over on success.
 * Returns 0; -E2BIG; -ENOMEM. */
int watch_memory_note(struct watch_memory *memory, uint32_t storage, const char *path,
	uint32_t handle, struct mtp_objects *objects);

/* source: the name under which the daemon knows the watch; becomes the file's. Always sets *ret: to an
 * empty memory when there is none. Returns 0; -ENOMEM. */
int watch_memory_load(const char *state_dir, const char *source, struct watch_memory *ret);

/* Returns 0; a negative errno, and then the old one stands. */
int watch_memory_save(const char *state_dir, const char *source, const struct watch_memory *memory);

/* The file's name for a source: what could leave the folder or hide in it is replaced. */
#define WATCH_FILE_BYTES 128u
void watch_file_name(const char *source, const char *ending, char ret[WATCH_FILE_BYTES]);
