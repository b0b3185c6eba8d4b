/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What comes of the reading of a watch: what is in the way is said, and tried again later where that may help. */

#include "kneadd/watches_state.h"

/* The runner is through with a watch, or with what may be one. Sets watches->trouble when something is in the way; end is
 * changed into what is true of it. Returns whether it was noted down how it ended: of what is no watch nothing is, nor of
 * one that is read in another place next. */
bool watch_end_heed(struct watches *watches, struct watch_end *end);
