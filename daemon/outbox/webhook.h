/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One HTTP request, from a delivery and the settings of its webhook. Pure: it sends nothing.
 *
 * generic: Standard Webhooks 1.0.0: POST of the event's JSON with webhook-id, webhook-timestamp and, with
 * a key, webhook-signature.
 * ntfy: JSON publishing, a POST to the server's root that names the topic. Title and text then never
 * stand in a header, which needs no encoding and leaves nothing to inject into. The header
 * X-Sequence-ID, which the server keeps for both ways of publishing, makes a repetition replace what
 * the phone shows (ntfy 2.16 and later). */

#include "conf/conf.h"
#include "conf/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

struct webhook_message {
	const char *event_id; /* letters, digits, '_' and '-': the same on every attempt */
	const char *type;     /* what this webhook is told it is */
	const char *body;     /* the event's JSON */
	int64_t now_ms;       /* the time of this attempt */
};

struct webhook_request {
	char *url;
	struct curl_slist *headers;
	char *body;
	size_t body_size;
	bool loopback_only; /* unencrypted, so it may go to this machine only, whatever a name resolves to */
};

#define WEBHOOK_WHY_BYTES 160u

/* key    NULL: not signed (generic only)
 * token  NULL: no Authorization header
 * ret_why  WEBHOOK_WHY_BYTES; on failure a sentence without addresses or secrets
 * Returns 0 and an initialised *ret; -EINVAL the settings are wrong; -EBADMSG this one message cannot be
 * sent; -ENOMEM, -EIO. */
int webhook_request_build(const struct conf_webhook *webhook, const struct webhook_message *message,
	const struct webhook_key *key, const char *token, struct webhook_request *ret,
	char *ret_why);

/* Wipes and frees. */
void webhook_request_done(struct webhook_request *request);

/* body: size bytes of text, without a NUL; less than 2 GiB.
 * Gives "v1," and the base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY" (Standard Webhooks, "Signature scheme"). */
#define WEBHOOK_SIGNATURE_BYTES 48u
int webhook_sign(const struct webhook_key *key, const char *id, int64_t timestamp_s,
	const char *body, size_t size, char ret[WEBHOOK_SIGNATURE_BYTES]);

/* Whether a request may go to url at all: https anywhere, http to this machine or where it is allowed.
 * Returns 0; -EINVAL. */
int webhook_url_check(const char *url, bool allow_plain_http, bool *ret_loopback_only);
