/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The walk over messages. */

#include "fit/fit_decoder.h"

/* The messages of data[0..size). On a fault it stops there.
 *
 * until_header  the length is not known: stop also where the next part begins
 * ret_stop      behind the last whole message
 * Returns 0; -EFBIG; -ENOMEM. */
int fit_read_messages(struct fit_decoder *d, const uint8_t *data, size_t size, bool until_header,
	const uint8_t **ret_stop);
