/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mtp/mtp_objects.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_ARRAY 0x4000u
#define TYPE_STRING 0xFFFFu
#define TYPE_UINT64 8u
#define NONE UINT32_MAX
#define IMAGE_BYTES 26u       /* of an ObjectInfo: format and sizes of thumbnail and picture */
#define ASSOCIATION_BYTES 10u /* and its kind of folder, sequence number */

void mtp_objects_done(struct mtp_objects *objects)
{
	free(objects->rows);
	*objects = (struct mtp_objects) { 0 };
}

int mtp_objects_add(struct mtp_objects *objects, const struct mtp_object *object)
{
	if (objects->n == MTP_OBJECTS_MAX)
		return -E2BIG;
	if (objects->n == objects->capacity) {
		size_t capacity = objects->capacity ? 2 * objects->capacity : 32;
		struct mtp_object *rows = reallocarray(objects->rows, capacity, sizeof *rows);
		if (!rows)
			return -ENOMEM;
		objects->rows = rows;
		objects->capacity = capacity;
	}
	objects->rows[objects->n++] = *object;
	return 0;
}

static void set_name(struct mtp_object *object, struct bytes *in)
{
	mtp_text(in, object->name);
	if (!mtp_name_is_plain(object->name))
		object->name[0] = '\0';
}

static void set_date(struct mtp_object *object, struct bytes *in)
{
	char text[MTP_TEXT_BYTES];
	mtp_text(in, text);
	object->has_date = mtp_date(text, &object->modified_s);
}

static void set_kind(struct mtp_object *object, uint16_t format)
{
	object->has_kind = true;
	object->is_folder = format == MTP_FORMAT_ASSOCIATION;
}

int mtp_object_info_get(const uint8_t *data, size_t size, uint32_t handle, struct mtp_object *ret)
{
	struct bytes in = bytes_of(data, size);
	struct mtp_object object = { .handle = handle };
	char text[MTP_TEXT_BYTES];
	(void)bytes_le32(&in); /* storage */
	set_kind(&object, bytes_le16(&in));
	(void)bytes_le16(&in); /* protection */
	object.size_bytes = bytes_le32(&in);
	object.has_size = object.size_bytes != MTP_UNKNOWN;
	(void)bytes_take(&in, IMAGE_BYTES);
	object.parent = bytes_le32(&in);
	object.has_parent = true;
	(void)bytes_take(&in, ASSOCIATION_BYTES);
	set_name(&object, &in);
	/* some end behind the name, or behind this: without dates or keywords */
	if (in.failed || bytes_left(&in))
		mtp_text(&in, text); /* created */
	if (in.failed)
		return -EBADMSG;
	set_date(&object, &in);
	*ret = object;
	return 0;
}

/* Finds rows by handle: open addressing, at most half full. */
struct finder {
	struct mtp_objects *objects;
	uint32_t *slots;
	size_t mask;
};

static size_t slot_of(const struct finder *finder, uint32_t handle)
{
	size_t at = (size_t)(handle * 0x9E3779B1u) & finder->mask;
	while (finder->slots[at] != NONE &&
		finder->objects->rows[finder->slots[at]].handle != handle)
		at = (at + 1) & finder->mask;
	return at;
}

static int grow(struct finder *finder)
{
	size_t slots_n = finder->mask ? 2 * (finder->mask + 1) : 64;
	while (slots_n < 4 * finder->objects->n)
		slots_n *= 2;
	uint32_t *slots = malloc(slots_n * sizeof *slots);
	if (!slots)
		return -ENOMEM;
	memset(slots, 0xFF, slots_n * sizeof *slots);
	free(finder->slots);
	finder->slots = slots;
	finder->mask = slots_n - 1;
	for (size_t i = 0; i < finder->objects->n; i++)
		slots[slot_of(finder, finder->objects->rows[i].handle)] = (uint32_t)i;
	return 0;
}

static int find(struct finder *finder, uint32_t handle, struct mtp_object **ret)
{
	size_t at = slot_of(finder, handle);
	if (finder->slots[at] == NONE) {
		struct mtp_object object = { .handle = handle };
		int r = mtp_objects_add(finder->objects, &object);
		if (r == 0 && 2 * finder->objects->n > finder->mask)
			r = grow(finder);
		if (r < 0)
			return r;
		at = slot_of(finder, handle);
		finder->slots[at] = (uint32_t)(finder->objects->n - 1);
	}
	*ret = &finder->objects->rows[finder->slots[at]];
	return 0;
}

static void finder_done(struct finder *finder)
{
	free(finder->slots);
}

static size_t type_bytes(uint16_t type)
{
	unsigned plain = type & ~TYPE_ARRAY;
	return plain >= 1 && plain <= 10 ? (size_t)1 << ((plain - 1) / 2) : 0;
}

/* Steps over one value of a type. */
static void skip_value(struct bytes *in, uint16_t type)
{
	char text[MTP_TEXT_BYTES];
	size_t each = type_bytes(type);
	if (type == TYPE_STRING) {
		mtp_text(in, text);
		return;
	}
	size_t n = type & TYPE_ARRAY ? bytes_le32(in) : 1;
	if (!each || n > bytes_left(in) / each)
		in->failed = true; /* of a type whose length nobody knows */
	else
		(void)bytes_take(in, n * each);
}

static uint64_t whole_number(struct bytes *in, uint16_t type)
{
	size_t size = type_bytes(type);
	const uint8_t *at = bytes_take(in, size);
	if (!at)
		return 0;
	struct bytes value = bytes_of(at, size);
	return size == 1   ? bytes_u8(&value)
	       : size == 2 ? bytes_le16(&value)
	       : size == 4 ? bytes_le32(&value)
			   : bytes_le64(&value);
}

static void take_property(
	struct mtp_object *object, uint16_t property, uint16_t type, struct bytes *in)
{
	bool text = type == TYPE_STRING;
	bool number = type >= 1 && type <= TYPE_UINT64;
	if (property == MTP_PROPERTY_OBJECT_FILE_NAME && text) {
		set_name(object, in);
	} else if (property == MTP_PROPERTY_DATE_MODIFIED && text) {
		set_date(object, in);
	} else if (property == MTP_PROPERTY_OBJECT_SIZE && number) {
		object->size_bytes = whole_number(in, type);
		/* 32 bits that are all set say "more than I can tell" */
		object->has_size = type_bytes(type) == 8 || object->size_bytes != MTP_UNKNOWN;
	} else if (property == MTP_PROPERTY_PARENT_OBJECT && number) {
		object->parent = (uint32_t)whole_number(in, type);
		object->has_parent = true;
	} else if (property == MTP_PROPERTY_OBJECT_FORMAT && number) {
		set_kind(object, (uint16_t)whole_number(in, type));
	} else {
		skip_value(in, type);
	}
}

int mtp_prop_list_get(const uint8_t *data, size_t size, struct mtp_objects *into)
{
	CLEANUP(finder_done) struct finder finder = { .objects = into };
	struct bytes in = bytes_of(data, size);
	int r = grow(&finder);
	for (uint32_t left = bytes_le32(&in); r == 0 && left; left--) {
		struct mtp_object *object = NULL;
		uint32_t handle = bytes_le32(&in);
		uint16_t property = bytes_le16(&in);
		uint16_t type = bytes_le16(&in);
		r = in.failed ? -EBADMSG : find(&finder, handle, &object);
		if (r < 0)
			break;
		take_property(object, property, type, &in);
	}
	return r < 0 ? r : in.failed ? -EBADMSG : 0;
}
