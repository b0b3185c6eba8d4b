/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the fake watch says, without what may be wrong with it. Inside of the fake only. */

#include "unit/mtp_fake.h"

#include <stddef.h>

/* Bytes being put together. */
struct reply {
	uint8_t *data;
	size_t n, capacity;
};

void reply_put(struct reply *reply, const void *data, size_t n);

/* Little-endian; beyond eight bytes zeros. */
void reply_put_number(struct reply *reply, uint64_t value, size_t n);

/* Answers a command. Returns the response code; *ret_parameter is set if it has one. */
uint16_t fake_answer(struct fake_watch *fake, uint16_t code, const uint32_t *parameters,
	struct reply *out, bool *ret_has_data, uint32_t *ret_parameter);
