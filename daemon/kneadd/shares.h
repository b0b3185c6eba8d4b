/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where the activities of an import came from, in words. What is read just now is only one answer: what a killed
 * import left in the spool comes along, and belongs to whom it came from. */

#include "import/job.h"
#include "store/store.h"

#define SHARES_TEXT_BYTES 512u

/* To be put behind "imported 12 new activities": " from Forerunner 965"; ": 10 from Forerunner 965, 2 from
 * folder sync"; "" without any.
 *
 * name, title  the source that is read, and what it is called. Returns ret. */
char *shares_say(struct store *store, const struct import_result *result, const char *name,
	const char *title, char ret[SHARES_TEXT_BYTES]);
