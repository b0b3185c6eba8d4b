/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* When two recordings are the same run (docs/architecture.md, "one run from two sources"). Pure. */

#include "activity/activity.h"

/* One recording, as far as the rule looks. */
struct merge_side {
	enum file_format format;
	bool has_sport;
	uint8_t sport;
	int64_t start_ms; /* TIME_UNKNOWN_MS: never the same as anything */
	double duration_s; /* from start to end, of the samples, else as the file states it; NAN unknown */
	double distance_m; /* NAN unknown */
};

/* Starts further apart than this are never the same, whatever the rest says: the range to look
 * through for candidates. */
int64_t merge_reach_ms(const struct merge_side *side);

/* Same sport family, durations within 10 %, and either starts within 120 s, or 80 % of the longer one
 * overlapped, or, between a TCX and a FIT, starts that differ by 1 to 14 whole hours (within 120 s) with
 * distances within 2 %: a TCX whose writer put local time and called it Z. Percentages are of the larger
 * number. That both come from one file or one device is for the caller to exclude. */
bool merge_is_same(const struct merge_side *a, const struct merge_side *b);

/* Whether the first of two leads: more series (bits of has_series), then more records. Of equals a FIT
 * leads a TCX, and after that the smaller hash, so that the order of import does not matter. */
struct merge_rank {
	uint32_t has_series, records;
	enum file_format format;
	const uint8_t *hash; /* HASH_BYTES */
};
bool merge_leads(const struct merge_rank *a, const struct merge_rank *b);
