/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Reports of any content that the rules allow, from a seed. */

#include "ipc/report.h"

#include <stdint.h>

/* The next number of a small generator (xorshift64*); *state must not be 0. */
uint64_t random_next(uint64_t *state);

/* Fills an initialised report; one in four is a refusal. */
void report_make(uint64_t *state, struct report *ret);
