/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* At the end of a part, and of the file: what was collected gets its place. Both return 0; -EFBIG; -ENOMEM. */

#include "fit/fit_decoder.h"

int fit_part_done(struct fit_decoder *d);
int fit_file_done(struct fit_decoder *d);
