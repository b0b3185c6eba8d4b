/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_record.h"
#include "fit/fit_activity.h"
#include "fit/fit_is.h"

#include "base/bytes.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

/* FIT protocol, "Record header byte" */
#define HEADER_COMPRESSED 0x80
#define HEADER_DEFINITION 0x40
#define HEADER_DEVELOPER 0x20
#define HEADER_LOCAL_TYPE 0x0F
#define COMPRESSED_TIME 0x1Fu

#define FIELD_TIMESTAMP 253
#define FIELD_BYTES 3

/* No field of this reader comes near this, and all integers below it are exact. */
#define NUMBER_MAX 1e13

static uint64_t load(const uint8_t *at, unsigned bytes, bool big_endian)
{
	uint16_t two = 0;
	uint32_t four = 0;
	uint64_t eight = 0;
	switch (bytes) {
	case 1:
		return at[0];
	case 2:
		memcpy(&two, at, sizeof two);
		return big_endian ? be16toh(two) : le16toh(two);
	case 4:
		memcpy(&four, at, sizeof four);
		return big_endian ? be32toh(four) : le32toh(four);
	default:
		memcpy(&eight, at, sizeof eight);
		return big_endian ? be64toh(eight) : le64toh(eight);
	}
}

static double as_float(uint64_t raw, unsigned bytes)
{
	if (bytes == sizeof(float)) {
		uint32_t bits = (uint32_t)raw;
		float value = 0;
		memcpy(&value, &bits, sizeof value);
		return (double)value;
	}
	double value = 0;
	memcpy(&value, &raw, sizeof value);
	return value;
}

static double as_signed(uint64_t raw, unsigned bytes)
{
	unsigned shift = 64 - 8 * bytes;
	return (double)((int64_t)(raw << shift) >> shift);
}

/* The value of a wanted field, NAN when it holds the invalid value of its type. */
static double value_of(const struct fit_op *op, const uint8_t *data, bool big_endian)
{
	uint64_t raw = load(data + op->at, op->type.bytes, big_endian);
	if (raw == op->type.invalid)
		return NAN;
	double value = op->type.is_float    ? as_float(raw, op->type.bytes)
		       : op->type.is_signed ? as_signed(raw, op->type.bytes)
					    : (double)raw;
	if (!(fabs(value) < NUMBER_MAX))
		return NAN;
	return value / op->scale - op->offset;
}

/* Adds one field of a definition to its plan. The first of two with one number counts. */
static void plan_field(struct fit_definition *def, const struct fit_message_fields *wanted,
	uint8_t number, uint8_t size, uint8_t base, uint32_t at)
{
	struct fit_base_type type = fit_base_type(base);
	if (number == FIELD_TIMESTAMP) {
		if (size == sizeof(uint32_t) && !def->has_timestamp) {
			def->has_timestamp = true;
			def->timestamp_at = at;
		}
		return;
	}
	const struct fit_field *field = wanted ? wanted->fields : NULL;
	size_t left = wanted ? wanted->fields_n : 0;
	for (; left > 0 && field->number != number; left--)
		field++;
	if (left == 0)
		return;
	if (field->raw) {
		if (def->raws[field->slot].size == 0)
			def->raws[field->slot] =
				(struct fit_raw) { .at = at, .size = size, .type = type };
		return;
	}
	if (type.bytes == 0 || size == 0 || size % type.bytes != 0)
		return; /* no number of this type: absent */
	for (size_t i = 0; i < def->ops_n; i++)
		if (def->ops[i].slot == field->slot)
			return;
	def->ops[def->ops_n++] = (struct fit_op) {
		.at = at,
		.slot = field->slot,
		.type = type,
		.scale = field->scale ? field->scale : 1,
		.offset = field->offset,
	};
}

/* The place where messages of this number are counted. */
static int count_place(struct fit_decoder *d, uint16_t number, size_t *ret)
{
	if (d->count_of[number] == 0) {
		struct decoded_file *file = d->file;
		int r = fit_grow((void **)&file->counts, file->counts_n, &d->counts_capacity,
			sizeof *file->counts);
		if (r < 0)
			return r;
		file->counts[file->counts_n++] = (struct message_count) { .number = number };
		d->count_of[number] = (uint32_t)file->counts_n;
	}
	*ret = d->count_of[number] - 1u;
	return 0;
}

static int read_definition(struct fit_decoder *d, uint8_t header, struct bytes *in)
{
	struct fit_definition *def = &d->definitions[header & HEADER_LOCAL_TYPE];
	const uint8_t *begin = in->at;
	(void)bytes_u8(in); /* reserved */
	uint8_t architecture = bytes_u8(in);
	const uint8_t *number = bytes_take(in, 2);
	uint8_t fields_n = bytes_u8(in);
	const uint8_t *fields = bytes_take(in, (size_t)fields_n * FIELD_BYTES);
	uint8_t developer_n = header & HEADER_DEVELOPER ? bytes_u8(in) : 0;
	const uint8_t *developer = bytes_take(in, (size_t)developer_n * FIELD_BYTES);
	if (in->failed)
		return -EBADMSG;
	if (architecture > 1)
		fit_fault(d, begin + 1, "a definition with an unknown byte order");

	def->known = true;
	def->big_endian = architecture & 1;
	def->number = (uint16_t)load(number, 2, def->big_endian);
	def->has_timestamp = false;
	def->size = 0;
	def->ops_n = 0;
	memset(def->raws, 0, sizeof def->raws);
	for (size_t i = 0; i < FIT_MAX_SLOTS; i++)
		def->values[i] = NAN;
	const struct fit_message_fields *wanted = fit_message_fields(def->number);
	def->message = wanted ? wanted->message : FIT_OTHER;
	for (unsigned i = 0; i < fields_n; i++, fields += FIELD_BYTES) {
		plan_field(def, wanted, fields[0], fields[1], fields[2], def->size);
		def->size += fields[1];
	}
	for (unsigned i = 0; i < developer_n; i++, developer += FIELD_BYTES)
		def->size += developer[1];
	return count_place(d, def->number, &def->count);
}

/* FIT protocol, "Compressed timestamp header": the low five bits of a time that is at most 31 s
 * after the last one. */
static void advance_time(struct fit_decoder *d, uint8_t header)
{
	uint32_t low = header & COMPRESSED_TIME;
	d->time += (low - d->time) & COMPRESSED_TIME;
}

static int read_data(
	struct fit_decoder *d, uint8_t header, struct fit_definition *def, const uint8_t *data)
{
	bool timed = false;
	if (header & HEADER_COMPRESSED && d->has_time) {
		advance_time(d, header);
		timed = true;
	}
	if (def->has_timestamp) {
		uint32_t time = (uint32_t)load(data + def->timestamp_at, 4, def->big_endian);
		if (time != UINT32_MAX) {
			d->time = time;
			d->has_time = timed = true;
		}
	}
	d->file->counts[def->count].count++;
	if (def->message == FIT_OTHER)
		return 0;
	for (size_t i = 0; i < def->ops_n; i++)
		def->values[def->ops[i].slot] = value_of(&def->ops[i], data, def->big_endian);
	return fit_collect(d, def, data, timed ? fit_time_ms(d->time) : TIME_UNKNOWN_MS);
}

int fit_read_messages(struct fit_decoder *d, const uint8_t *data, size_t size, bool until_header,
	const uint8_t **ret_stop)
{
	struct bytes in = bytes_of(data, size);
	for (size_t i = 0; i < FIT_LOCAL_TYPES; i++)
		d->definitions[i].known = false;
	d->has_time = false;
	while (bytes_left(&in) > 0) {
		const uint8_t *begin = in.at;
		*ret_stop = begin;
		if (until_header && fit_is(begin, bytes_left(&in)))
			return 0;
		uint8_t header = *in.at++;
		int r = 0;
		if (!(header & HEADER_COMPRESSED) && header & HEADER_DEFINITION) {
			r = read_definition(d, header, &in);
		} else {
			struct fit_definition *def =
				&d->definitions[header & HEADER_COMPRESSED
							? (header >> 5) & 3
							: header & HEADER_LOCAL_TYPE];
			if (!def->known) {
				fit_fault(d, begin, "a data message before its definition");
				return 0;
			}
			const uint8_t *message = bytes_take(&in, def->size);
			r = message ? read_data(d, header, def, message) : -EBADMSG;
		}
		if (r == -EBADMSG) {
			fit_fault(d, begin, "a message that is cut off");
			return 0;
		}
		if (r < 0)
			return r;
	}
	*ret_stop = in.at;
	return 0;
}
