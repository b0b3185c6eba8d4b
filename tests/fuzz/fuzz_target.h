/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a fuzz target offers, as libFuzzer names it. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
