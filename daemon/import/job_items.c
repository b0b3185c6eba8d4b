/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/job_rows.h"

#include "base/cleanup.h"
#include "ipc/packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 65536u

static uint64_t key_of(const uint8_t hash[HASH_BYTES])
{
	uint64_t key;
	memcpy(&key, hash, sizeof key);
	return key;
}

static int make_room(struct import_items *items)
{
	if (items->n < items->capacity)
		return 0;
	size_t capacity = items->capacity ? items->capacity * 2 : 16;
	struct import_item *grown = reallocarray(items->list, capacity, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	items->list = grown;
	uint64_t *keys = reallocarray(items->keys, capacity, sizeof *keys);
	if (!keys)
		return -ENOMEM;
	items->keys = keys;
	items->capacity = capacity;
	return 0;
}

/* What is short in front, and the two texts without what is behind them. */
struct origin_head {
	int64_t size_bytes, mtime_ns, serial;
	size_t source_length, path_length;
};

static int put_origin(
	struct import_items *items, const struct spool_origin *origin, struct import_item *item)
{
	uint8_t bytes[sizeof(struct origin_head) + sizeof origin->source + sizeof origin->path];
	const struct origin_head head = { .size_bytes = origin->size_bytes,
		.mtime_ns = origin->mtime_ns,
		.serial = origin->serial,
		.source_length = strnlen(origin->source, sizeof origin->source - 1),
		.path_length = strnlen(origin->path, sizeof origin->path - 1) };
	memcpy(bytes, &head, sizeof head);
	memcpy(bytes + sizeof head, origin->source, head.source_length);
	memcpy(bytes + sizeof head + head.source_length, origin->path, head.path_length);
	item->origin_size = (uint32_t)(sizeof head + head.source_length + head.path_length);
	return spill_put(
		&items->spill, items->state_dir, bytes, item->origin_size, &item->origin_at);
}

int import_items_file(
	const struct import_items *items, const struct import_item *item, struct spool_file *ret)
{
	struct origin_head head;
	struct spool_origin *origin = &ret->origin;
	*ret = (struct spool_file) { 0 };
	memcpy(ret->hash, item->hash, sizeof ret->hash);
	uint64_t at = item->origin_at + sizeof head;
	int r = spill_get(&items->spill, item->origin_at, &head, sizeof head);
	if (r == 0)
		r = spill_get(&items->spill, at, origin->source, head.source_length);
	if (r == 0)
		r = spill_get(
			&items->spill, at + head.source_length, origin->path, head.path_length);
	if (r < 0)
		return r;
	origin->size_bytes = head.size_bytes;
	origin->mtime_ns = head.mtime_ns;
	origin->serial = head.serial;
	return 0;
}

int import_items_add(
	struct import_items *items, const struct spool_file *file, struct import_item **ret_item)
{
	struct import_item item = { .start_ms = INT64_MIN };
	memcpy(item.hash, file->hash, sizeof item.hash);
	int r = make_room(items);
	if (r == 0)
		r = put_origin(items, &file->origin, &item);
	if (r < 0)
		return r;
	items->keys[items->n] = key_of(file->hash);
	items->list[items->n] = item;
	*ret_item = &items->list[items->n++];
	return 0;
}

int import_items_keep(
	struct import_items *items, struct import_item *item, const struct report *report)
{
	CLEANUP(packets_done) struct packets packets = { 0 };
	int r = packets_put(&packets, report);
	/* a report may be longer than one piece of the spill */
	for (size_t done = 0, size; r == 0 && done < packets.size; done += size) {
		uint64_t at;
		size = packets.size - done < PIECE_BYTES ? packets.size - done : PIECE_BYTES;
		r = spill_put(&items->spill, items->state_dir, packets.bytes + done, size, &at);
		if (done == 0)
			item->report_at = at;
	}
	if (r < 0)
		return r;
	item->report_size = (uint32_t)packets.size;
	item->kind = report->kind;
	if (!report->why[0] && report->activities_n)
		item->start_ms = report->activities[0].summary.start_ms;
	return 0;
}

int import_items_report(
	const struct import_items *items, const struct import_item *item, struct report *ret)
{
	if (!item->report_size)
		return 0;
	AUTO_FREE uint8_t *bytes = malloc(item->report_size);
	if (!bytes)
		return -ENOMEM;
	int r = spill_get(&items->spill, item->report_at, bytes, item->report_size);
	return r < 0 ? r : packets_get(bytes, item->report_size, ret);
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
			memcmp(items->list[i].hash, hash, HASH_BYTES) == 0)
			return &items->list[i];
	return NULL;
}

void import_items_done(struct import_items *items)
{
	spill_done(&items->spill);
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
	free(result->shares);
	*result = (struct import_result) { 0 };
}
