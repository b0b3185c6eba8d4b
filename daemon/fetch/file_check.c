/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/file_check.h"

#include "base/bytes.h"
#include "fit/fit_crc.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define FIT_HEADER_MIN 12u
#define FIT_CRC_BYTES 2u

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n > m && strcasecmp(name + n - m, end) == 0;
}

/* A part at the start of data. Returns its size; 0 with *ret_why when it is none. */
static size_t fit_part(const uint8_t *data, size_t size, const char **ret_why)
{
	struct bytes in = bytes_of(data, size);
	size_t header = bytes_u8(&in);
	(void)bytes_u8(&in);
	(void)bytes_le16(&in);
	uint64_t body = bytes_le32(&in);
	const uint8_t *tag = bytes_take(&in, 4);
	if (!tag || memcmp(tag, ".FIT", 4) != 0 || header < FIT_HEADER_MIN) {
		*ret_why = "is named like a FIT file and does not begin like one";
		return 0;
	}
	uint64_t whole = header + body + FIT_CRC_BYTES;
	if (!body)
		*ret_why = "is not finished: its header says that it is empty";
	else if (whole > size)
		*ret_why = "is not finished: it is shorter than its header says";
	else if (fit_crc(data, (size_t)whole) != 0)
		*ret_why = "is not finished, or damaged: its checksum is wrong";
	else
		return (size_t)whole;
	return 0;
}

static bool begins_a_part(const uint8_t *data, size_t size)
{
	return size >= FIT_HEADER_MIN && memcmp(data + 8, ".FIT", 4) == 0;
}

static const char *check_fit(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	do {
		size_t part = fit_part(data, size, &why);
		data += part;
		size -= part;
	} while (!why && begins_a_part(data, size));
	return why;
}

/* The last tag must be the closing one of the root, whatever prefix it has. */
static const char *check_tcx(const uint8_t *data, size_t size)
{
	static const char root[] = "TrainingCenterDatabase";
	const uint8_t *last = size ? memrchr(data, '<', size) : NULL;
	size_t tail = last ? size - (size_t)(last - data) : 0;
	/* UTF-16 has another '<': for the reader to judge */
	if (size >= 2 && (data[0] == 0xFF || data[0] == 0xFE))
		return NULL;
	return tail > 2 && last[1] == '/' && memchr(last, '>', tail) &&
			       memmem(last, tail, root, sizeof root - 1)
		       ? NULL
		       : "is not finished: it ends before its closing tag";
}

const char *file_check(const char *name, const uint8_t *data, size_t size)
{
	if (ends_with(name, ".fit") || begins_a_part(data, size))
		return check_fit(data, size);
	return ends_with(name, ".tcx") ? check_tcx(data, size) : NULL;
}
