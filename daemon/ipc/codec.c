/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/codec.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

bool codec_ok(const struct codec *codec)
{
	if (codec->bad)
		return false;
	if (codec->encoding)
		return !codec->out.failed;
	return !codec->in.failed && bytes_left(&codec->in) == 0;
}

/* Whether a value that was just read may be kept. */
static bool keep(struct codec *codec, bool fits)
{
	if (codec->in.failed || !fits)
		codec->bad = true;
	return !codec->bad;
}

void codec_u8(struct codec *codec, uint8_t *value)
{
	if (codec->encoding) {
		bytes_put_u8(&codec->out, *value);
		return;
	}
	uint8_t read = bytes_u8(&codec->in);
	if (keep(codec, true))
		*value = read;
}

void codec_bool(struct codec *codec, bool *value)
{
	uint8_t byte = *value;
	codec_u8(codec, &byte);
	if (!codec->encoding && keep(codec, byte <= 1))
		*value = byte;
}

void codec_u16(struct codec *codec, uint16_t *value)
{
	if (codec->encoding) {
		bytes_put_le16(&codec->out, *value);
		return;
	}
	uint16_t read = bytes_le16(&codec->in);
	if (keep(codec, true))
		*value = read;
}

void codec_u32(struct codec *codec, uint32_t *value)
{
	if (codec->encoding) {
		bytes_put_le32(&codec->out, *value);
		return;
	}
	uint32_t read = bytes_le32(&codec->in);
	if (keep(codec, true))
		*value = read;
}

void codec_u64(struct codec *codec, uint64_t *value)
{
	if (codec->encoding) {
		bytes_put_le64(&codec->out, *value);
		return;
	}
	uint64_t read = bytes_le64(&codec->in);
	if (keep(codec, true))
		*value = read;
}

void codec_i32(struct codec *codec, int32_t *value)
{
	uint32_t bits = (uint32_t)*value;
	codec_u32(codec, &bits);
	*value = (int32_t)bits;
}

void codec_i64(struct codec *codec, int64_t *value)
{
	uint64_t bits = (uint64_t)*value;
	codec_u64(codec, &bits);
	*value = (int64_t)bits;
}

void codec_f64(struct codec *codec, double *value)
{
	if (codec->encoding) {
		if (isinf(*value))
			codec->bad = true;
		bytes_put_f64(&codec->out, isnan(*value) ? (double)NAN : *value);
		return;
	}
	double read = bytes_f64(&codec->in);
	if (keep(codec, !isinf(read)))
		*value = isnan(read) ? (double)NAN : read;
}

void codec_f32(struct codec *codec, float *value)
{
	uint32_t bits;
	memcpy(&bits, value, sizeof bits);
	if (codec->encoding && !(isfinite(*value) && *value >= 0.0f))
		codec->bad = true;
	codec_u32(codec, &bits);
	float read;
	memcpy(&read, &bits, sizeof read);
	if (!codec->encoding && keep(codec, isfinite(read) && read >= 0.0f))
		*value = read;
}

unsigned codec_enum(struct codec *codec, unsigned value, unsigned count)
{
	if (codec->encoding && value >= count)
		codec->bad = true;
	uint8_t byte = (uint8_t)value;
	codec_u8(codec, &byte);
	if (codec->encoding || keep(codec, byte < count))
		return byte;
	return 0;
}

void codec_text(struct codec *codec, char *text, size_t capacity)
{
	uint8_t length = 0;
	if (codec->encoding) {
		size_t n = strnlen(text, capacity);
		if (n >= capacity || n > UINT8_MAX)
			codec->bad = true;
		length = (uint8_t)n;
		bytes_put_u8(&codec->out, length);
		bytes_put(&codec->out, text, length);
		return;
	}
	codec_u8(codec, &length);
	const uint8_t *raw = bytes_take(&codec->in, length);
	if (!keep(codec, raw && length < capacity))
		return;
	char clean[UINT8_MAX + 1];
	size_t n = utf8_clean((const char *)raw, length, clean, sizeof clean);
	if (keep(codec, n == length && memcmp(clean, raw, length) == 0))
		memcpy(text, clean, n + 1);
}

void codec_bytes(struct codec *codec, uint8_t *data, uint16_t *size, uint16_t capacity)
{
	uint16_t n = *size;
	codec_u16(codec, &n);
	if (codec->encoding) {
		bytes_put(&codec->out, data, n);
		return;
	}
	const uint8_t *read = bytes_take(&codec->in, n);
	if (!keep(codec, read && n <= capacity))
		return;
	memcpy(data, read, n);
	*size = n;
}
