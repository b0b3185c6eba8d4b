/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A helper that fell into other hands: any packets, in any order. The input either is a row of packets
 * ('R', then each with two bytes of length in front), or makes one: eight bytes for the report that is
 * sent, then changes of three bytes (two for the place, one for the value there). So the second kind stays
 * deep inside whatever the packets look like today. */
#include "fuzz/fuzz_target.h"

#include "base/bytes.h"
#include "ipc/wire.h"
#include "support/report_make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAX_BYTES (512u * 1024u)

struct row {
	uint8_t *bytes;
	size_t n;
};

static int add_packet(const void *packet, size_t size, void *userdata)
{
	struct row *row = userdata;
	if (row->n + 2 + size > ROW_MAX_BYTES)
		return -EFBIG;
	row->bytes[row->n] = (uint8_t)size;
	row->bytes[row->n + 1] = (uint8_t)(size >> 8);
	memcpy(row->bytes + row->n + 2, packet, size);
	row->n += 2 + size;
	return 0;
}

static void make(struct bytes *in, struct row *row)
{
	struct report report;
	uint64_t state = bytes_le64(in) | 1;
	report_init(&report);
	report_make(&state, &report);
	(void)wire_send_report(&report, add_packet, row);
	report_done(&report);
	while (bytes_left(in) >= 3) {
		size_t place = bytes_le16(in);
		uint8_t value = bytes_u8(in);
		if (row->n)
			row->bytes[place % row->n] = value;
	}
}

static void take(const uint8_t *data, size_t size)
{
	struct report report;
	report_init(&report);
	struct wire_reader reader = { .report = &report };
	struct bytes in = bytes_of(data, size);
	int r = 0;
	while (r == 0 && bytes_left(&in) >= 2) {
		size_t n = bytes_le16(&in);
		if (n > bytes_left(&in))
			n = bytes_left(&in);
		r = wire_reader_take(&reader, in.at, n);
		(void)bytes_take(&in, n);
		if (r != 0 && r != 1 && r != -EBADMSG && r != -ENOMEM)
			abort();
	}
	if (r == 1 && (report.activities_n > FILE_MAX_ACTIVITIES ||
			      report.format >= FILE_FORMAT_COUNT || report_settle(&report) != 0))
		abort(); /* what was accepted passes every check again */
	report_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_request request;
	(void)wire_get_request(data, size, &request);
	if (size && data[0] == 'R') {
		take(data + 1, size - 1);
		return 0;
	}
	struct bytes in = bytes_of(data, size);
	struct row row = { .bytes = malloc(ROW_MAX_BYTES) };
	if (row.bytes && size >= 8) {
		make(&in, &row);
		take(row.bytes, row.n);
	}
	free(row.bytes);
	return 0;
}
