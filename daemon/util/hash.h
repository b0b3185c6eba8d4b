/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* SHA-256 and HMAC-SHA256, by libcrypto. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_BYTES 32u
#define HASH_HEX_BYTES (2 * HASH_BYTES + 1)

/* Returns 0; -EIO when libcrypto refuses. */
int hash_sha256(const void *data, size_t size, uint8_t ret[HASH_BYTES]);
int hash_hmac_sha256(
	const void *key, size_t key_size, const void *data, size_t size, uint8_t ret[HASH_BYTES]);

/* Lower-case hex with a NUL. Returns ret. */
char *hash_hex(const uint8_t hash[HASH_BYTES], char ret[HASH_HEX_BYTES]);

/* The way back; false for anything but 64 lower-case digits. */
bool hash_from_hex(const char *hex, uint8_t ret[HASH_BYTES]);
