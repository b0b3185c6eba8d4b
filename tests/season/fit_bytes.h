/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Bytes of a FIT file on their way out, for the writers of the season; little-endian, no header of a
 * message is checked. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out {
	uint8_t *data; /* owned */
	size_t size, capacity;
	bool failed;
};

/* Field numbers with their size in bytes and base type, ended by a size of 0. */
struct field {
	uint8_t number, size, type;
};
enum { ENUM = 0x00, UINT8 = 0x02, SINT16 = 0x83, UINT16 = 0x84, UINT32 = 0x86, UINT32Z = 0x8C };

/* The low bytes of a value. */
void out_put(struct out *out, uint64_t value, size_t bytes);

/* A definition message. */
void out_define(struct out *out, uint8_t local, uint16_t global, const struct field *fields);

uint32_t fit_time(int64_t utc_s);

/* The file's header; its sizes and checksums come at the end. Gives the whole file, owned by the
 * caller; NULL when memory was short. */
void fit_begin(struct out *out);
uint8_t *fit_end(struct out *out, size_t *ret_size);
