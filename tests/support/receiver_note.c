/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/receiver_note.h"

#include "base/cleanup.h"
#include "util/clock.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define TOLERANCE_S 300

static const char *const signature_names[] = {
	[SIGNATURE_NONE] = "none",
	[SIGNATURE_UNCHECKED] = "unchecked",
	[SIGNATURE_OK] = "ok",
	[SIGNATURE_BAD] = "bad",
};

int note_key_read(const char *path, struct note_key *ret)
{
	char line[256] = "";
	FILE *file = fopen(path, "re");
	if (!file)
		return -errno;
	size_t got = fread(line, 1, sizeof line - 1, file);
	(void)fclose(file);
	if (got < 6 || strncmp(line, "whsec_", 6) != 0)
		return -EINVAL;
	char *text = line + 6;
	size_t size = strcspn(text, "\r\n");
	while (size % 4) /* the padding may be missing */
		text[size++] = '=';
	text[size] = '\0';
	size_t padding = size >= 2 ? (size_t)(text[size - 1] == '=') + (text[size - 2] == '=') : 0;
	int n = EVP_DecodeBlock(ret->bytes, (const unsigned char *)text, (int)size);
	if (n <= 0 || (size_t)n <= padding)
		return -EINVAL;
	ret->size = (size_t)n - padding;
	return 0;
}

/* The header is a list; one good signature in it is enough. */
static bool signature_fits(const struct request *request, const struct note_key *key)
{
	const char *id = request->headers[HEADER_WEBHOOK_ID];
	const char *timestamp = request->headers[HEADER_WEBHOOK_TIMESTAMP];
	size_t size = strlen(id) + strlen(timestamp) + 2 + request->body_size;
	AUTO_FREE char *content = malloc(size + 1);
	if (!content)
		return false;
	int head = snprintf(content, size + 1, "%s.%s.", id, timestamp);
	memcpy(content + head, request->body, request->body_size);
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int mac_size = 0;
	if (!HMAC(EVP_sha256(), key->bytes, (int)key->size, (unsigned char *)content, size, mac,
		    &mac_size))
		return false;
	char expected[3 + EVP_MAX_MD_SIZE * 2] = "v1,";
	size_t length =
		3 + (size_t)EVP_EncodeBlock((unsigned char *)expected + 3, mac, (int)mac_size);
	const char *list = request->headers[HEADER_WEBHOOK_SIGNATURE];
	while (*list) {
		size_t one = strcspn(list, " ");
		if (one == length && CRYPTO_memcmp(list, expected, length) == 0)
			return true;
		list += one + strspn(list + one, " ");
	}
	return false;
}

static enum note_signature check(
	const struct request *request, const struct note_key *key, int64_t now_s)
{
	const char *timestamp = request->headers[HEADER_WEBHOOK_TIMESTAMP];
	if (key->size == 0)
		return *request->headers[HEADER_WEBHOOK_SIGNATURE] ? SIGNATURE_UNCHECKED
								   : SIGNATURE_NONE;
	char *end = NULL;
	long long sent_s = strtoll(timestamp, &end, 10);
	if (!*timestamp || *end || llabs(sent_s - (long long)now_s) > TOLERANCE_S)
		return SIGNATURE_BAD;
	return signature_fits(request, key) ? SIGNATURE_OK : SIGNATURE_BAD;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static void webhook_of(const char *path, char ret[65])
{
	const char *last = strrchr(path, '/');
	(void)snprintf(ret, 65, "%.*s", (int)strcspn(last + 1, "?"), last + 1);
}

void note_read(
	const struct request *request, const struct note_key *key, int64_t now_s, struct note *ret)
{
	struct note note = {
		.id = request->headers[HEADER_WEBHOOK_ID], .type = "", .timestamp = ""
	};
	note.body = json_loadb(request->body, request->body_size, 0, NULL);
	webhook_of(request->path, note.webhook);
	const char *topic = text_of(note.body, "topic");
	if (*note.id) {
		const json_t *text = json_object_get(json_object_get(note.body, "data"), "text");
		note.type = text_of(note.body, "type");
		note.timestamp = text_of(note.body, "timestamp");
		note.title = text_of(text, "title");
		note.text = text_of(text, "body");
		note.signature = check(request, key, now_s);
	} else if (*topic) {
		note.is_ntfy = true;
		(void)snprintf(note.webhook, sizeof note.webhook, "%s", topic);
		note.title = text_of(note.body, "title");
		note.text = text_of(note.body, "message");
	} else {
		note.is_ntfy = true;
		json_decref(note.body);
		note.body = json_stringn(request->body, request->body_size);
		note.title = request->headers[HEADER_TITLE];
		note.text = note.body ? json_string_value(note.body) : "";
	}
	if (note.is_ntfy)
		note.id = request->headers[HEADER_SEQUENCE_ID];
	*ret = note;
}

void note_done(struct note *note)
{
	json_decref(note->body);
	note->body = NULL;
}

char *note_log_line(const struct note *note, const struct request *request, const char *answer,
	bool duplicate, uint64_t number)
{
	json_t *line = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, "
				 "s:s, s:s, s:s, s:s, s:O*}",
		"n", (json_int_t)number, "method", request->method, "path", request->path,
		"webhook", note->webhook, "kind", note->is_ntfy ? "ntfy" : "generic", "answer",
		answer, "id", note->id, "timestamp", request->headers[HEADER_WEBHOOK_TIMESTAMP],
		"signature", signature_names[note->signature], "duplicate", duplicate, "type",
		note->type, "title", note->title, "text", note->text, "content_type",
		request->headers[HEADER_CONTENT_TYPE], "user_agent",
		request->headers[HEADER_USER_AGENT], "authorization",
		request->headers[HEADER_AUTHORIZATION], "body", note->body);
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	return text;
}
