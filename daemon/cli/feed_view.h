/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The feed folder as `knead status` shows it. */

#include "cli/session.h"

#include <jansson.h>

/* {"folder","waiting","trouble"}; null without one. A new reference. */
json_t *feed_json(struct session *session);

/* One line when something is in the way; else nothing. */
void feed_print(const struct cli_context *context, struct session *session);
