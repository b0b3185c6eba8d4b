/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The work of kneadd-parse without its process: the bytes of one file in, a report out. */

#include "ipc/report.h"
#include "ipc/request.h"

#include <stddef.h>
#include <stdint.h>

/* Decides by content what the file is, decodes it and computes the numbers of each activity.
 *
 * ret  initialised; the caller calls report_done(). ret->why says why there is nothing to keep, and is
 *      "" when there is. */
void parse_file(
	const uint8_t *data, size_t size, const struct parse_request *request, struct report *ret);

/* Makes the report one that refuses the file: nothing in it but format, device, counts, problems and
 * the reason. */
void parse_refuse(struct report *report, uint64_t offset, const char *why);
