/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The collector. */

#include "fit/fit_decoder.h"

/* Takes in one message, whose values stand in def. Returns 0; -EFBIG; -ENOMEM. */
int fit_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
