/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A whole report as bytes, to be put aside and read again by the same version of the program: the packets of
 * wire.h one after the other, each behind its length. */

#include "ipc/report.h"

struct packets {
	uint8_t *bytes; /* owned */
	size_t size, capacity;
};
void packets_done(struct packets *packets);

/* Appends. Of a report with `why` set activities and days are left out. Returns 0; -ENOMEM; -EINVAL. */
int packets_put(struct packets *packets, const struct report *report);

/* ret  initialised by the caller. Returns 0; -EUCLEAN for what packets_put() did not write; -ENOMEM. */
int packets_get(const void *data, size_t size, struct report *ret);
