/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* FIT files made by hand for tests, byte by byte and with a checksum of its own: nothing is shared
 * with the reader that is judged. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* base types as they stand in files */
enum {
	FB_ENUM = 0x00,
	FB_SINT8 = 0x01,
	FB_UINT8 = 0x02,
	FB_SINT16 = 0x83,
	FB_UINT16 = 0x84,
	FB_SINT32 = 0x85,
	FB_UINT32 = 0x86,
	FB_STRING = 0x07,
	FB_FLOAT32 = 0x88,
	FB_FLOAT64 = 0x89,
	FB_UINT8Z = 0x0A,
	FB_UINT16Z = 0x8B,
	FB_UINT32Z = 0x8C,
	FB_BYTE = 0x0D,
};

#define FB_T0 1000000000u /* a FIT time, 2021-09-08T01:46:40Z */
#define FB_EPOCH_S 631065600

/* The same in milliseconds since 1970, as the model counts. */
#define FB_MS(fit_time) (((int64_t)(fit_time) + FB_EPOCH_S) * 1000)

struct fit_build {
	uint8_t bytes[1 << 16];
	size_t n;
	size_t part; /* where the part at hand begins */
	bool big_endian;
};

struct fb_field {
	uint8_t number, size, type;
};

static inline void fb_u8(struct fit_build *b, unsigned value)
{
	b->bytes[b->n++] = (uint8_t)value;
}

static inline void fb_int(struct fit_build *b, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fb_u8(b, (uint8_t)(value >> 8 * (b->big_endian ? size - 1 - i : i)));
}

static inline void fb_u16(struct fit_build *b, unsigned value)
{
	fb_int(b, value, 2);
}

static inline void fb_u32(struct fit_build *b, uint32_t value)
{
	fb_int(b, value, 4);
}

static inline void fb_text(struct fit_build *b, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fb_u8(b, (uint8_t)(i <= strlen(text) ? text[i] : 0));
}

/* One bit at a time, as the polynomial is written down. */
static inline uint16_t fb_crc(const uint8_t *data, size_t size)
{
	unsigned crc = 0;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? (crc >> 1) ^ 0xA001u : crc >> 1;
	}
	return (uint16_t)crc;
}

static inline void fb_begin(struct fit_build *b, uint8_t header_size)
{
	static const uint8_t head[] = { 0, 0x20, 0x54, 0x08, 0, 0, 0, 0, '.', 'F', 'I', 'T', 0, 0 };
	b->part = b->n;
	memcpy(b->bytes + b->n, head, header_size);
	b->bytes[b->n] = header_size;
	b->n += header_size;
}

static inline void fb_put16_at(struct fit_build *b, size_t at, uint16_t value)
{
	b->bytes[at] = (uint8_t)value;
	b->bytes[at + 1] = (uint8_t)(value >> 8);
}

/* Fills in the size and both checksums, as they must be. */
static inline void fb_end(struct fit_build *b)
{
	uint8_t header_size = b->bytes[b->part];
	size_t size = b->n - b->part - header_size;
	fb_put16_at(b, b->part + 4, (uint16_t)size);
	fb_put16_at(b, b->part + 6, (uint16_t)(size >> 16));
	if (header_size == 14)
		fb_put16_at(b, b->part + 12, fb_crc(b->bytes + b->part, 12));
	fb_put16_at(b, b->n, fb_crc(b->bytes + b->part, b->n - b->part));
	b->n += 2;
}

static inline void fb_define_n(struct fit_build *b, unsigned local, unsigned number,
	const struct fb_field *fields, size_t n)
{
	fb_u8(b, 0x40 | local);
	fb_u8(b, 0);
	fb_u8(b, b->big_endian);
	fb_u16(b, number);
	fb_u8(b, (unsigned)n);
	for (size_t i = 0; i < n; i++) {
		fb_u8(b, fields[i].number);
		fb_u8(b, fields[i].size);
		fb_u8(b, fields[i].type);
	}
}

/* fb_define(b, local, number, { 253, 4, FB_UINT32 }, { 3, 1, FB_UINT8 }) */
#define fb_define(b, local, number, ...)                                         \
	fb_define_n(b, local, number, (const struct fb_field[]) { __VA_ARGS__ }, \
		sizeof((const struct fb_field[]) { __VA_ARGS__ }) / sizeof(struct fb_field))

/* The header byte of a data message; its fields follow. */
static inline void fb_data(struct fit_build *b, unsigned local)
{
	fb_u8(b, local);
}

static inline void fb_file_id(struct fit_build *b, unsigned type)
{
	fb_define(b, 0, 0, { 0, 1, FB_ENUM }, { 1, 2, FB_UINT16 }, { 2, 2, FB_UINT16 },
		{ 3, 4, FB_UINT32Z }, { 4, 4, FB_UINT32 });
	fb_data(b, 0);
	fb_u8(b, type);
	fb_u16(b, 1);
	fb_u16(b, 4315);
	fb_u32(b, 3421500000u);
	fb_u32(b, FB_T0);
}

/* Local type 1: records of time, heart rate, distance. */
static inline void fb_define_records(struct fit_build *b)
{
	fb_define(b, 1, 20, { 253, 4, FB_UINT32 }, { 3, 1, FB_UINT8 }, { 5, 4, FB_UINT32 });
}

static inline void fb_record(struct fit_build *b, uint32_t time, unsigned hr, uint32_t cm)
{
	fb_data(b, 1);
	fb_u32(b, time);
	fb_u8(b, hr);
	fb_u32(b, cm);
}

/* Local type 2: a session of sport, start, elapsed and timer time. */
static inline void fb_define_sessions(struct fit_build *b)
{
	fb_define(b, 2, 18, { 253, 4, FB_UINT32 }, { 2, 4, FB_UINT32 }, { 5, 1, FB_ENUM },
		{ 7, 4, FB_UINT32 }, { 8, 4, FB_UINT32 });
}

static inline void fb_session(struct fit_build *b, unsigned sport, uint32_t start, uint32_t seconds)
{
	fb_data(b, 2);
	fb_u32(b, start + seconds);
	fb_u32(b, start);
	fb_u8(b, sport);
	fb_u32(b, seconds * 1000);
	fb_u32(b, seconds * 1000);
}

/* Local type 3: a lap by its start. */
static inline void fb_lap(struct fit_build *b, uint32_t start)
{
	fb_define(b, 3, 19, { 253, 4, FB_UINT32 }, { 2, 4, FB_UINT32 });
	fb_data(b, 3);
	fb_u32(b, start + 1);
	fb_u32(b, start);
}

/* Local type 4: a timer event. */
static inline void fb_timer(struct fit_build *b, uint32_t time, unsigned event_type)
{
	fb_define(b, 4, 21, { 253, 4, FB_UINT32 }, { 0, 1, FB_ENUM }, { 1, 1, FB_ENUM });
	fb_data(b, 4);
	fb_u32(b, time);
	fb_u8(b, 0);
	fb_u8(b, event_type);
}
