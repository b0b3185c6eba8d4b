/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One description of a packet for both directions: a function that names its fields in order writes
 * them when the codec encodes and reads them when it decodes, so that the two cannot drift apart.
 *
 * Everything is little-endian and passes through base/bytes.h. A field that breaks a rule, when
 * decoding, leaves the variable as it was and sets `bad`, which sticks; so does running out of bytes. */

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codec {
	bool encoding;
	struct bytes in;
	struct bytes_out out;
	bool bad;
};

static inline struct codec codec_encoder(void *data, size_t capacity)
{
	return (struct codec) { .encoding = true, .out = bytes_out_of(data, capacity) };
}

static inline struct codec codec_decoder(const void *data, size_t size)
{
	return (struct codec) { .in = bytes_of(data, size) };
}

/* Whether everything went well and, when decoding, nothing is left over. */
bool codec_ok(const struct codec *codec);

/* A byte that is 0 or 1. */
void codec_bool(struct codec *codec, bool *value);
void codec_u8(struct codec *codec, uint8_t *value);
void codec_u16(struct codec *codec, uint16_t *value);
void codec_u32(struct codec *codec, uint32_t *value);
void codec_u64(struct codec *codec, uint64_t *value);
void codec_i32(struct codec *codec, int32_t *value);
void codec_i64(struct codec *codec, int64_t *value);

/* A finite number that is not negative. */
void codec_f32(struct codec *codec, float *value);

/* A finite number or NAN; every NAN travels as the same one. */
void codec_f64(struct codec *codec, double *value);

/* A member of an enum with `count` members: returns it, or 0 (and bad). */
unsigned codec_enum(struct codec *codec, unsigned value, unsigned count);

/* Any bytes with their number before them, at most `capacity`. */
void codec_bytes(struct codec *codec, uint8_t *data, uint16_t *size, uint16_t capacity);

/* Text with its length before it, clean as base/utf8.h makes it, shorter than capacity. */
void codec_text(struct codec *codec, char *text, size_t capacity);
