/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_told.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define SLOTS_MIN 64u

void mtp_told_done(struct mtp_told *told)
{
	mtp_objects_done(&told->objects);
	free(told->slots);
	*told = (struct mtp_told) { 0 };
}

/* Where the handle is, or would be. */
static size_t slot_of(const struct mtp_told *told, uint32_t handle)
{
	size_t at = (size_t)(handle * 0x9E3779B1u) & told->mask;
	while (told->slots[at] != NONE && told->objects.rows[told->slots[at]].handle != handle)
		at = (at + 1) & told->mask;
	return at;
}

/* Room for one more, and half of all still empty. */
static bool make_room(struct mtp_told *told)
{
	size_t slots_n = told->slots ? told->mask + 1 : 0;
	if (2 * (told->objects.n + 1) <= slots_n)
		return true;
	slots_n = slots_n ? 2 * slots_n : SLOTS_MIN;
	uint32_t *slots = malloc(slots_n * sizeof *slots);
	if (!slots)
		return false;
	memset(slots, 0xFF, slots_n * sizeof *slots);
	free(told->slots);
	told->slots = slots;
	told->mask = slots_n - 1;
	for (size_t i = 0; i < told->objects.n; i++)
		slots[slot_of(told, told->objects.rows[i].handle)] = (uint32_t)i;
	return true;
}

void mtp_told_put(struct mtp_told *told, const struct mtp_object *object)
{
	if (!object->has_kind || !object->has_parent || !*object->name || !make_room(told))
		return;
	size_t at = slot_of(told, object->handle);
	if (told->slots[at] != NONE) {
		told->objects.rows[told->slots[at]] = *object;
		return;
	}
	if (told->objects.n == MTP_TOLD_MAX || mtp_objects_add(&told->objects, object) < 0)
		return;
	told->slots[at] = (uint32_t)(told->objects.n - 1);
}

const struct mtp_object *mtp_told_get(const struct mtp_told *told, uint32_t handle)
{
	uint32_t index = told->slots ? told->slots[slot_of(told, handle)] : NONE;
	return index == NONE ? NULL : &told->objects.rows[index];
}
