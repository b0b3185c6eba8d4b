/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/standing.h"

#include "base/cleanup.h"
#include "conf/secret.h"
#include "util/hash.h"

#include <stdio.h>
#include <string.h>

#define FACT_BYTES (CONF_NAME_MAX + 32u)

static int add_file(const char *file, uint8_t state[HASH_BYTES])
{
	struct {
		uint8_t before[HASH_BYTES];
		int result;
		struct secret secret;
	} content;
	memset(&content, 0, sizeof content);
	memcpy(content.before, state, HASH_BYTES);
	if (file)
		content.result = conf_read_secret(file, &content.secret, NULL);
	content.secret.world_readable = false;
	int r = hash_sha256(&content, sizeof content, state);
	explicit_bzero(&content, sizeof content);
	return r;
}

int standing_digest(const struct conf_webhook *webhook, char ret[STANDING_DIGEST_BYTES])
{
	uint8_t state[HASH_BYTES] = { 0 };
	int r = add_file(webhook->secret_file, state);
	if (r >= 0)
		r = add_file(webhook->token_file, state);
	if (r < 0)
		return r;
	char hex[HASH_HEX_BYTES];
	(void)snprintf(ret, STANDING_DIGEST_BYTES, "%.8s", hash_hex(state, hex));
	return 0;
}

static char *fact_name(const char *webhook, char ret[FACT_BYTES])
{
	(void)snprintf(ret, FACT_BYTES, "webhook-files %s", webhook);
	return ret;
}

int standing_set(struct store *store, const char *webhook, const char *config_hash,
	const char *digest, enum webhook_standing standing, const char *why)
{
	char fact[FACT_BYTES];
	int r = store_set_fact(store, fact_name(webhook, fact), digest);
	return r < 0 ? r : store_set_webhook(store, webhook, config_hash, standing, why);
}

static int forgive(struct store *store, const struct conf_webhook *webhook)
{
	char config_hash[HASH_HEX_BYTES], digest[STANDING_DIGEST_BYTES], fact[FACT_BYTES];
	enum webhook_standing standing = WEBHOOK_OK;
	AUTO_FREE char *why = NULL;
	AUTO_FREE char *before = NULL;
	int r = conf_hash(webhook, config_hash);
	if (r >= 0)
		r = store_get_webhook(store, webhook->name, config_hash, &standing, &why);
	if (r < 0 || standing == WEBHOOK_OK)
		return r;
	r = standing_digest(webhook, digest);
	if (r >= 0)
		r = store_get_fact(store, fact_name(webhook->name, fact), &before);
	if (r < 0 || (before && strcmp(before, digest) == 0))
		return r;
	return store_set_webhook(store, webhook->name, config_hash, WEBHOOK_OK, NULL);
}

int standing_forgive_mended(struct store *store, const struct conf *conf)
{
	int r = 0;
	for (size_t i = 0; i < conf->webhooks_n && r >= 0; i++)
		r = forgive(store, &conf->webhooks[i]);
	return r;
}
