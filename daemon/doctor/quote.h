/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Words of a command that somebody copies into a shell. */

#include <limits.h>

#define QUOTED_BYTES (PATH_MAX + 512)

/* A word as a shell takes it: as it is, or between apostrophes where a letter of it means something to a shell. One
 * that does not fit any more is "NAME", so that nothing else is done by half a word. Returns ret. */
char *quote(const char *word, char ret[QUOTED_BYTES]);
