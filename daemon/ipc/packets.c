/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/packets.h"

#include "base/bytes.h"
#include "ipc/wire.h"

#include <errno.h>
#include <stdlib.h>

void packets_done(struct packets *packets)
{
	free(packets->bytes);
	*packets = (struct packets) { 0 };
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

int packets_put(struct packets *packets, const struct report *report)
{
	return wire_send_report(report, keep_packet, packets);
}

int packets_get(const void *data, size_t size, struct report *ret)
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
	return r == -EBADMSG ? -EUCLEAN : r < 0 ? r : 0;
}
