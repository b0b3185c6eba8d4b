/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Whether what came over the cable is a whole file: copies of the right size and full of zeros do occur. */

#include <stddef.h>
#include <stdint.h>

/* FIT: header and checksum of each part hold; bytes behind the last part are allowed. TCX (by its name):
 * the closing tag is there. Another kind passes.
 * Returns NULL, or what is wrong with it: a sentence. */
const char *file_check(const char *name, const uint8_t *data, size_t size);
