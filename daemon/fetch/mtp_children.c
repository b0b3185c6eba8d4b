/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_children.h"

#include "mtp/mtp_codes.h"

#include <stdlib.h>

static int by_handle(const void *a, const void *b)
{
	uint32_t x = ((const struct mtp_object *)a)->handle,
		 y = ((const struct mtp_object *)b)->handle;
	return x < y ? -1 : x > y;
}

void mtp_objects_sort(struct mtp_objects *objects)
{
	if (objects->n)
		qsort(objects->rows, objects->n, sizeof *objects->rows, by_handle);
}

struct mtp_object *mtp_objects_find(const struct mtp_objects *objects, uint32_t handle)
{
	const struct mtp_object key = { .handle = handle };
	return objects->n ? bsearch(&key, objects->rows, objects->n, sizeof key, by_handle) : NULL;
}

/* Its parent is an object that the watch listed or described, and another one than the folder. */
static bool lies_elsewhere(const struct mtp_children *children, const struct mtp_object *object)
{
	return object->has_parent && object->parent != children->folder &&
	       object->parent != object->handle &&
	       (mtp_objects_find(children->objects, object->parent) ||
		       mtp_told_get(children->told, object->parent));
}

void mtp_children_of(struct mtp_children *children, const struct mtp_objects *objects,
	const struct mtp_told *told, uint32_t folder)
{
	bool others = mtp_objects_find(objects, folder), own = false;
	*children = (struct mtp_children) { .objects = objects, .told = told, .folder = folder };
	for (size_t i = 0; i < objects->n; i++) {
		const struct mtp_object *object = &objects->rows[i];
		own |= object->has_parent && object->parent == folder;
		others |= lies_elsewhere(children, object);
	}
	/* the root goes by several numbers */
	children->strict = others && own && folder != MTP_ANY;
}

bool mtp_is_child(const struct mtp_children *children, const struct mtp_object *object)
{
	if (object->handle == children->folder)
		return false;
	if (!object->has_parent || object->parent == children->folder)
		return true;
	return !children->strict && !lies_elsewhere(children, object);
}
