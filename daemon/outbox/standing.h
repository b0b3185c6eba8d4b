/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Webhooks that are not used until their settings change: disabled by a 410, or at fault.
 *
 * The settings are the section (its hash) and what the files say that it names. */

#include "conf/conf.h"
#include "store/store_outbox.h"

/* A short digest of what the webhook's secret files hold (or that they cannot be read), to notice that
 * somebody mended them. Too short to say anything about the secrets. */
#define STANDING_DIGEST_BYTES 9u
int standing_digest(const struct conf_webhook *webhook, char ret[STANDING_DIGEST_BYTES]);

/* digest: of the attempt that went wrong. Returns 0; negative errno of the store. */
int standing_set(struct store *store, const char *webhook, const char *config_hash,
	const char *digest, enum webhook_standing standing, const char *why);

/* Makes every webhook good again whose files changed since it was disabled or at fault. One whose
 * section changed is good by itself. Returns 0; negative errno. */
int standing_forgive_mended(struct store *store, const struct conf *conf);
