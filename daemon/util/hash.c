/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/hash.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

int hash_sha256(const void *data, size_t size, uint8_t ret[HASH_BYTES])
{
	size_t length = 0;
	if (!EVP_Q_digest(NULL, "SHA256", NULL, data, size, ret, &length) || length != HASH_BYTES)
		return -EIO;
	return 0;
}

int hash_hmac_sha256(
	const void *key, size_t key_size, const void *data, size_t size, uint8_t ret[HASH_BYTES])
{
	size_t length = 0;
	if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, key_size, data, size, ret,
		    HASH_BYTES, &length) ||
		length != HASH_BYTES)
		return -EIO;
	return 0;
}

char *hash_hex(const uint8_t hash[HASH_BYTES], char ret[HASH_HEX_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < HASH_BYTES; i++) {
		ret[2 * i] = digits[hash[i] >> 4];
		ret[2 * i + 1] = digits[hash[i] & 15];
	}
	ret[HASH_HEX_BYTES - 1] = '\0';
	return ret;
}

bool hash_from_hex(const char *hex, uint8_t ret[HASH_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < HASH_HEX_BYTES - 1; i++) {
		const char *digit = hex[i] ? strchr(digits, hex[i]) : NULL;
		if (!digit)
			return false;
		unsigned value = (unsigned)(digit - digits);
		ret[i / 2] = (uint8_t)(i % 2 ? (unsigned)ret[i / 2] << 4 | value : value);
	}
	return hex[HASH_HEX_BYTES - 1] == '\0';
}
