/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A helper that fell into other hands: any packets, in any order. The input is a row of packets, each
 * with two bytes of length in front. */
#include "fuzz/fuzz_target.h"

#include "base/bytes.h"
#include "ipc/wire.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report;
	struct parse_request request;
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
	(void)wire_get_request(data, size, &request);
	report_done(&report);
	return 0;
}
