/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What goes along when the service changes: the store, and the settings with the keys that they name. Nothing is
 * deleted: what it takes the place of is put aside under another name. */

#include "cli/setup_place.h"

/* Copies the store, unless there is nothing in it or the other place has one that is worth something.
 * ret_copied  whether it was. Returns false after saying why not. */
bool setup_take_store(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_copied);

/* Copies the settings, if anything stands in them, so that the service that takes over does what the other one did.
 * ret_wrote  whether any file was. Returns false after saying why not. */
bool setup_take_settings(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_wrote);
