/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What one attempt needs beyond the settings: its secrets, read now and wiped once they are used, so that
 * a changed file counts from the next attempt on. */

#include "outbox/transfer.h"
#include "store/store_outbox.h"

#define ATTEMPT_WHY_BYTES (SECRET_WHY_BYTES + 32u)

/* Makes the request for a delivery. now_ms is the time of this attempt; owner: see transfer_new().
 *
 * ret_why  ATTEMPT_WHY_BYTES; on failure a sentence that names the file or the key that is wrong
 * Returns 0; otherwise a negative errno, and *ret_verdict says what it means for the delivery:
 * VERDICT_FAULT, VERDICT_FAILED, or VERDICT_LATER when this machine is short of something. */
int attempt_prepare(const struct conf_webhook *webhook, const struct delivery *delivery,
	int64_t now_ms, const struct outbox_limits *limits, void *owner, struct transfer **ret,
	enum verdict *ret_verdict, char *ret_why);
