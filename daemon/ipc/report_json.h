/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A report as the JSON object of `knead parse --json`: seconds to 0.001, metres and rates to 0.01, loads
 * to 0.0001; what the file does not give is null. */

#include "ipc/report.h"

#include <jansson.h>

/* file  the name as the user gave it; any bytes
 * A new reference; NULL when memory ends. */
json_t *report_to_json(const struct report *report, const char *file);

/* One entry of `activities`. A new reference; NULL when memory ends. */
json_t *report_activity_to_json(const struct report_activity *activity);

/* What a reader of the numbers must know of the values they rest on: "maximum heart rate unknown, 180
 * assumed". Fills ret with one sentence for the i-th of them; returns false when there are no more. */
bool report_assumption(
	const struct activity_numbers *numbers, size_t i, char ret[REPORT_TEXT_BYTES]);
