/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes: the reader must neither crash nor contradict its own promises. */
#include "fuzz/fuzz_target.h"

#include "fit/fit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_activity(const struct activity *activity)
{
	const struct activity_summary *summary = &activity->summary;
	must(summary->records == activity->records_n);
	must(activity->records_n <= FILE_MAX_RECORDS);
	for (size_t i = 0; i < activity->pauses_n; i++) {
		must(activity->pauses[i].start_ms < activity->pauses[i].end_ms);
		must(i == 0 || activity->pauses[i - 1].end_ms < activity->pauses[i].start_ms);
	}
	for (size_t i = 0; i < activity->records_n; i++) {
		const struct activity_record *record = &activity->records[i];
		bool lat = record->latitude_semicircles == POSITION_UNKNOWN,
		     lon = record->longitude_semicircles == POSITION_UNKNOWN;
		must(lat == lon);
		must(!isinf(record->distance_m) && !isinf(record->speed_mps));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoded_file file;
	struct parse_error err = { 0 };
	decoded_file_init(&file);
	int r = fit_decode(data, size, &file, &err);
	must(r == 0 || r == -EBADMSG || r == -EFBIG || r == -ENOMEM);
	must(r == 0 || err.what);
	must(r == 0 || !file.valid);
	must(err.offset <= size && file.activities_n <= FILE_MAX_ACTIVITIES);
	for (size_t i = 0; r == 0 && i < file.activities_n; i++)
		check_activity(&file.activities[i]);
	must(file.wellness_n <= FILE_MAX_WELLNESS);
	for (size_t i = 0; i < file.wellness_n; i++)
		must(file.wellness[i].kind < WELLNESS_KIND_COUNT && file.wellness[i].value >= 0 &&
			file.wellness[i].time_ms > 0);
	for (size_t i = 0; i < file.counts_n; i++)
		must(file.counts[i].count > 0);
	must(memchr(file.device.product_name, '\0', sizeof file.device.product_name));
	decoded_file_done(&file);
	return 0;
}
