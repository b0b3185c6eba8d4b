/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* How a part of a FIT file begins. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIT_HEADER_MIN_BYTES 12

/* Whether data begins like a FIT file (header size and ".FIT"). */
bool fit_is(const uint8_t *data, size_t size);
