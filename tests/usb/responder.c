/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations and datasets, from the MTP 1.1 specification: sections 5 and appendix D. */
#include "usb/wire.h"

#include <stdio.h>
#include <string.h>

#define OK 0x2001u
#define ROOT 0xffffffffu

void count_broken_rule(struct watch_counts *counts, const char *rule)
{
	if (!counts->broken_rules++)
		(void)snprintf(counts->rule, sizeof counts->rule, "%s", rule);
}

static uint32_t handle_of(const struct responder *responder, uint32_t number)
{
	return number ? number + responder->shift : 0;
}

static const struct object *object_at(const struct responder *responder, uint32_t handle)
{
	return handle > responder->shift ? tree_at(&responder->tree, handle - responder->shift)
					 : NULL;
}

static void codes(struct grow *to, const uint16_t *list, size_t n)
{
	grow_u32(to, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		grow_u16(to, list[i]);
}

/* What nine logs of Garmin watches list, writing operations included: offering is not using. */
static void device_info(const struct watch_profile *profile, struct grow *to)
{
	static const uint16_t operations[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1007,
		0x1008, 0x1009, 0x100a, 0x100b, 0x100c, 0x100d, 0x1010, 0x1014, 0x1015, 0x1016,
		0x1019, 0x9801, 0x9802, 0x9803, 0x9804, 0x9810, 0x9811, 0x9000, 0x9001 };
	static const uint16_t events[] = { 0x4002, 0x4003, 0x4004, 0x4005, 0x4006 };
	static const uint16_t formats[] = { 0x3000, 0x3001 };
	uint16_t offered[40];
	size_t n = sizeof operations / sizeof *operations;
	memcpy(offered, operations, sizeof operations);
	if (!profile->no_partial)
		offered[n++] = 0x101b;
	if (profile->list != LIST_ABSENT)
		offered[n++] = 0x9805;
	grow_u16(to, 100);
	grow_u32(to, 6);
	grow_u16(to, 100);
	grow_text(to, "microsoft.com: 1.0; ");
	grow_u16(to, 0);
	codes(to, offered, n);
	codes(to, events, 5);
	codes(to, NULL, 0);
	codes(to, NULL, 0);
	codes(to, formats, 2);
	grow_text(to, "Garmin");
	grow_text(to, profile->model);
	grow_text(to, "914");
	grow_text(to, profile->serial);
}

static void storage_info(const struct watch_profile *profile, struct grow *to)
{
	grow_u16(to, 3);
	grow_u16(to, 2);
	grow_u16(to, 0);
	grow_u64(to, 32ull << 30);
	grow_u64(to, 20ull << 30);
	grow_u32(to, 0xffffffff);
	grow_text(to, profile->storage);
	grow_text(to, "");
}

static void object_info(
	const struct responder *responder, const struct object *object, struct grow *to)
{
	bool unknown = responder->profile->size_unknown || object->size > 0xfffffffe;
	grow_u32(to, responder->profile->storage_id);
	grow_u16(to, object->is_folder ? OBJECT_FOLDER : OBJECT_UNDEFINED);
	grow_u16(to, 0);
	grow_u32(to, unknown && !object->is_folder ? 0xffffffff : (uint32_t)object->size);
	grow_u16(to, 0);
	for (unsigned i = 0; i < 6; i++) /* thumbnail and image: sizes */
		grow_u32(to, 0);
	grow_u32(to, handle_of(responder, object->parent));
	grow_u16(to, object->is_folder ? 1 : 0);
	grow_u32(to, 0);
	grow_u32(to, 0);
	grow_text(to, object->name);
	grow_text(to, object->date);
	grow_text(to, object->date);
	grow_text(to, "");
}

static void handles(
	const struct responder *responder, const struct command *command, struct answer *ret)
{
	uint32_t asked = command->n > 2 ? command->parameters[2] : 0;
	const struct watch_profile *profile = responder->profile;
	uint32_t root = profile->root_is_zero ? 0 : ROOT;
	bool top = asked == root;
	bool all =
		(asked == 0 && root != 0) || (top ? profile->root_is_all : profile->folder_is_all);
	const struct object *folder = object_at(responder, asked);
	if (!all && !top && asked != ROOT && (!folder || !folder->is_folder)) {
		ret->code = folder ? 0x201a : 0x2009;
		return;
	}
	ret->has_data = true;
	size_t n = 0;
	grow_u32(&ret->data, 0);
	for (size_t i = 0; i < responder->tree.n; i++) {
		const struct object *object = &responder->tree.list[i];
		if (!all &&
			(top ? object->parent != 0 : !folder || object->parent != folder->number))
			continue;
		grow_u32(&ret->data, handle_of(responder, object->number));
		n++;
	}
	for (unsigned i = 0; i < 4; i++)
		ret->data.data[i] = (uint8_t)(n >> (8 * i));
}

/* One element of a property list; returns false when the object has no such property. */
static bool property(const struct responder *responder, const struct object *object, uint16_t code,
	struct grow *to, bool bare)
{
	static const struct {
		uint16_t code, type;
	} types[] = { { 0xdc01, 6 }, { 0xdc02, 4 }, { 0xdc03, 4 }, { 0xdc04, 8 },
		{ 0xdc07, 0xffff }, { 0xdc08, 0xffff }, { 0xdc09, 0xffff }, { 0xdc0b, 6 },
		{ 0xdc41, 10 }, { 0xdc44, 0xffff } };
	size_t row = 0;
	while (row < sizeof types / sizeof *types && types[row].code != code)
		row++;
	if (row == sizeof types / sizeof *types)
		return false;
	if (!bare) {
		grow_u32(to, handle_of(responder, object->number));
		grow_u16(to, code);
		grow_u16(to, types[row].type);
	}
	switch (code) {
	case 0xdc01:
		grow_u32(to, responder->profile->storage_id);
		break;
	case 0xdc02:
		grow_u16(to, object->is_folder ? OBJECT_FOLDER : OBJECT_UNDEFINED);
		break;
	case 0xdc03:
		grow_u16(to, 0);
		break;
	case 0xdc04:
		grow_u64(to, object->size);
		break;
	case 0xdc0b:
		grow_u32(to, handle_of(responder, object->parent));
		break;
	case 0xdc41:
		grow_u64(to, 0x6b6e656164000000ull + object->number);
		grow_u64(to, 0);
		break;
	case 0xdc08:
	case 0xdc09:
		grow_text(to, object->date);
		break;
	default:
		grow_text(to, object->name);
	}
	return true;
}

/* GetObjectPropDesc: read-only, no form; the default is empty. */
static void property_description(const struct command *command, struct answer *ret)
{
	static const struct {
		uint16_t code, type;
		unsigned bytes; /* of the default */
	} rows[] = { { 0xdc01, 6, 4 }, { 0xdc02, 4, 2 }, { 0xdc03, 4, 2 }, { 0xdc04, 8, 8 },
		{ 0xdc07, 0xffff, 1 }, { 0xdc08, 0xffff, 1 }, { 0xdc09, 0xffff, 1 },
		{ 0xdc0b, 6, 4 }, { 0xdc41, 10, 16 }, { 0xdc44, 0xffff, 1 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].code != command->parameters[0])
			continue;
		ret->has_data = true;
		grow_u16(&ret->data, rows[i].code);
		grow_u16(&ret->data, rows[i].type);
		grow_u8(&ret->data, 0);
		for (unsigned b = 0; b < rows[i].bytes; b++)
			grow_u8(&ret->data, 0);
		grow_u32(&ret->data, 1);
		grow_u8(&ret->data, 0);
		return;
	}
	ret->code = 0xa801;
}

static void property_list(
	const struct responder *responder, const struct command *command, struct answer *ret)
{
	static const uint16_t all[] = { 0xdc01, 0xdc0b, 0xdc04, 0xdc02, 0xdc41, 0xdc07, 0xdc44,
		0xdc08, 0xdc09, 0xdc03 };
	uint32_t handle = command->parameters[0], code = command->parameters[2];
	uint32_t depth = command->n > 4 ? command->parameters[4] : 0;
	const struct object *asked = object_at(responder, handle);
	if (responder->profile->list == LIST_ABSENT || command->n < 5)
		ret->code = command->n < 5 ? 0x201d : 0x2005;
	else if (responder->profile->list == LIST_REFUSED || depth > 1 || handle == ROOT)
		ret->code = 0xa808;
	else if (responder->profile->list == LIST_SINGLE && code == 0xffffffff)
		ret->code = 0x2006;
	else if (!asked)
		ret->code = 0x2009;
	if (ret->code != OK)
		return;
	ret->has_data = true;
	uint32_t n = 0;
	grow_u32(&ret->data, 0);
	for (size_t i = 0; i < responder->tree.n; i++) {
		const struct object *object = &responder->tree.list[i];
		bool in = object == asked || (depth == 1 && object->parent == asked->number);
		for (size_t p = 0; in && p < sizeof all / sizeof *all; p++)
			if (code == 0xffffffff || code == all[p])
				n += property(responder, object, all[p], &ret->data, false);
	}
	for (unsigned i = 0; i < 4; i++)
		ret->data.data[i] = (uint8_t)(n >> (8 * i));
}

static void object_bytes(const struct responder *responder, const struct command *command,
	bool part, struct answer *ret)
{
	const struct object *object = object_at(responder, command->parameters[0]);
	if (!object || object->is_folder) {
		ret->code = 0x2009;
		return;
	}
	uint64_t from = part ? command->parameters[1] : 0, n = object->size;
	if (part) {
		n = from < object->size ? object->size - from : 0;
		if (n > command->parameters[2])
			n = command->parameters[2];
		ret->parameters[0] = (uint32_t)n;
		ret->n = 1;
	}
	ret->has_data = true;
	grow_bytes(&ret->data, object->bytes + (n ? from : 0), n);
}

static void open_session(
	struct responder *responder, const struct command *command, struct answer *ret)
{
	if (responder->session) {
		ret->code = 0x201e;
		ret->parameters[0] = responder->session_id;
		ret->n = 1;
		return;
	}
	if (!command->n || !command->parameters[0]) {
		ret->code = 0x201d;
		return;
	}
	responder->session = true;
	responder->session_id = command->parameters[0];
	if (responder->profile->handles_move)
		responder->shift += 0x1000;
}

static void xml_handle(const struct responder *responder, struct answer *ret)
{
	for (size_t i = 0; i < responder->tree.n; i++)
		if (strcasecmp(responder->tree.list[i].name, "GarminDevice.xml") == 0) {
			ret->has_data = true;
			grow_u32(&ret->data, handle_of(responder, responder->tree.list[i].number));
			return;
		}
	ret->code = 0x2002;
}

static void property_value(
	const struct responder *responder, const struct command *command, struct answer *ret)
{
	const struct object *object = object_at(responder, command->parameters[0]);
	ret->code = object ? OK : 0x2009;
	if (!object)
		return;
	ret->has_data =
		property(responder, object, (uint16_t)command->parameters[1], &ret->data, true);
	if (!ret->has_data)
		ret->code = 0xa80a;
}

static void read_operation(
	const struct responder *responder, const struct command *command, struct answer *ret)
{
	static const uint16_t supported[] = { 0xdc01, 0xdc0b, 0xdc04, 0xdc02, 0xdc41, 0xdc07,
		0xdc44, 0xdc08, 0xdc09, 0xdc03 };
	const struct object *object = object_at(responder, command->parameters[0]);
	switch (command->code) {
	case 0x1004:
		ret->has_data = true;
		grow_u32(&ret->data, 1);
		grow_u32(&ret->data, responder->profile->storage_id);
		return;
	case 0x1005:
		if (command->parameters[0] != responder->profile->storage_id) {
			ret->code = 0x2008;
			return;
		}
		ret->has_data = true;
		storage_info(responder->profile, &ret->data);
		return;
	case 0x1007:
		handles(responder, command, ret);
		return;
	case 0x1008:
		ret->has_data = object != NULL;
		ret->code = object ? OK : 0x2009;
		if (object)
			object_info(responder, object, &ret->data);
		return;
	case 0x1009:
		object_bytes(responder, command, false, ret);
		return;
	case 0x101b:
		if (responder->profile->no_partial)
			ret->code = 0x2005;
		else
			object_bytes(responder, command, true, ret);
		return;
	case 0x9001:
		xml_handle(responder, ret);
		return;
	case 0x9801:
		ret->has_data = true;
		codes(&ret->data, supported, sizeof supported / sizeof *supported);
		return;
	case 0x9802:
		property_description(command, ret);
		return;
	case 0x9803:
		property_value(responder, command, ret);
		return;
	case 0x9805:
		property_list(responder, command, ret);
		return;
	default:
		ret->code = 0x2005;
	}
}

void responder_check_id(
	struct responder *responder, const struct command *command, struct watch_counts *counts)
{
	if (!responder->session || command->code == 0x1002) {
		if (command->id != 0 && !responder->session)
			count_broken_rule(counts, "an operation outside of a session has an id");
		responder->last_id = 0;
		return;
	}
	if (responder->last_id && command->id != responder->last_id + 1)
		count_broken_rule(counts, "transaction ids do not follow one another");
	responder->last_id = command->id;
}

void responder_answer(struct responder *responder, const struct command *command,
	struct watch_counts *counts, struct answer *ret)
{
	*ret = (struct answer) { .code = OK };
	switch (command->code) {
	case 0x1001:
		ret->has_data = true;
		device_info(responder->profile, &ret->data);
		return;
	case 0x1002:
		open_session(responder, command, ret);
		counts->sessions += ret->code == OK;
		return;
	case 0x1003:
		ret->code = responder->session ? OK : 0x2003;
		responder->session = false;
		return;
	default:
		if (responder->session)
			read_operation(responder, command, ret);
		else
			ret->code = 0x2003;
	}
}
