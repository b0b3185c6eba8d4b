/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Copies the settings of one service for the other: kneadd.conf, its drop-ins, and the files with keys that they name
 * and that lie beside them. */

#include "cli/setup_place.h"

/* Whether any value stands in them. */
bool settings_are_set(const struct setup_place *place);

/* Afterwards the settings of `to` say what those of `from` do; a path into the one folder is one into the other. What
 * says the same already is left alone, anything else of theirs is put aside.
 *
 * ret_any  whether anything was written. Returns false after saying why not. */
bool settings_copy(const struct setup_place *from, const struct setup_place *to, bool *ret_any);
