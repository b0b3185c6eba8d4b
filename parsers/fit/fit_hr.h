/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The hr message: beats of a strap that the watch received later. */

#include "fit/fit_decoder.h"

/* Unpacks one message. Returns 0; -ENOMEM. */
int fit_hr_collect(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);

/* At the end of the file: gives the beats to the records of their seconds. */
void fit_hr_merge(struct fit_decoder *d);
