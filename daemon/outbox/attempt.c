/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/attempt.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A file that is wrong stays wrong; a lack of memory or descriptors passes. */
static enum verdict verdict_of(int error)
{
	switch (error) {
	case -ENOMEM:
	case -EIO:
	case -EMFILE:
	case -ENFILE:
	case -EINTR:
		return VERDICT_LATER;
	case -EBADMSG:
		return VERDICT_FAILED;
	default:
		return VERDICT_FAULT;
	}
}

static int read_setting(const char *key, const char *file, struct secret *secret, char *ret_why)
{
	char why[SECRET_WHY_BYTES] = "";
	int r = conf_read_secret(file, secret, why);
	if (r < 0)
		(void)snprintf(ret_why, ATTEMPT_WHY_BYTES, "%s: %s", key, why);
	return r;
}

static int read_key(const char *file, struct webhook_key *ret, char *ret_why)
{
	AUTO_SECRET struct secret secret = { .size = 0 };
	int r = read_setting("secret_file", file, &secret, ret_why);
	if (r < 0)
		return r;
	r = webhook_key_decode(secret.text, secret.size, ret);
	if (r < 0)
		(void)snprintf(ret_why, ATTEMPT_WHY_BYTES,
			"secret_file: %s holds no key: whsec_ and the base64 of 24 to 64 bytes",
			file);
	return r;
}

int attempt_prepare(const struct conf_webhook *webhook, const struct delivery *delivery,
	int64_t now_ms, const struct outbox_limits *limits, void *owner, struct transfer **ret,
	enum verdict *ret_verdict, char *ret_why)
{
	AUTO_WEBHOOK_KEY struct webhook_key key = { .size = 0 };
	AUTO_SECRET struct secret token = { .size = 0 };
	struct webhook_request request = { 0 };
	bool sign = webhook->type == WEBHOOK_TYPE_GENERIC && webhook->secret_file;
	struct webhook_message message = {
		.event_id = delivery->event_id,
		.type = delivery->type,
		.body = delivery->body ? delivery->body : "",
		.now_ms = now_ms,
	};
	int r = sign ? read_key(webhook->secret_file, &key, ret_why) : 0;
	if (r >= 0 && webhook->token_file)
		r = read_setting("token_file", webhook->token_file, &token, ret_why);
	if (r >= 0)
		r = webhook_request_build(webhook, &message, sign ? &key : NULL,
			webhook->token_file ? token.text : NULL, &request, ret_why);
	if (r >= 0) {
		(void)snprintf(ret_why, ATTEMPT_WHY_BYTES, "cannot begin a request");
		r = transfer_new(&request, limits, owner, ret);
	}
	if (r < 0)
		*ret_verdict = verdict_of(r);
	return r;
}
