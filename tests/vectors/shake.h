/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Does an outcome depend on its input? Every input of a file's cases is changed, one at a time, and must move the
 * outcome of at least one case: a function that looked its answers up, or an adapter that forgot an argument,
 * stands still. */

#include "vectors/adapter.h"

/* Prints `moves FILE: PATH: CASE` with the first case that each input moved, or `STILL FILE: PATH`.
 *
 * file   for the lines
 * cases  of the file, not expanded
 * Adds to the counts. Returns 0; -ENOMEM. */
int shake_file(const char *file, const struct adapter *adapter, const json_t *cases,
	size_t *ret_moved, size_t *ret_still);
