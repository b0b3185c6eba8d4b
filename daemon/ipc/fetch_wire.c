/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fetch_wire.h"

#include "base/bytes.h"

#include <errno.h>
#include <string.h>

#define FETCH_MAGIC 0x46444E4Bu /* "KNDF" */

static void put_text(struct bytes_out *out, const char *text, size_t capacity)
{
	size_t n = strnlen(text, capacity - 1);
	bytes_put_le16(out, (uint16_t)n);
	bytes_put(out, text, n);
}

static void get_text(struct bytes *in, char *ret, size_t capacity)
{
	size_t n = bytes_le16(in);
	const uint8_t *text = n < capacity ? bytes_take(in, n) : NULL;
	if (!text || memchr(text, '\0', n)) {
		in->failed = true;
		return;
	}
	memcpy(ret, text, n);
	ret[n] = '\0';
}

size_t fetch_packet_put(const struct fetch_packet *packet, uint8_t ret[FETCH_PACKET_MAX_BYTES])
{
	struct bytes_out out = bytes_out_of(ret, FETCH_PACKET_MAX_BYTES);
	bytes_put_le32(&out, FETCH_MAGIC);
	bytes_put_u8(&out, (uint8_t)packet->type);
	bytes_put_le32(&out, (uint32_t)packet->status);
	bytes_put_le64(&out, (uint64_t)packet->size_bytes);
	bytes_put_le64(&out, (uint64_t)packet->mtime_ns);
	bytes_put(&out, packet->hash, FETCH_HASH_BYTES);
	put_text(&out, packet->path, FETCH_PATH_BYTES);
	put_text(&out, packet->why, FETCH_WHY_BYTES);
	put_text(&out, packet->maker, FETCH_NAME_BYTES);
	put_text(&out, packet->model, FETCH_NAME_BYTES);
	put_text(&out, packet->serial, FETCH_NAME_BYTES);
	put_text(&out, packet->firmware, FETCH_NAME_BYTES);
	bytes_put_le32(&out, packet->files_n);
	bytes_put_le32(&out, packet->wanted_n);
	bytes_put_u8(&out, (uint8_t)(packet->full | packet->known_make << 1));
	bytes_put_le64(&out, (uint64_t)packet->done_bytes);
	return out.size;
}

int fetch_packet_get(const void *data, size_t size, struct fetch_packet *ret)
{
	struct bytes in = bytes_of(data, size);
	struct fetch_packet packet = { 0 };
	uint32_t magic = bytes_le32(&in);
	uint8_t type = bytes_u8(&in);
	packet.status = (int32_t)bytes_le32(&in);
	packet.size_bytes = (int64_t)bytes_le64(&in);
	packet.mtime_ns = (int64_t)bytes_le64(&in);
	const uint8_t *hash = bytes_take(&in, FETCH_HASH_BYTES);
	if (hash)
		memcpy(packet.hash, hash, FETCH_HASH_BYTES);
	get_text(&in, packet.path, sizeof packet.path);
	get_text(&in, packet.why, sizeof packet.why);
	get_text(&in, packet.maker, sizeof packet.maker);
	get_text(&in, packet.model, sizeof packet.model);
	get_text(&in, packet.serial, sizeof packet.serial);
	get_text(&in, packet.firmware, sizeof packet.firmware);
	packet.files_n = bytes_le32(&in);
	packet.wanted_n = bytes_le32(&in);
	uint8_t flags = bytes_u8(&in);
	packet.full = flags & 1;
	packet.known_make = flags & 2;
	packet.done_bytes = (int64_t)bytes_le64(&in);
	if (in.failed || bytes_left(&in) || magic != FETCH_MAGIC || type >= FETCH_TYPE_COUNT)
		return -EBADMSG;
	packet.type = (enum fetch_type)type;
	*ret = packet;
	return 0;
}
