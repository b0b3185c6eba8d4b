/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Whether a receiver is there and trusted: a connection as for a message, on which nothing is sent. */

#define LOOK_WHY_BYTES 160u

/* url      https://host:port/ or http://...; what stands behind the host does not matter
 * ret_why  one sentence about the receiver when it cannot be used
 * Waits four seconds at most. Returns 0; -EACCES its certificate is not to be trusted; -EHOSTUNREACH any other
 * reason; -EINVAL no such address; -ENOMEM. */
int outbox_look(const char *url, char ret_why[LOOK_WHY_BYTES]);
