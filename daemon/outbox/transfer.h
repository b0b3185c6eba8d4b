/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One HTTP request under way: a libcurl handle with everything set that keeps it honest and short.
 *
 * No redirects, no proxy (also none from the environment: what is sent goes where the settings say), no
 * cookies, no .netrc, HTTP/1.1 on a connection of its own, certificates verified, header and body of the
 * answer capped. */

#include "outbox/classify.h"
#include "outbox/webhook.h"

#include <stdint.h>

struct outbox_limits {
	uint32_t connect_ms;   /* until the connection stands, name and TLS included */
	uint32_t request_ms;   /* until the answer is read */
	uint32_t answer_bytes; /* of header and of body; what is beyond ends the transfer */
};

#define OUTBOX_LIMITS_DEFAULT     \
	((struct outbox_limits) { \
		.connect_ms = 10 * 1000, .request_ms = 30 * 1000, .answer_bytes = 64 * 1024 })

struct transfer;

/* Takes what request holds (and empties it), also on failure. owner is what transfer_owner() gives.
 * Returns 0; -ENOMEM, -EINVAL. */
int transfer_new(struct webhook_request *request, const struct outbox_limits *limits, void *owner,
	struct transfer **ret);

/* The handle must not be in a multi handle any more. NULL is fine. Returns NULL. */
struct transfer *transfer_free(struct transfer *transfer);

CURL *transfer_handle(struct transfer *transfer);
void *transfer_owner(CURL *handle);

/* What came back, once libcurl is through with it. */
struct answer transfer_answer(const struct transfer *transfer, CURLcode result);
