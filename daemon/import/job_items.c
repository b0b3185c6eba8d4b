/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/job_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t key_of(const uint8_t hash[HASH_BYTES])
{
	uint64_t key;
	memcpy(&key, hash, sizeof key);
	return key;
}

struct import_item *import_items_add(struct import_items *items, const struct spool_file *file)
{
	if (items->n == items->capacity) {
		size_t capacity = items->capacity ? items->capacity * 2 : 16;
		struct import_item *grown = reallocarray(items->list, capacity, sizeof *grown);
		if (!grown)
			return NULL;
		items->list = grown;
		uint64_t *keys = reallocarray(items->keys, capacity, sizeof *keys);
		if (!keys)
			return NULL;
		items->keys = keys;
		items->capacity = capacity;
	}
	items->keys[items->n] = key_of(file->hash);
	struct import_item *item = &items->list[items->n++];
	*item = (struct import_item) { .file = *file };
	report_init(&item->report);
	return item;
}

int import_items_walked(struct import_items *items, const char *source, const char *root)
{
	struct import_walk *grown = reallocarray(items->walks, items->walks_n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	items->walks = grown;
	struct import_walk *walk = &grown[items->walks_n++];
	*walk = (struct import_walk) { .source = strdup(source), .root = strdup(root) };
	return walk->source && walk->root ? 0 : -ENOMEM;
}

const struct import_item *import_items_find(
	const struct import_items *items, const uint8_t hash[HASH_BYTES])
{
	uint64_t key = key_of(hash);
	for (size_t i = 0; i < items->n; i++)
		if (items->keys[i] == key && items->list[i].state != ITEM_UNREADABLE &&
			memcmp(items->list[i].file.hash, hash, HASH_BYTES) == 0)
			return &items->list[i];
	return NULL;
}

void import_items_done(struct import_items *items)
{
	for (size_t i = 0; i < items->n; i++)
		report_done(&items->list[i].report);
	free(items->list);
	free(items->keys);
	for (size_t i = 0; i < items->walks_n; i++) {
		free(items->walks[i].source);
		free(items->walks[i].root);
	}
	free(items->walks);
	*items = (struct import_items) { 0 };
}

void import_result_done(struct import_result *result)
{
	for (size_t i = 0; i < result->refused_n; i++) {
		free(result->refused[i].file);
		free(result->refused[i].why);
	}
	free(result->refused);
	free(result->ids);
	*result = (struct import_result) { 0 };
}
