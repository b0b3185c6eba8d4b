/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files and folders as a watch describes them: by ObjectInfo, one at a time, or by ObjectPropList, a whole
 * folder at once (MTP 1.1, sections 5.3.1 and E.2.1). */

#include "mtp/mtp_codes.h"
#include "mtp/mtp_text.h"

#include <stddef.h>

struct mtp_object {
	uint32_t handle;
	uint32_t parent;
	uint64_t size_bytes;
	int64_t modified_s; /* as mtp_date() */
	bool has_parent, has_size, has_date, has_kind;
	bool is_folder;            /* when has_kind */
	bool from_memory;          /* as an earlier session described it; never set here */
	char name[MTP_TEXT_BYTES]; /* "" when it has none that can be part of a path */
};

#define MTP_OBJECTS_MAX 65536u

struct mtp_objects {
	struct mtp_object *rows;
	size_t n, capacity;
};

void mtp_objects_done(struct mtp_objects *objects);

/* Appends a copy. Returns 0; -E2BIG beyond MTP_OBJECTS_MAX; -ENOMEM. */
int mtp_objects_add(struct mtp_objects *objects, const struct mtp_object *object);

/* The ObjectInfo of `handle`. A size that does not fit 32 bits is unknown. Returns 0; -EBADMSG. */
int mtp_object_info_get(const uint8_t *data, size_t size, uint32_t handle, struct mtp_object *ret);

/* An ObjectPropList: completes the objects that are in `into` already and appends the others, in the order
 * in which they come. Properties of no concern are stepped over.
 * Returns 0; -EBADMSG, -E2BIG or -ENOMEM, and then `into` holds what came before. */
int mtp_prop_list_get(const uint8_t *data, size_t size, struct mtp_objects *into);
