/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The checksum of FIT files: CRC-16 with polynomial 0x8005, reflected, starting at 0 (FIT protocol,
 * "CRC"). Over data that ends with its own little-endian CRC it gives 0. */

#include <stddef.h>
#include <stdint.h>

uint16_t fit_crc(const uint8_t *data, size_t size);
