/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What to do about a delivery that went wrong. */

#include "conf/conf.h"

/* A sentence for the reason that the daemon stored with a delivery or a webhook (outbox/classify.c and
 * outbox/attempt.c word it; a test holds the two together). Never NULL: for a reason that is not known the
 * advice is to look at the address.
 *
 * why  NULL counts as unknown */
const char *webhook_advice(const char *why, enum webhook_type type);
