/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "season/fit_bytes.h"

#include <stdlib.h>

#define FIT_EPOCH_S 631065600
#define HEADER_BYTES 14

void out_put(struct out *out, uint64_t value, size_t bytes)
{
	if (out->size + bytes > out->capacity) {
		size_t capacity = out->capacity ? out->capacity * 2 : 65536;
		uint8_t *grown = realloc(out->data, capacity);
		if (!grown) {
			out->failed = true;
			return;
		}
		out->data = grown;
		out->capacity = capacity;
	}
	for (size_t i = 0; i < bytes; i++)
		out->data[out->size++] = (uint8_t)(value >> (8 * i));
}

void out_define(struct out *out, uint8_t local, uint16_t global, const struct field *fields)
{
	uint8_t n = 0;
	while (fields[n].size)
		n++;
	out_put(out, 0x40u | local, 1);
	out_put(out, 0, 2); /* reserved, little-endian */
	out_put(out, global, 2);
	out_put(out, n, 1);
	for (uint8_t i = 0; i < n; i++) {
		out_put(out, fields[i].number, 1);
		out_put(out, fields[i].size, 1);
		out_put(out, fields[i].type, 1);
	}
}

static uint16_t crc(const uint8_t *data, size_t n)
{
	uint16_t value = 0;
	for (size_t i = 0; i < n; i++) {
		value ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			value = (uint16_t)(value & 1 ? value >> 1 ^ 0xA001 : value >> 1);
	}
	return value;
}

uint32_t fit_time(int64_t utc_s)
{
	return (uint32_t)(utc_s - FIT_EPOCH_S);
}

void fit_begin(struct out *out)
{
	out_put(out, HEADER_BYTES, 1);
	out_put(out, 0x20, 1);
	out_put(out, 2132, 2);
	out_put(out, 0, 4);
	out_put(out, 0x5449462E, 4);
	out_put(out, 0, 2);
}

uint8_t *fit_end(struct out *out, size_t *ret_size)
{
	if (out->failed || out->size < HEADER_BYTES) {
		free(out->data);
		return NULL;
	}
	uint32_t size = (uint32_t)out->size - HEADER_BYTES;
	for (size_t i = 0; i < 4; i++)
		out->data[4 + i] = (uint8_t)(size >> (8 * i));
	uint16_t head = crc(out->data, 12);
	out->data[12] = (uint8_t)head;
	out->data[13] = (uint8_t)(head >> 8);
	out_put(out, crc(out->data, out->size), 2);
	if (out->failed) {
		free(out->data);
		return NULL;
	}
	*ret_size = out->size;
	return out->data;
}
