/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_crc.h"

/* Below this many bytes the big table costs more than it saves. */
#define SLICING_PAYS_BYTES 4096u
#define SLICES 16

/* The remainders of the sixteen half bytes. */
static const uint16_t half_byte[16] = { 0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800,
	0xE401, 0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400 };

static uint16_t step(uint16_t crc, uint8_t byte)
{
	crc = (uint16_t)(crc ^ byte);
	crc = (uint16_t)((crc >> 4) ^ half_byte[crc & 0xF]);
	return (uint16_t)((crc >> 4) ^ half_byte[crc & 0xF]);
}

/* Sixteen bytes at a time: table[k][b] is what byte b does when k more bytes follow it. Only the first
 * two meet the remainder so far, so the processor looks the others up ahead. The table is built on the
 * stack, which takes a few microseconds. */
static uint16_t sliced(uint16_t crc, const uint8_t *data, size_t rounds)
{
	uint16_t table[SLICES][256];
	for (unsigned b = 0; b < 256; b++)
		table[0][b] = step(0, (uint8_t)b);
	for (unsigned k = 1; k < SLICES; k++)
		for (unsigned b = 0; b < 256; b++)
			table[k][b] = (uint16_t)((table[k - 1][b] >> 8) ^
						 table[0][table[k - 1][b] & 0xFF]);
	for (; rounds > 0; rounds--, data += SLICES) {
		unsigned ahead = table[13][data[2]] ^ table[12][data[3]] ^ table[11][data[4]] ^
				 table[10][data[5]] ^ table[9][data[6]] ^ table[8][data[7]] ^
				 table[7][data[8]] ^ table[6][data[9]] ^ table[5][data[10]] ^
				 table[4][data[11]] ^ table[3][data[12]] ^ table[2][data[13]] ^
				 table[1][data[14]] ^ table[0][data[15]];
		crc = (uint16_t)(ahead ^ table[15][(data[0] ^ crc) & 0xFF] ^
				 table[14][(data[1] ^ (crc >> 8)) & 0xFF]);
	}
	return crc;
}

uint16_t fit_crc(const uint8_t *data, size_t size)
{
	uint16_t crc = 0;
	size_t at = 0;
	if (size >= SLICING_PAYS_BYTES) {
		crc = sliced(crc, data, size / SLICES);
		at = size - size % SLICES;
	}
	for (; at < size; at++)
		crc = step(crc, data[at]);
	return crc;
}
