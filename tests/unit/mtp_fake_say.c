/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/mtp_fake_say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reply_put(struct reply *reply, const void *data, size_t n)
{
	while (reply->n + n > reply->capacity) {
		reply->capacity = reply->capacity ? 2 * reply->capacity : 256;
		reply->data = realloc(reply->data, reply->capacity);
		if (!reply->data)
			abort();
	}
	if (n)
		memcpy(reply->data + reply->n, data, n);
	reply->n += n;
}

void reply_put_number(struct reply *reply, uint64_t value, size_t n)
{
	uint8_t raw[16] = { 0 };
	for (size_t i = 0; i < n && i < 8; i++)
		raw[i] = (uint8_t)(value >> (8 * i));
	reply_put(reply, raw, n);
}

static void put_string(struct reply *reply, const char *text)
{
	size_t n = strlen(text);
	reply_put_number(reply, n ? n + 1 : 0, 1);
	for (size_t i = 0; n && i <= n; i++)
		reply_put_number(reply, (uint8_t)text[i], 2);
}

struct fake_object *fake_find(struct fake_watch *fake, uint32_t handle)
{
	for (size_t i = 0; i < fake->objects_n; i++)
		if (fake->objects[i].handle == handle)
			return &fake->objects[i];
	return NULL;
}

static void tell_device(const struct fake_watch *fake, struct reply *out)
{
	static const uint16_t operations[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1007,
		0x1008, 0x1009, 0x100A, 0x100B, 0x100C, 0x100D, 0x1010, 0x1014, 0x1015, 0x1016,
		0x1019, 0x101B, 0x9801, 0x9802, 0x9803, 0x9804, 0x9805, 0x9810, 0x9811, 0x9001 };
	struct reply list = { 0 };
	uint32_t n = 0;
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		if ((operations[i] == 0x101B && fake->no_partial) ||
			(operations[i] == 0x9001 && !fake->tells_device_file) ||
			(operations[i] == 0x9805 && fake->props == FAKE_PROPS_NONE))
			continue;
		reply_put_number(&list, operations[i], 2);
		n++;
	}
	reply_put_number(out, 100, 2);
	reply_put_number(out, 6, 4);
	reply_put_number(out, 100, 2);
	put_string(out, "microsoft.com: 1.0; ");
	reply_put_number(out, 0, 2);
	reply_put_number(out, n, 4);
	reply_put(out, list.data, list.n);
	free(list.data);
	reply_put_number(out, 1, 4);
	reply_put_number(out, 0x4002, 2);
	reply_put_number(out, 0, 4);
	reply_put_number(out, 0, 4);
	reply_put_number(out, 2, 4);
	reply_put_number(out, 0x3000, 2);
	reply_put_number(out, 0x3001, 2);
	put_string(out, "Garmin");
	put_string(out, "Forerunner 955");
	put_string(out, "914");
	put_string(out, "0000cb123456");
}

static void tell_object(
	const struct fake_watch *fake, const struct fake_object *object, struct reply *out)
{
	reply_put_number(out, fake->storages[0], 4);
	reply_put_number(out, object->format, 2);
	reply_put_number(out, 0, 2);
	reply_put_number(out, fake->size_apart ? 0xFFFFFFFF : object->said_size, 4);
	reply_put_number(out, 0, 2);
	for (int i = 0; i < 6; i++)
		reply_put_number(out, 0, 4);
	reply_put_number(out, fake->lies_about_parents ? fake->told_parent : object->parent, 4);
	reply_put_number(out, object->format == 0x3001, 2);
	reply_put_number(out, 0, 4);
	reply_put_number(out, 0, 4);
	put_string(out, object->name);
	put_string(out, object->date);
	put_string(out, object->date);
	put_string(out, "");
}

static void tell_device_file(const struct fake_watch *fake, struct reply *out)
{
	uint32_t handle = fake->wrong_device_file;
	for (size_t i = 0; i < fake->objects_n && !handle; i++)
		if (strcmp(fake->objects[i].name, "GarminDevice.xml") == 0)
			handle = fake->objects[i].handle;
	reply_put_number(out, handle, 4);
}

static uint16_t tell_handles(
	const struct fake_watch *fake, const uint32_t *parameters, struct reply *out)
{
	uint32_t format = parameters[1], parent = parameters[2], n = 0;
	bool unfiltered = parent == 0xFFFFFFFF ? fake->root_is_all : fake->folder_is_all;
	bool all = unfiltered || (parent == 0 && fake->zero_is_all);
	if (unfiltered)
		format = 0;
	if (format && fake->no_format)
		return 0x2014;
	if (parent == 0xFFFFFFFF && (fake->root_is_zero || fake->zero_is_all))
		return 0x201A;
	if (parent == 0xFFFFFFFF)
		parent = 0;
	else if (parent == 0 && !fake->root_is_zero)
		all = true;
	struct reply list = { 0 };
	for (size_t i = 0; i < fake->objects_n; i++) {
		const struct fake_object *object = &fake->objects[i];
		if (object->storage && object->storage != parameters[0])
			continue;
		if ((object->parent != parent && !all) || (format && object->format != format))
			continue;
		reply_put_number(&list, object->handle, 4);
		n++;
	}
	if (fake->lists_itself) {
		reply_put_number(&list, parameters[2], 4);
		reply_put_number(&list, 0, 4);
		reply_put_number(&list, parameters[2], 4);
		n += 3;
	}
	reply_put_number(out, n, 4);
	reply_put(out, list.data, list.n);
	free(list.data);
	return 0x2001;
}

static uint32_t tell_props_of(const struct fake_watch *fake, const struct fake_object *object,
	uint32_t property, struct reply *out)
{
	uint32_t n = 0;
	bool all = property == 0xFFFFFFFF;
#define ELEMENT(code, type)                                                 \
	if (fake->props_without != (code) && (all || property == (code))) { \
		reply_put_number(out, object->handle, 4);                   \
		reply_put_number(out, (code), 2);                           \
		reply_put_number(out, (type), 2);                           \
		n++;
	ELEMENT(0xDC01, 6) reply_put_number(out, 0x00020001, 4);
}
ELEMENT(0xDC02, 4) reply_put_number(out, object->format, 2);
}
ELEMENT(0xDC04, 8) reply_put_number(out, object->said_size, 8);
}
ELEMENT(0xDC07, 0xFFFF) put_string(out, object->name);
}
ELEMENT(0xDC09, 0xFFFF) put_string(out, object->date);
}
if (!fake->props_without_parent) {
	ELEMENT(0xDC0B, 6) reply_put_number(out, object->parent, 4);
}
}
ELEMENT(0xDC41, 10) reply_put_number(out, (uint64_t)object->handle * 7919u, 16);
}
ELEMENT(0xDC44, 0xFFFF) put_string(out, object->name);
}
#undef ELEMENT
return n;
}

static uint16_t tell_props(
	const struct fake_watch *fake, const uint32_t *parameters, struct reply *out)
{
	uint32_t folder = parameters[0], property = parameters[2], n = 0;
	if (fake->props == FAKE_PROPS_REFUSED || parameters[4] != 1)
		return 0xA808;
	if (fake->props == FAKE_PROPS_SINGLE && property == 0xFFFFFFFF)
		return 0x2006;
	struct reply list = { 0 };
	unsigned told = 0;
	for (size_t i = 0; i < fake->objects_n && (!fake->props_max || told < fake->props_max); i++)
		if (fake->props_is_all || fake->objects[i].parent == folder ||
			fake->objects[i].handle == folder) {
			n += tell_props_of(fake, &fake->objects[i], property, &list);
			told++;
		}
	reply_put_number(out, n, 4);
	reply_put(out, list.data, list.n);
	free(list.data);
	return 0x2001;
}

/* What is in the way of an object: a response code; 0: nothing. */
static uint16_t trouble_with(
	struct fake_watch *fake, const struct fake_object *object, uint16_t code)
{
	bool bytes = code == 0x1009 || code == 0x101B;
	if (object->handle == fake->denied_handle && code != 0x1007)
		return 0x200F;
	if (object->handle == fake->vanishing_handle && bytes)
		return 0x2009;
	bool busy = fake->busy_each || object->handle == fake->busy_handle;
	if (!busy || !fake->busy_times || !bytes)
		return 0;
	fake->busy_times--;
	return 0x2019;
}

static uint16_t tell_part(const struct fake_watch *fake, const struct fake_object *object,
	const uint32_t *parameters, struct reply *out, uint32_t *ret_parameter)
{
	uint32_t offset = parameters[1], n = parameters[2];
	if (offset > object->size)
		return 0x201D;
	if (fake->piece_max && n > fake->piece_max)
		n = fake->piece_max;
	if (n > object->size - offset)
		n = object->size - offset;
	reply_put(out, object->data + offset, n);
	*ret_parameter = n;
	return 0x2001;
}

static void tell_storages(struct fake_watch *fake, struct reply *out)
{
	size_t n = fake->late_storages ? 0 : fake->storages_n;
	fake->late_storages -= fake->late_storages > 0;
	reply_put_number(out, n, 4);
	for (size_t i = 0; i < n; i++)
		reply_put_number(out, fake->storages[i], 4);
}

/* What the device has to say. Returns the response code. */
uint16_t fake_answer(struct fake_watch *fake, uint16_t code, const uint32_t *parameters,
	struct reply *out, bool *ret_has_data, uint32_t *ret_parameter)
{
	struct fake_object *object = fake_find(fake, parameters[0]);
	uint16_t response = object ? trouble_with(fake, object, code) : 0;
	*ret_has_data = true;
	if (response)
		return response;
	switch (code) {
	case 0x1001:
		tell_device(fake, out);
		return 0x2001;
	case 0x1002:
		*ret_has_data = false;
		if (fake->session_open) {
			*ret_parameter = 1;
			return 0x201E;
		}
		fake->session_open = true;
		return 0x2001;
	case 0x1003:
		*ret_has_data = false;
		fake->session_open = false;
		return 0x2001;
	case 0x1004:
		tell_storages(fake, out);
		return 0x2001;
	case 0x1007:
		if (fake->closed_storage == parameters[0])
			return 0x2013;
		response = tell_handles(fake, parameters, out);
		*ret_has_data = !(fake->bare_when_empty && out->n == 4);
		return response;
	case 0x1008:
		if (!object)
			return 0x2009;
		tell_object(fake, object, out);
		return 0x2001;
	case 0x1009:
		if (!object)
			return 0x2009;
		reply_put(out, object->data, object->size);
		return 0x2001;
	case 0x101B:
		return object ? tell_part(fake, object, parameters, out, ret_parameter) : 0x2009;
	case 0x9001:
		if (!fake->tells_device_file)
			return 0x2005;
		tell_device_file(fake, out);
		return 0x2001;
	case 0x9803:
		if (!object || parameters[1] != 0xDC04 || fake->no_property)
			return object ? 0xA80A : 0x2009;
		reply_put_number(out, object->said_size, 8);
		return 0x2001;
	case 0x9805:
		return tell_props(fake, parameters, out);
	default:
		return 0x2005;
	}
}

static struct fake_object *add(
	struct fake_watch *fake, uint32_t parent, const char *name, uint16_t format)
{
	if (fake->objects_n == FAKE_OBJECTS_MAX)
		abort();
	struct fake_object *object = &fake->objects[fake->objects_n++];
	*object = (struct fake_object) { .handle = 0x01000000u + (uint32_t)fake->objects_n,
		.parent = parent,
		.format = format };
	(void)snprintf(object->name, sizeof object->name, "%s", name);
	return object;
}

uint32_t fake_folder(struct fake_watch *fake, uint32_t parent, const char *name)
{
	return add(fake, parent, name, 0x3001)->handle;
}

/* CRC-16, reflected 0x8005, one bit at a time. */
static uint16_t checksum(const uint8_t *data, size_t size)
{
	unsigned crc = 0;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001u : crc >> 1;
	}
	return (uint16_t)crc;
}

void fake_seal(struct fake_object *object)
{
	uint16_t crc = checksum(object->data, object->size - 2);
	object->data[object->size - 2] = (uint8_t)crc;
	object->data[object->size - 1] = (uint8_t)(crc >> 8);
}

uint32_t fake_file(struct fake_watch *fake, uint32_t parent, const char *name, const char *date,
	uint32_t size, uint32_t seed)
{
	struct fake_object *object = add(fake, parent, name, 0x3000);
	uint8_t *data = malloc(size);
	if (!data)
		abort();
	const uint8_t head[12] = { 12, 0x20, 0x5C, 0x08, (uint8_t)(size - 14),
		(uint8_t)((size - 14) >> 8), (uint8_t)((size - 14) >> 16),
		(uint8_t)((size - 14) >> 24), '.', 'F', 'I', 'T' };
	memcpy(data, head, sizeof head);
	for (uint32_t i = 12; i < size; i++) {
		seed = seed * 1103515245u + 12345u;
		data[i] = (uint8_t)(seed >> 16);
	}
	object->data = data;
	object->size = object->said_size = size;
	fake_seal(object);
	(void)snprintf(object->date, sizeof object->date, "%s", date);
	return object->handle;
}
