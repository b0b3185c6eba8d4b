/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "outbox/classify.h"

#include <string.h>

#include <openssl/x509_vfy.h>

static enum verdict verdict_of(CURLcode result, long status, bool complete)
{
	struct answer answer = { .result = result, .status = status, .header_complete = complete };
	char why[VERDICT_WHY_BYTES] = "untouched";
	enum verdict verdict = classify(&answer, why);
	assert_int_equal(why[0] == '\0', verdict == VERDICT_DELIVERED);
	assert_null(strchr(why, '\n'));
	return verdict;
}

static void who_signs_is_told_of_the_secret_too(void **state)
{
	(void)state;
	static const long statuses[] = { 401, 403 };
	for (size_t i = 0; i < 2; i++) {
		char why[VERDICT_WHY_BYTES] = "";
		struct answer answer = { .status = statuses[i], .header_complete = true };
		(void)classify(&answer, why);
		assert_non_null(strstr(why, "token_file"));
		assert_null(strstr(why, "secret_file"));
		answer.was_signed = true;
		(void)classify(&answer, why);
		assert_non_null(strstr(why, "secret_file"));
		assert_non_null(strstr(why, "token_file"));
	}
}

static void a_status_decides(void **state)
{
	(void)state;
	static const struct {
		long status;
		enum verdict verdict;
	} rows[] = {
		{ 200, VERDICT_DELIVERED },
		{ 201, VERDICT_DELIVERED },
		{ 204, VERDICT_DELIVERED },
		{ 299, VERDICT_DELIVERED },
		{ 300, VERDICT_FAULT },
		{ 301, VERDICT_FAULT },
		{ 302, VERDICT_FAULT },
		{ 304, VERDICT_FAULT },
		{ 307, VERDICT_FAULT },
		{ 308, VERDICT_FAULT },
		{ 400, VERDICT_FAILED },
		{ 401, VERDICT_FAULT },
		{ 402, VERDICT_FAILED },
		{ 403, VERDICT_FAULT },
		{ 404, VERDICT_FAILED },
		{ 405, VERDICT_FAILED },
		{ 408, VERDICT_LATER },
		{ 409, VERDICT_FAILED },
		{ 410, VERDICT_GONE },
		{ 413, VERDICT_FAILED },
		{ 415, VERDICT_FAILED },
		{ 422, VERDICT_FAILED },
		{ 424, VERDICT_FAILED },
		{ 425, VERDICT_LATER },
		{ 429, VERDICT_LATER },
		{ 431, VERDICT_FAILED },
		{ 499, VERDICT_FAILED },
		{ 500, VERDICT_LATER },
		{ 502, VERDICT_LATER },
		{ 503, VERDICT_LATER },
		{ 504, VERDICT_LATER },
		{ 507, VERDICT_LATER },
		{ 599, VERDICT_LATER },
		{ 600, VERDICT_LATER },
		{ 999, VERDICT_LATER },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum verdict got = verdict_of(CURLE_OK, rows[i].status, true);
		if (got != rows[i].verdict)
			fail_msg("%ld is %s", rows[i].status, verdict_names[got]);
	}
}

static void a_complete_header_counts_whatever_the_body_does(void **state)
{
	(void)state;
	static const CURLcode results[] = { CURLE_OK, CURLE_WRITE_ERROR, CURLE_PARTIAL_FILE,
		CURLE_OPERATION_TIMEDOUT, CURLE_RECV_ERROR };
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		assert_int_equal(verdict_of(results[i], 200, true), VERDICT_DELIVERED);
		assert_int_equal(verdict_of(results[i], 410, true), VERDICT_GONE);
		assert_int_equal(verdict_of(results[i], 500, true), VERDICT_LATER);
	}
}

static void an_unfinished_header_is_a_failure_even_when_libcurl_is_content(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(CURLE_OK, 200, false), VERDICT_LATER);
	assert_int_equal(verdict_of(CURLE_OK, 410, false), VERDICT_LATER);
	assert_int_equal(verdict_of(CURLE_OK, 0, false), VERDICT_LATER);
	assert_int_equal(verdict_of(CURLE_RECV_ERROR, 200, false), VERDICT_LATER);
	assert_int_equal(verdict_of(CURLE_OK, 100, true), VERDICT_LATER);
}

static void the_network_is_tried_again_and_a_certificate_is_not(void **state)
{
	(void)state;
	static const struct {
		CURLcode result;
		enum verdict verdict;
	} rows[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, VERDICT_LATER },
		{ CURLE_COULDNT_CONNECT, VERDICT_LATER },
		{ CURLE_OPERATION_TIMEDOUT, VERDICT_LATER },
		{ CURLE_SEND_ERROR, VERDICT_LATER },
		{ CURLE_RECV_ERROR, VERDICT_LATER },
		{ CURLE_GOT_NOTHING, VERDICT_LATER },
		{ CURLE_SSL_CONNECT_ERROR, VERDICT_LATER },
		{ CURLE_WEIRD_SERVER_REPLY, VERDICT_LATER },
		{ CURLE_UNSUPPORTED_PROTOCOL, VERDICT_LATER }, /* an answer without a status line */
		{ CURLE_PEER_FAILED_VERIFICATION, VERDICT_FAULT },
		{ CURLE_SSL_ISSUER_ERROR, VERDICT_FAULT },
		{ CURLE_SSL_INVALIDCERTSTATUS, VERDICT_FAULT },
		{ CURLE_SSL_CACERT_BADFILE, VERDICT_FAULT },
		{ CURLE_URL_MALFORMAT, VERDICT_FAULT },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum verdict got = verdict_of(rows[i].result, 0, false);
		if (got != rows[i].verdict)
			fail_msg(
				"%s is %s", curl_easy_strerror(rows[i].result), verdict_names[got]);
	}
}

static void a_clock_that_is_behind_is_named(void **state)
{
	(void)state;
	char why[VERDICT_WHY_BYTES];
	struct answer answer = { .result = CURLE_PEER_FAILED_VERIFICATION,
		.verified = X509_V_ERR_CERT_NOT_YET_VALID };
	assert_int_equal(classify(&answer, why), VERDICT_FAULT);
	assert_non_null(strstr(why, "clock is behind"));
	answer.verified = X509_V_ERR_CERT_HAS_EXPIRED;
	assert_int_equal(classify(&answer, why), VERDICT_FAULT);
	assert_null(strstr(why, "clock"));
}

static void a_name_server_that_says_nothing_is_not_the_receivers_fault(void **state)
{
	(void)state;
	char why[VERDICT_WHY_BYTES];
	struct answer answer = { .result = CURLE_OPERATION_TIMEDOUT, .no_address = true };
	assert_int_equal(classify(&answer, why), VERDICT_LATER);
	assert_non_null(strstr(why, "no name server answers"));
	answer.no_address = false;
	assert_int_equal(classify(&answer, why), VERDICT_LATER);
	assert_non_null(strstr(why, "it took too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_decides),
		cmocka_unit_test(who_signs_is_told_of_the_secret_too),
		cmocka_unit_test(a_complete_header_counts_whatever_the_body_does),
		cmocka_unit_test(an_unfinished_header_is_a_failure_even_when_libcurl_is_content),
		cmocka_unit_test(the_network_is_tried_again_and_a_certificate_is_not),
		cmocka_unit_test(a_clock_that_is_behind_is_named),
		cmocka_unit_test(a_name_server_that_says_nothing_is_not_the_receivers_fault),
	};
	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
