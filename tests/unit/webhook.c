/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "outbox/body.h"
#include "outbox/webhook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

#define EVENT                                                                                 \
	"{\"type\":\"massage.suggested\",\"timestamp\":\"2026-05-03T06:12:44Z\",\"data\":{"   \
	"\"type\":\"inner\",\"severity\":2,\"rest_first\":false,\"strain\":{\"score\":78.4}," \
	"\"text\":{\"title\":\"Massage tonight\",\"body\":\"Calves.\\nSoreness 78.\"}}}"

/* Keys of both vectors are whole groups of base64. */
static struct webhook_key key_of(const char *base64, size_t padding)
{
	struct webhook_key key = { 0 };
	int n = EVP_DecodeBlock(key.bytes, (const unsigned char *)base64, (int)strlen(base64));
	assert_true(n > 0);
	key.size = (size_t)n - padding;
	return key;
}

static struct conf_webhook hook(enum webhook_type type, const char *url)
{
	struct conf_webhook webhook = { .name = "phone", .type = type };
	webhook.url = strdup(url);
	return webhook;
}

static const char *header(const struct webhook_request *request, const char *name)
{
	size_t length = strlen(name);
	for (struct curl_slist *h = request->headers; h; h = h->next)
		if (strncasecmp(h->data, name, length) == 0 && h->data[length] == ':')
			return h->data + length + 1 + (h->data[length + 1] == ' ');
	return NULL;
}

static const struct webhook_message message = {
	.event_id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
	.type = "massage.suggested",
	.body = EVENT,
	.now_ms = INT64_C(1614265330999),
};

static void signs_like_the_reference_libraries(void **state)
{
	(void)state;
	struct webhook_key key = key_of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0);
	const char *body = "{\"test\": 2432232314}";
	char signature[WEBHOOK_SIGNATURE_BYTES];
	assert_int_equal(webhook_sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body,
				 strlen(body), signature),
		0);
	assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	key = key_of("cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyE=", 1);
	body = "{\"type\":\"alert.test\"}";
	assert_int_equal(
		webhook_sign(&key, "msg_0001", 1700000000, body, strlen(body), signature), 0);
	assert_string_equal(signature, "v1,lM55umFljmUUfff1GSN7Us0QMLbPfUGyKVX/oLZyvII=");
}

static void a_generic_request_carries_the_stored_bytes_and_its_headers(void **state)
{
	(void)state;
	struct conf_webhook webhook = hook(WEBHOOK_TYPE_GENERIC, "https://example.org/in?a=1;b#c");
	struct webhook_key key = key_of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0);
	struct webhook_request request;
	char why[WEBHOOK_WHY_BYTES], signature[WEBHOOK_SIGNATURE_BYTES];
	assert_int_equal(webhook_request_build(&webhook, &message, &key, "tk_x", &request, why), 0);
	assert_string_equal(request.url, "https://example.org/in?a=1;b#c");
	assert_string_equal(request.body, EVENT);
	assert_int_equal(request.body_size, strlen(EVENT));
	assert_false(request.loopback_only);
	assert_string_equal(header(&request, "webhook-id"), message.event_id);
	assert_string_equal(header(&request, "webhook-timestamp"), "1614265330");
	assert_int_equal(
		webhook_sign(&key, message.event_id, 1614265330, EVENT, strlen(EVENT), signature),
		0);
	assert_string_equal(header(&request, "webhook-signature"), signature);
	assert_string_equal(header(&request, "Authorization"), "Bearer tk_x");
	assert_string_equal(header(&request, "Content-Type"), "application/json");
	assert_string_equal(header(&request, "User-Agent"), "knead/" KNEAD_VERSION);
	webhook_request_done(&request);
	assert_int_equal(webhook_request_build(&webhook, &message, NULL, NULL, &request, why), 0);
	assert_null(header(&request, "webhook-signature"));
	assert_null(header(&request, "Authorization"));
	webhook_request_done(&request);
	free(webhook.url);
}

/* Whatever let a line break into a token: it makes no header of its own. */
static void a_token_stays_one_header(void **state)
{
	(void)state;
	struct conf_webhook webhook = hook(WEBHOOK_TYPE_GENERIC, "https://example.org/");
	struct webhook_request request;
	char why[WEBHOOK_WHY_BYTES];
	size_t headers = 0;
	assert_int_equal(webhook_request_build(
				 &webhook, &message, NULL, "tk\r\nX-Other: 1\n\x7f", &request, why),
		0);
	for (const struct curl_slist *at = request.headers; at; at = at->next) {
		assert_null(strpbrk(at->data, "\r\n\x7f"));
		headers += strncasecmp(at->data, "Authorization:", 14) == 0;
		assert_int_not_equal(strncasecmp(at->data, "X-Other", 7), 0);
	}
	assert_int_equal(headers, 1);
	webhook_request_done(&request);
	free(webhook.url);
}

static void another_type_changes_that_one_member_only(void **state)
{
	(void)state;
	static const struct {
		const char *json, *expected;
	} rows[] = {
		{ "{\"type\":\"a.b\",\"x\":78.40}", "{\"type\":\"import.completed\",\"x\":78.40}" },
		{ "{ \"data\" : {\"type\":\"k\"}, \"type\" :\n\"a\" }",
			"{ \"data\" : {\"type\":\"k\"}, \"type\" :\n\"import.completed\" }" },
		{ "{\"d\":\"\\\"type\\\":\\\"q\\\"\",\"l\":[\"type\",{\"type\":1}],\"type\":"
		  "\"z\\\"\"}",
			"{\"d\":\"\\\"type\\\":\\\"q\\\"\",\"l\":[\"type\",{\"type\":1}],"
			"\"type\":\"import.completed\"}" },
		{ "{\"v\":\"type\",\"type\":\"\"}",
			"{\"v\":\"type\",\"type\":\"import.completed\"}" },
		{ "{\"type\":1}", NULL },
		{ "{\"data\":{\"type\":\"x\"}}", NULL },
		{ "[\"type\"]", NULL },
		{ "{\"type\":\"a\",\"type\":\"b\"}", NULL },
		{ "{\"type\":\"a\"", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *body = NULL;
		int r = body_with_type(rows[i].json, "import.completed", &body);
		assert_int_equal(r, rows[i].expected ? 0 : -EBADMSG);
		if (rows[i].expected)
			assert_string_equal(body, rows[i].expected);
		free(body);
	}
	char *body = NULL;
	assert_int_equal(body_with_type("{\"type\":\"a\"}", "x\"y", &body), -EBADMSG);
	assert_int_equal(body_with_type("{\"type\":\"a\"}", "", &body), -EBADMSG);
}

static json_t *ntfy_body(const char *event, const char *type)
{
	char *text = NULL;
	assert_int_equal(body_for_ntfy(event, type, "runs", &text), 0);
	json_t *body = json_loads(text, 0, NULL);
	assert_non_null(body);
	free(text);
	return body;
}

static void an_ntfy_request_names_the_topic_and_goes_to_the_root(void **state)
{
	(void)state;
	static const struct {
		const char *url, *root, *topic;
	} rows[] = {
		{ "https://ntfy.sh/my-Runs_1", "https://ntfy.sh/", "my-Runs_1" },
		{ "https://host:8443/runs", "https://host:8443/", "runs" },
		{ "https://host/base/runs", NULL, NULL },
		{ "https://host/", NULL, NULL },
		{ "https://host", NULL, NULL },
		{ "https://host/a.b", NULL, NULL },
		{ "https://host/%41", NULL, NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct conf_webhook webhook = hook(WEBHOOK_TYPE_NTFY, rows[i].url);
		struct webhook_request request;
		char why[WEBHOOK_WHY_BYTES];
		int r = webhook_request_build(&webhook, &message, NULL, "tk_abc", &request, why);
		if (r != (rows[i].root ? 0 : -EINVAL))
			fail_msg("%s: %d", rows[i].url, r);
		free(webhook.url);
		if (r < 0) {
			assert_null(strstr(why, "host"));
			continue;
		}
		assert_string_equal(request.url, rows[i].root);
		assert_string_equal(header(&request, "X-Sequence-ID"), message.event_id);
		assert_string_equal(header(&request, "Authorization"), "Bearer tk_abc");
		json_t *body = json_loads(request.body, 0, NULL);
		assert_string_equal(
			json_string_value(json_object_get(body, "topic")), rows[i].topic);
		json_decref(body);
		webhook_request_done(&request);
	}
}

static void ntfy_gets_title_text_and_priority(void **state)
{
	(void)state;
	static const struct {
		const char *data;
		json_int_t priority;
	} rows[] = {
		{ "\"severity\":0", 3 },
		{ "\"severity\":1,\"rest_first\":false", 3 },
		{ "\"severity\":2", 4 },
		{ "\"severity\":3", 4 },
		{ "\"severity\":0,\"rest_first\":true", 4 },
		{ "\"severity\":null", 3 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char event[256];
		(void)snprintf(event, sizeof event,
			"{\"data\":{%s,\"text\":{\"title\":\"T\\r\\nX-Evil: "
			"1\",\"body\":\"a\\nb\\u0007\"}}}",
			rows[i].data);
		json_t *body = ntfy_body(event, "rest.first");
		assert_int_equal(
			json_integer_value(json_object_get(body, "priority")), rows[i].priority);
		assert_string_equal(
			json_string_value(json_object_get(body, "title")), "T  X-Evil: 1");
		assert_string_equal(json_string_value(json_object_get(body, "message")), "a\nb ");
		assert_string_equal(
			json_string_value(json_array_get(json_object_get(body, "tags"), 0)),
			"warning");
		json_decref(body);
	}
}

/* A text of `ascii` letters and then umlauts of two bytes each. */
static size_t cut_length(size_t ascii, size_t umlauts, bool *ret_ellipsis)
{
	size_t size = ascii + 2 * umlauts;
	char *text = malloc(size + 1);
	assert_non_null(text);
	memset(text, 'a', ascii);
	for (size_t i = 0; i < umlauts; i++)
		memcpy(text + ascii + 2 * i, "\xc3\xa4", 2);
	text[size] = '\0';
	json_t *event = json_pack("{s:{s:{s:s, s:s}}}", "data", "text", "title", "T", "body", text);
	char *json = json_dumps(event, 0);
	json_t *body = ntfy_body(json, "x");
	const char *message_text = json_string_value(json_object_get(body, "message"));
	size_t length = strlen(message_text);
	*ret_ellipsis = length > 3 && strcmp(message_text + length - 3, "\xe2\x80\xa6") == 0;
	json_decref(body);
	free(json);
	json_decref(event);
	free(text);
	return length;
}

static void a_long_text_is_cut_between_two_characters(void **state)
{
	(void)state;
	bool ellipsis;
	assert_int_equal(cut_length(4096, 0, &ellipsis), 4096);
	assert_false(ellipsis);
	assert_int_equal(cut_length(4097, 0, &ellipsis), 4096);
	assert_true(ellipsis);
	assert_int_equal(cut_length(0, 2048, &ellipsis), 4096);
	assert_false(ellipsis);
	assert_int_equal(cut_length(0, 3000, &ellipsis), 4095);
	assert_true(ellipsis);
	assert_int_equal(cut_length(1, 3000, &ellipsis), 4096);
	assert_true(ellipsis);
}

static void plain_http_stays_on_this_machine(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		bool allowed, loopback_only;
		int result;
	} rows[] = {
		{ "https://example.org/x", false, false, 0 },
		{ "http://127.0.0.1:8080/x", false, true, 0 },
		{ "http://127.9.9.9/x", false, true, 0 },
		{ "http://[::1]:80/x", false, true, 0 },
		{ "http://localhost/x", false, true, 0 },
		{ "http://LOCALHOST:1/x", false, true, 0 },
		{ "http://example.org/x", false, false, -EINVAL },
		{ "http://example.org/x", true, false, 0 },
		{ "http://127.0.0.1.example.org/x", false, false, -EINVAL },
		{ "http://localhost.example.org/x", false, false, -EINVAL },
		{ "http://127.0.0.1@example.org/x", false, false, -EINVAL },
		{ "http://[::2]/x", false, false, -EINVAL },
		{ "http://192.168.1.5/x", false, false, -EINVAL },
		{ "ftp://127.0.0.1/x", true, false, -EINVAL },
		{ "file:///etc/passwd", true, false, -EINVAL },
		{ "example.org", true, false, -EINVAL },
		{ "", true, false, -EINVAL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool loopback_only = false;
		int r = webhook_url_check(rows[i].url, rows[i].allowed, &loopback_only);
		if (r != rows[i].result || loopback_only != rows[i].loopback_only)
			fail_msg("%s: %d %d", rows[i].url, r, loopback_only);
	}
}

static void a_damaged_event_is_the_messages_fault_and_a_bad_url_the_settings(void **state)
{
	(void)state;
	struct conf_webhook webhook = hook(WEBHOOK_TYPE_GENERIC, "https://example.org/");
	struct webhook_message damaged = message;
	struct webhook_request request = { 0 };
	char why[WEBHOOK_WHY_BYTES];
	damaged.body = "{\"type\":";
	assert_int_equal(
		webhook_request_build(&webhook, &damaged, NULL, NULL, &request, why), -EBADMSG);
	assert_true(why[0] != '\0');
	damaged = message;
	damaged.event_id = "msg_1\r\nX-Evil: 1";
	assert_int_equal(
		webhook_request_build(&webhook, &damaged, NULL, NULL, &request, why), -EBADMSG);
	free(webhook.url);
	webhook = hook(WEBHOOK_TYPE_GENERIC, "http://example.org/secret-path");
	assert_int_equal(
		webhook_request_build(&webhook, &message, NULL, NULL, &request, why), -EINVAL);
	assert_null(strstr(why, "secret-path"));
	free(webhook.url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_like_the_reference_libraries),
		cmocka_unit_test(a_generic_request_carries_the_stored_bytes_and_its_headers),
		cmocka_unit_test(a_token_stays_one_header),
		cmocka_unit_test(another_type_changes_that_one_member_only),
		cmocka_unit_test(an_ntfy_request_names_the_topic_and_goes_to_the_root),
		cmocka_unit_test(ntfy_gets_title_text_and_priority),
		cmocka_unit_test(a_long_text_is_cut_between_two_characters),
		cmocka_unit_test(plain_http_stays_on_this_machine),
		cmocka_unit_test(a_damaged_event_is_the_messages_fault_and_a_bad_url_the_settings),
	};
	return cmocka_run_group_tests_name("webhook", tests, NULL, NULL);
}
