/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The next 48 hours if nothing more is done (docs/metrics.md, "message policy"): what will be worth
 * saying, when a massage is best, and the description of what is said. Only the files of this folder
 * see this. */

#include "strain/alerts.h"

#define OUTLOOK_STEPS 9u /* now, +6 h, ... +48 h: ahead_h / ahead_step + 1 */

struct outlook {
	struct alert_look at[OUTLOOK_STEPS];
};

void outlook_init(const struct strain_model *model, enum sensitivity sensitivity, double at_h,
	struct outlook *ret);

/* Fills the indications that speak, and those that are listed as also, of a record. */
void outlook_describe(const struct strain_model *model, enum sensitivity sensitivity,
	const struct outlook *outlook, const struct alert_decision *decision,
	struct said_record *ret);
