/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_header.h"
#include "fit/fit_crc.h"
#include "fit/fit_assign.h"
#include "fit/fit_is.h"
#include "fit/fit_record.h"

#include "base/bytes.h"

/* FIT protocol, "File header": size, protocol, profile, data size, ".FIT", and from 14 bytes on a
 * CRC of the twelve bytes before it, which may be 0. */
#define HEADER_CRC_BYTES 14
#define CRC_BYTES 2

static uint32_t data_size_of(const uint8_t *header)
{
	struct bytes in = bytes_of(header + 4, 4);
	return bytes_le32(&in);
}

static void check_header_crc(struct fit_decoder *d, const uint8_t *header)
{
	if (header[0] < HEADER_CRC_BYTES)
		return;
	struct bytes in = bytes_of(header + FIT_HEADER_MIN_BYTES, CRC_BYTES);
	uint16_t stated = bytes_le16(&in);
	if (stated != 0 && stated != fit_crc(header, FIT_HEADER_MIN_BYTES))
		fit_fault(d, header + FIT_HEADER_MIN_BYTES, "the CRC of the header does not match");
}

/* A file whose writer never came back to fill in the size: everything up to the end, or to the next
 * part. The checksum of such a run is looked at once only, as each takes the whole rest. */
static int read_unsized(struct fit_decoder *d, const uint8_t *header, const uint8_t **ret_next)
{
	const uint8_t *begin = header + header[0], *end = d->data + d->size, *stop = begin;
	fit_fault(d, header + 4, "the header says no data, but there is some");
	if (header == d->data && fit_crc(header, (size_t)(end - header)) == 0)
		end -= CRC_BYTES;
	int r = fit_read_messages(d, begin, (size_t)(end - begin), true, &stop);
	if (r < 0)
		return r;
	*ret_next = fit_is(stop, (size_t)(end - stop)) ? stop : d->data + d->size;
	return 0;
}

static int read_cut(struct fit_decoder *d, const uint8_t *header, size_t data_size)
{
	const uint8_t *begin = header + header[0], *stop = begin;
	size_t left = (size_t)(d->data + d->size - begin);
	fit_fault(d, d->data + d->size, "the file ends before its data or its CRC does");
	return fit_read_messages(d, begin, left < data_size ? left : data_size, false, &stop);
}

static int read_sized(struct fit_decoder *d, const uint8_t *header, size_t data_size)
{
	const uint8_t *begin = header + header[0], *end = begin + data_size, *stop = begin;
	if (fit_crc(header, (size_t)(end - header) + CRC_BYTES) != 0)
		fit_fault(d, end, "the CRC does not match");
	return fit_read_messages(d, begin, data_size, false, &stop);
}

/* One part: header, data, CRC. */
static int read_part(struct fit_decoder *d, const uint8_t *header, const uint8_t **ret_next)
{
	size_t left = (size_t)(d->data + d->size - header);
	const uint8_t *end = d->data + d->size;
	if (left < header[0]) {
		fit_fault(d, end, "the file ends inside a header");
		*ret_next = end;
		return 0;
	}
	check_header_crc(d, header);
	left -= header[0];
	size_t data_size = data_size_of(header);
	const uint8_t *begin = header + header[0];
	if (data_size == 0 && left > CRC_BYTES && !fit_is(begin + CRC_BYTES, left - CRC_BYTES))
		return read_unsized(d, header, ret_next);
	if (data_size > left || left - data_size < CRC_BYTES) {
		*ret_next = end;
		return read_cut(d, header, data_size);
	}
	*ret_next = begin + data_size + CRC_BYTES;
	return read_sized(d, header, data_size);
}

int fit_read_parts(struct fit_decoder *d)
{
	const uint8_t *at = d->data, *end = d->data + d->size;
	while (at < end) {
		if (!fit_is(at, (size_t)(end - at))) {
			decoded_file_add_problem(
				d->file, fit_offset(d, at), "bytes behind the end of the file");
			return 0;
		}
		const uint8_t *next = end;
		int r = read_part(d, at, &next);
		int done = fit_part_done(d);
		if (r < 0 || done < 0)
			return r < 0 ? r : done;
		at = next;
	}
	return 0;
}
