/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"

#include <string.h>

const uint8_t *bytes_take(struct bytes *in, size_t n)
{
	if (in->failed || n > bytes_left(in)) {
		in->failed = true;
		return NULL;
	}
	const uint8_t *here = in->at;
	in->at += n;
	return here;
}

static uint64_t little(struct bytes *in, size_t n)
{
	const uint8_t *p = bytes_take(in, n);
	uint64_t value = 0;
	for (size_t i = n; p && i-- > 0;)
		value = value << 8 | p[i];
	return value;
}

static uint64_t big(struct bytes *in, size_t n)
{
	const uint8_t *p = bytes_take(in, n);
	uint64_t value = 0;
	for (size_t i = 0; p && i < n; i++)
		value = value << 8 | p[i];
	return value;
}

uint8_t bytes_u8(struct bytes *in)
{
	return (uint8_t)little(in, 1);
}

uint16_t bytes_le16(struct bytes *in)
{
	return (uint16_t)little(in, 2);
}

uint32_t bytes_le32(struct bytes *in)
{
	return (uint32_t)little(in, 4);
}

uint64_t bytes_le64(struct bytes *in)
{
	return little(in, 8);
}

uint16_t bytes_be16(struct bytes *in)
{
	return (uint16_t)big(in, 2);
}

uint32_t bytes_be32(struct bytes *in)
{
	return (uint32_t)big(in, 4);
}

uint64_t bytes_be64(struct bytes *in)
{
	return big(in, 8);
}

double bytes_f64(struct bytes *in)
{
	uint64_t bits = little(in, 8);
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

void bytes_put(struct bytes_out *out, const void *data, size_t n)
{
	if (out->failed || n > out->capacity - out->size) {
		out->failed = true;
		return;
	}
	if (n)
		memcpy(out->data + out->size, data, n);
	out->size += n;
}

static void put_little(struct bytes_out *out, uint64_t value, size_t n)
{
	uint8_t raw[8];
	for (size_t i = 0; i < n; i++)
		raw[i] = (uint8_t)(value >> (8 * i));
	bytes_put(out, raw, n);
}

void bytes_put_u8(struct bytes_out *out, uint8_t value)
{
	put_little(out, value, 1);
}

void bytes_put_le16(struct bytes_out *out, uint16_t value)
{
	put_little(out, value, 2);
}

void bytes_put_le32(struct bytes_out *out, uint32_t value)
{
	put_little(out, value, 4);
}

void bytes_put_le64(struct bytes_out *out, uint64_t value)
{
	put_little(out, value, 8);
}

void bytes_put_f64(struct bytes_out *out, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	put_little(out, bits, 8);
}
