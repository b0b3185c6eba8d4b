/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_is.h"

#include <string.h>

bool fit_is(const uint8_t *data, size_t size)
{
	return size >= FIT_HEADER_MIN_BYTES && data[0] >= FIT_HEADER_MIN_BYTES &&
	       memcmp(data + 8, ".FIT", 4) == 0;
}
