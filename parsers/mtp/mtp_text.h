/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Strings and dates of MTP datasets. */

#include "base/bytes.h"

#include <stdbool.h>

/* A string of at most 255 UTF-16 units as UTF-8, with its NUL. */
#define MTP_TEXT_BYTES 768u

/* Reads one string: a count of UTF-16LE units that includes the final NUL, then the units. The text ends
 * at the first NUL. What it gives is valid UTF-8 without control characters: a lone surrogate or a control
 * character becomes U+FFFD; what does not fit is left out. in->failed when the units are not all there. */
void mtp_text(struct bytes *in, char ret[MTP_TEXT_BYTES]);

/* Whether a name can be one step of a path: not empty, no '/', not "." or "..". */
bool mtp_name_is_plain(const char *name);

/* "YYYYMMDDThhmmss", then perhaps ".s", then perhaps "Z" or "+hhmm", in seconds since 1970. Without a
 * zone it is the local time of the device, counted as if it were UTC: good for telling two dates apart,
 * not for knowing when. Returns false for anything else, which does occur. */
bool mtp_date(const char *text, int64_t *ret_s);
