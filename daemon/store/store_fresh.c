/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_fresh.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "ipc/wire.h"
#include "store/statement.h"
#include "store/store_import.h"

#include <errno.h>
#include <string.h>

/* Packets one after the other, each behind its length. */
struct packets {
	uint8_t *bytes; /* owned */
	size_t size, capacity;
};

static void packets_done(struct packets *packets)
{
	free(packets->bytes);
}

static int keep_packet(const void *packet, size_t size, void *userdata)
{
	struct packets *packets = userdata;
	size_t wanted = packets->size + sizeof(uint32_t) + size;
	if (wanted > packets->capacity) {
		size_t capacity = 2 * wanted;
		uint8_t *grown = realloc(packets->bytes, capacity);
		if (!grown)
			return -ENOMEM;
		packets->bytes = grown;
		packets->capacity = capacity;
	}
	struct bytes_out out =
		bytes_out_of(packets->bytes + packets->size, packets->capacity - packets->size);
	bytes_put_le32(&out, (uint32_t)size);
	bytes_put(&out, packet, size);
	packets->size = wanted;
	return 0;
}

static int read_packets(const void *data, size_t size, struct report *ret)
{
	struct wire_reader reader = { .report = ret };
	struct bytes in = bytes_of(data, size);
	int r = 0;
	while (r == 0) {
		uint32_t length = bytes_le32(&in);
		const uint8_t *packet = bytes_take(&in, length);
		if (!packet)
			return -EUCLEAN;
		r = wire_reader_take(&reader, packet, length);
	}
	return r < 0 ? r : 0;
}

static int run_text(struct store *store, enum statement which, const char *text)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	if (r < 0)
		return r;
	if (text)
		bind_text(stmt, 1, text);
	return store_run(store, stmt);
}

int store_fresh_begin(struct store *store, const char *made_by)
{
	return run_text(store, ST_FRESH_DROP, made_by);
}

int store_fresh_clear(struct store *store)
{
	return run_text(store, ST_FRESH_CLEAR, NULL);
}

int store_fresh_next(struct store *store, int64_t after_id, struct fresh_file *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FRESH_NEXT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, after_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r;
	const void *hash = sqlite3_column_blob(stmt, 1);
	if (!hash || sqlite3_column_bytes(stmt, 1) != HASH_BYTES)
		return -EUCLEAN;
	ret->id = sqlite3_column_int64(stmt, 0);
	memcpy(ret->hash, hash, HASH_BYTES);
	return 1;
}

int store_fresh_put(
	struct store *store, int64_t file_id, const char *made_by, const struct report *report)
{
	CLEANUP(packets_done) struct packets packets = { 0 };
	int r = report ? wire_send_report(report, keep_packet, &packets) : 0;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	if (r == 0)
		r = store_statement(store, ST_FRESH_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	bind_text(stmt, 2, made_by);
	if (packets.size)
		(void)sqlite3_bind_blob64(stmt, 3, packets.bytes, packets.size, SQLITE_STATIC);
	else
		(void)sqlite3_bind_zeroblob(stmt, 3, 0);
	return store_run(store, stmt);
}

int store_fresh_read(struct store *store, int64_t after_id, int64_t *ret_id,
	struct report *ret_report, bool *ret_kept)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FRESH_READ, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, after_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r;
	size_t size = (size_t)sqlite3_column_bytes(stmt, 1);
	*ret_id = sqlite3_column_int64(stmt, 0);
	*ret_kept = size == 0;
	if (size)
		r = read_packets(sqlite3_column_blob(stmt, 1), size, ret_report);
	return r < 0 ? r : 1;
}

int store_fresh_count(struct store *store, struct fresh_count *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FRESH_COUNT, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret = (struct fresh_count) {
		.files = (size_t)sqlite3_column_int64(stmt, 0),
		.done = (size_t)sqlite3_column_int64(stmt, 1),
		.kept = (size_t)sqlite3_column_int64(stmt, 2),
	};
	return 0;
}

int store_mark_everything(struct store *store)
{
	return store_mark_stale(store, INT64_MIN, INT64_MAX);
}

int store_refresh_all_days(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_DAY_RANGE, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	int32_t first = (int32_t)column_known(stmt, 0, INT32_MIN);
	int32_t last = (int32_t)column_known(stmt, 1, INT32_MIN);
	return first == INT32_MIN ? 0 : store_refresh_days(store, first, last);
}
