/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the daemon says went wrong, and what the command advises, are worded in two places. */
#include "support/test.h"

#include "cli/webhook_advice.h"
#include "outbox/classify.h"

#include <string.h>

static const char *advice_for(CURLcode result, long status, enum webhook_type type)
{
	struct answer answer = {
		.result = result, .status = status, .header_complete = status != 0
	};
	char why[VERDICT_WHY_BYTES];
	(void)classify(&answer, why);
	return webhook_advice(why, type);
}

static void every_answer_that_is_no_success_has_an_advice_of_its_own(void **state)
{
	(void)state;
	const char *unknown = webhook_advice(NULL, WEBHOOK_TYPE_GENERIC);
	for (long status = 300; status < 700; status++)
		for (int type = 0; type < WEBHOOK_TYPE_COUNT; type++)
			if (advice_for(CURLE_OK, status, (enum webhook_type)type) == unknown)
				fail_msg("%ld has no advice", status);
}

static void every_fault_of_the_way_there_has_an_advice_of_its_own(void **state)
{
	(void)state;
	static const CURLcode results[] = { CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
		CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING,
		CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM,
		CURLE_SSL_CACERT_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_WEIRD_SERVER_REPLY,
		CURLE_UNSUPPORTED_PROTOCOL, CURLE_OK };
	const char *unknown = webhook_advice("", WEBHOOK_TYPE_GENERIC);
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
		if (advice_for(results[i], 0, WEBHOOK_TYPE_GENERIC) == unknown)
			fail_msg("%s has no advice", curl_easy_strerror(results[i]));
}

static void the_advice_fits_the_answer(void **state)
{
	(void)state;
	static const struct {
		CURLcode result;
		long status;
		const char *word;
	} rows[] = {
		{ CURLE_OK, 301, "browser" },
		{ CURLE_OK, 401, "token" },
		{ CURLE_OK, 403, "may do" },
		{ CURLE_OK, 404, "compare it" },
		{ CURLE_OK, 410, "closed" },
		{ CURLE_OK, 429, "tries again" },
		{ CURLE_OK, 503, "tries again" },
		{ CURLE_COULDNT_CONNECT, 0, "firewall" },
		{ CURLE_COULDNT_RESOLVE_HOST, 0, "host in url" },
		{ CURLE_PEER_FAILED_VERIFICATION, 0, "certificate" },
		{ CURLE_SSL_CONNECT_ERROR, 0, "https" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (!strstr(advice_for(rows[i].result, rows[i].status, WEBHOOK_TYPE_GENERIC),
			    rows[i].word))
			fail_msg("row %zu does not say %s", i, rows[i].word);
	assert_string_not_equal(advice_for(CURLE_OK, 401, WEBHOOK_TYPE_GENERIC),
		advice_for(CURLE_OK, 401, WEBHOOK_TYPE_NTFY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_that_is_no_success_has_an_advice_of_its_own),
		cmocka_unit_test(every_fault_of_the_way_there_has_an_advice_of_its_own),
		cmocka_unit_test(the_advice_fits_the_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
