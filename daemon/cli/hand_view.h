/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What keeps imports from coming in, as far as a look at the machine and the store tells. */

#include "cli/session.h"

#include <jansson.h>

/* One sentence each; "": nothing is the matter. */
struct hand_needed {
	char clock[160];  /* the clock is behind what is stored */
	char disk[160];   /* there is no room for an import */
	char import[320]; /* the daemon's latest import stopped */
};

/* last_import  RFC 3339; NULL: never
 * Returns 0; a negative errno of the store. */
int hand_needed(const struct session *session, const char *last_import, struct hand_needed *ret);

/* A line for each. */
void hand_print(const struct cli_context *context, const struct hand_needed *needed);
