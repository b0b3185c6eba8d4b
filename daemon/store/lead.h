/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which recording of an activity leads, and the copy of its numbers in the activity. */

#include "store/statement.h"

/* Lets the richest recording lead, and copies what the model reads of it into the activity; marks the days
 * that changed by it.
 *
 * touched         the recording whose columns are new: it is copied even if it led before
 * ret_recordings  how many the activity has
 * Returns 0; -ENOENT without any recording; negative errno. */
int lead_settle(struct store *store, int64_t activity_id, int64_t touched, size_t *ret_recordings);
