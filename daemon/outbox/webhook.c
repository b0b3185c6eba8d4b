/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/webhook.h"

#include "base/cleanup.h"
#include "conf/url.h"
#include "outbox/body.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define ID_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define HEADER_BYTES (SECRET_FILE_BYTES + 64u)

int webhook_url_check(const char *url, bool allow_plain_http, bool *ret_loopback_only)
{
	struct url parsed;
	int r = url_parse(url, &parsed, NULL);
	if (r < 0)
		return r;
	bool plain = !parsed.https;
	if (plain && !allow_plain_http && !url_is_loopback(&parsed))
		return -EINVAL;
	*ret_loopback_only = plain && !allow_plain_http;
	return 0;
}

/* "https://host/topic" is published by a POST to "https://host/". The topic stays inside url. */
static int split_topic(const char *url, const char **ret_topic, char **ret_root)
{
	struct url parsed;
	int r = url_parse(url, &parsed, NULL);
	if (r < 0)
		return r;
	const char *topic = url_ntfy_topic(&parsed);
	if (!topic)
		return -EINVAL;
	char *root = strndup(url, (size_t)(topic - url));
	if (!root)
		return -ENOMEM;
	*ret_topic = topic;
	*ret_root = root;
	return 0;
}

int webhook_sign(const struct webhook_key *key, const char *id, int64_t timestamp_s,
	const char *body, size_t size, char ret[WEBHOOK_SIGNATURE_BYTES])
{
	AUTO_FREE char *content = NULL;
	int length = asprintf(&content, "%s.%" PRId64 ".%.*s", id, timestamp_s, (int)size, body);
	if (length < 0)
		return -ENOMEM;
	uint8_t mac[HASH_BYTES];
	int r = hash_hmac_sha256(key->bytes, key->size, content, (size_t)length, mac);
	if (r < 0)
		return r;
	char base64[(HASH_BYTES + 2) / 3 * 4 + 1];
	(void)EVP_EncodeBlock((unsigned char *)base64, mac, HASH_BYTES);
	(void)snprintf(ret, WEBHOOK_SIGNATURE_BYTES, "v1,%s", base64);
	return 0;
}

static int add_header(struct webhook_request *request, const char *name, const char *value)
{
	char line[HEADER_BYTES];
	int length = snprintf(line, sizeof line, "%s:%s%s", name, *value ? " " : "", value);
	if (length < 0 || (size_t)length >= sizeof line)
		return -EINVAL;
	for (char *c = line; *c; c++) /* one header stays one header */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	struct curl_slist *longer = curl_slist_append(request->headers, line);
	explicit_bzero(line, sizeof line);
	if (!longer)
		return -ENOMEM;
	request->headers = longer;
	return 0;
}

/* The token stands in memory twice for a moment; both copies are wiped. */
static int add_token(struct webhook_request *request, const char *token)
{
	char value[HEADER_BYTES];
	int length = snprintf(value, sizeof value, "Bearer %s", token);
	int r = length < 0 || (size_t)length >= sizeof value
			? -EINVAL
			: add_header(request, "Authorization", value);
	explicit_bzero(value, sizeof value);
	return r;
}

static int build_generic(const struct conf_webhook *webhook, const struct webhook_message *message,
	const struct webhook_key *key, struct webhook_request *request, char *why)
{
	int64_t timestamp_s = message->now_ms / 1000;
	int r = body_with_type(message->body, message->type, &request->body);
	if (r < 0) {
		(void)snprintf(why, WEBHOOK_WHY_BYTES, "the stored event is damaged");
		return r;
	}
	request->body_size = strlen(request->body);
	request->url = strdup(webhook->url);
	if (!request->url)
		return -ENOMEM;
	char timestamp[24];
	(void)snprintf(timestamp, sizeof timestamp, "%" PRId64, timestamp_s);
	r = add_header(request, "webhook-id", message->event_id);
	if (r >= 0)
		r = add_header(request, "webhook-timestamp", timestamp);
	if (r < 0 || !key)
		return r;
	char signature[WEBHOOK_SIGNATURE_BYTES];
	r = webhook_sign(
		key, message->event_id, timestamp_s, request->body, request->body_size, signature);
	if (r < 0)
		return r;
	return add_header(request, "webhook-signature", signature);
}

static int build_ntfy(const struct conf_webhook *webhook, const struct webhook_message *message,
	struct webhook_request *request, char *why)
{
	const char *topic = NULL;
	int r = split_topic(webhook->url, &topic, &request->url);
	if (r == -EINVAL) {
		(void)snprintf(why, WEBHOOK_WHY_BYTES,
			"url does not end in a topic of ntfy (up to %u letters, digits, '_' and "
			"'-')",
			NTFY_TOPIC_MAX);
		return r;
	}
	if (r < 0)
		return r;
	r = body_for_ntfy(message->body, message->type, topic, &request->body);
	if (r < 0) {
		(void)snprintf(why, WEBHOOK_WHY_BYTES, "the stored event is damaged");
		return r;
	}
	request->body_size = strlen(request->body);
	return add_header(request, "X-Sequence-ID", message->event_id);
}

static int build(const struct conf_webhook *webhook, const struct webhook_message *message,
	const struct webhook_key *key, const char *token, struct webhook_request *request,
	char *why)
{
	int r = webhook_url_check(webhook->url, webhook->allow_plain_http, &request->loopback_only);
	if (r < 0) {
		(void)snprintf(why, WEBHOOK_WHY_BYTES,
			"url must begin with https:// (http:// only to this machine, or with "
			"allow_plain_http)");
		return r;
	}
	size_t id_length = strlen(message->event_id);
	if (id_length == 0 || id_length > 64 ||
		message->event_id[strspn(message->event_id, ID_LETTERS)]) {
		(void)snprintf(why, WEBHOOK_WHY_BYTES, "the stored event's id is damaged");
		return -EBADMSG;
	}
	r = webhook->type == WEBHOOK_TYPE_NTFY ? build_ntfy(webhook, message, request, why)
					       : build_generic(webhook, message, key, request, why);
	if (r >= 0)
		r = add_header(request, "Content-Type", "application/json");
	if (r >= 0)
		r = add_header(request, "User-Agent", "knead/" KNEAD_VERSION);
	if (r >= 0)
		r = add_header(request, "Expect", ""); /* no waiting for a "100 Continue" */
	if (r >= 0 && token)
		r = add_token(request, token);
	return r;
}

int webhook_request_build(const struct conf_webhook *webhook, const struct webhook_message *message,
	const struct webhook_key *key, const char *token, struct webhook_request *ret,
	char *ret_why)
{
	struct webhook_request request = { 0 };
	ret_why[0] = '\0';
	int r = build(webhook, message, key, token, &request, ret_why);
	if (r < 0) {
		webhook_request_done(&request);
		if (!ret_why[0])
			(void)snprintf(ret_why, WEBHOOK_WHY_BYTES, "cannot make the request: %s",
				strerror(-r));
		return r;
	}
	*ret = request;
	return 0;
}

void webhook_request_done(struct webhook_request *request)
{
	for (struct curl_slist *header = request->headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(request->headers);
	free(request->url);
	free(request->body);
	*request = (struct webhook_request) { 0 };
}
