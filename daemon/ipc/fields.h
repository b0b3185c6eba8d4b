/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The order and the rules of the fields inside each packet, for both directions (see codec.h).
 *
 * Rules beyond their kind, checked when decoding: amounts are between 0 and a limit that no real
 * activity comes near, summaries pass the checks of activity/activity_check.h. report_settle() on the
 * sending side sees to it that an honest report always passes. */

#include "ipc/codec.h"
#include "ipc/report.h"
#include "ipc/request.h"

#define NUMBERS_MAX 1e12 /* no number of an activity is larger */

void fields_request(struct codec *codec, struct parse_request *request);
void fields_file(struct codec *codec, struct report *report); /* all but the lists */
void fields_activity(struct codec *codec, struct report_activity *activity);
void fields_tally(struct codec *codec, struct tally *tally); /* bins that are 0 take no bytes */
/* The bytes are copied; when decoding into room for WELLNESS_PART_MAX_BYTES. */
void fields_wellness(struct codec *codec, struct wellness_part *part);
void fields_count(struct codec *codec, struct report_count *count);
void fields_problem(struct codec *codec, struct report_problem *problem);

/* Makes unknown what would be refused. Returns how many values that were. */
int fields_settle_tally(struct tally *tally);
