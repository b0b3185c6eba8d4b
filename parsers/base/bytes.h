/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A bounded cursor over bytes from outside, and its counterpart for writing.
 *
 * A read past the end gives 0 and sets `failed`, which sticks: read a whole structure in plain
 * statements, then ask once. Nothing here casts a buffer to a structure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at, *end;
	bool failed;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
	return (struct bytes) { .at = data, .end = (const uint8_t *)data + size };
}

static inline size_t bytes_left(const struct bytes *in)
{
	return (size_t)(in->end - in->at);
}

/* The next n bytes, borrowed from the buffer; NULL (and failed) when fewer are left. */
const uint8_t *bytes_take(struct bytes *in, size_t n);

uint8_t bytes_u8(struct bytes *in);
uint16_t bytes_le16(struct bytes *in);
uint32_t bytes_le32(struct bytes *in);
uint64_t bytes_le64(struct bytes *in);
uint16_t bytes_be16(struct bytes *in);
uint32_t bytes_be32(struct bytes *in);
uint64_t bytes_be64(struct bytes *in);

/* An IEEE 754 double, little-endian. */
double bytes_f64(struct bytes *in);

/* A buffer being written: past its capacity nothing is stored and `failed` sticks. */
struct bytes_out {
	uint8_t *data;
	size_t size, capacity;
	bool failed;
};

static inline struct bytes_out bytes_out_of(void *data, size_t capacity)
{
	return (struct bytes_out) { .data = data, .capacity = capacity };
}

void bytes_put(struct bytes_out *out, const void *data, size_t n);
void bytes_put_u8(struct bytes_out *out, uint8_t value);
void bytes_put_le16(struct bytes_out *out, uint16_t value);
void bytes_put_le32(struct bytes_out *out, uint32_t value);
void bytes_put_le64(struct bytes_out *out, uint64_t value);
void bytes_put_f64(struct bytes_out *out, double value);
