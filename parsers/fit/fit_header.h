/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The frame of a file: headers, chained parts, checksums. */

#include "fit/fit_decoder.h"

/* All parts of the file. Returns 0; -EFBIG; -ENOMEM. */
int fit_read_parts(struct fit_decoder *d);
