/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void grow_bytes(struct grow *to, const void *data, size_t n)
{
	if (to->n + n > to->room) {
		size_t room = (to->n + n) * 2 + 64;
		uint8_t *grown = realloc(to->data, room);
		if (!grown)
			abort(); /* a test program */
		to->data = grown;
		to->room = room;
	}
	if (n)
		memcpy(to->data + to->n, data, n);
	to->n += n;
}

static void little(struct grow *to, uint64_t value, unsigned bytes)
{
	uint8_t raw[8];
	for (unsigned i = 0; i < bytes; i++)
		raw[i] = (uint8_t)(value >> (8 * i));
	grow_bytes(to, raw, bytes);
}

void grow_u8(struct grow *to, unsigned value)
{
	little(to, value, 1);
}

void grow_u16(struct grow *to, unsigned value)
{
	little(to, value, 2);
}

void grow_u32(struct grow *to, uint32_t value)
{
	little(to, value, 4);
}

void grow_u64(struct grow *to, uint64_t value)
{
	little(to, value, 8);
}

/* One code point of valid UTF-8 (the test's own names). */
static uint32_t next_point(const uint8_t **at)
{
	uint32_t c = *(*at)++;
	unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	if (more)
		c &= 0x3fu >> more;
	for (; more && **at; more--)
		c = c << 6 | (*(*at)++ & 0x3fu);
	return c;
}

void grow_text(struct grow *to, const char *utf8)
{
	uint16_t units[255];
	size_t n = 0;
	for (const uint8_t *at = (const uint8_t *)(utf8 ? utf8 : ""); *at && n < 252;) {
		uint32_t c = next_point(&at);
		if (c > 0xffff) {
			units[n++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		units[n++] = (uint16_t)c;
	}
	grow_u8(to, n ? (unsigned)n + 1 : 0); /* an empty string has not even its NUL */
	for (size_t i = 0; i < n; i++)
		grow_u16(to, units[i]);
	if (n)
		grow_u16(to, 0);
}

uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t get_u32(const uint8_t *at)
{
	return get_u16(at) | (uint32_t)get_u16(at + 2) << 16;
}
