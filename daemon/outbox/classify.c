/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/classify.h"

#include "base/cleanup.h"

#include <stdio.h>

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_DELIVERED] = "delivered",
	[VERDICT_LATER] = "later",
	[VERDICT_FAILED] = "failed",
	[VERDICT_GONE] = "gone",
	[VERDICT_FAULT] = "fault",
};

/* The first row that holds the status decides (RFC 9110 section 15, RFC 6585). */
static const struct {
	long first, last;
	enum verdict verdict;
	const char *what;
} statuses[] = {
	{ 200, 299, VERDICT_DELIVERED, "" },
	{ 300, 399, VERDICT_FAULT,
		"a redirect, which is not followed: put the final address into url" },
	{ 401, 401, VERDICT_FAULT, "it refuses the token: check token_file" },
	{ 403, 403, VERDICT_FAULT, "it forbids this: check url and token_file" },
	{ 408, 408, VERDICT_LATER, "the request took too long" },
	{ 410, 410, VERDICT_GONE, "it wants no more messages" },
	{ 413, 413, VERDICT_FAILED, "the message is too large for it" },
	{ 404, 404, VERDICT_FAILED, "there is no such address: check url" },
	{ 425, 425, VERDICT_LATER, "too early" },
	{ 429, 429, VERDICT_LATER, "too many requests" },
	{ 400, 499, VERDICT_FAILED, "it does not take this message" },
	{ 500, 599, VERDICT_LATER, "a fault on its side" },
};

/* What the settings, and not the network, are to blame for. */
static const struct {
	CURLcode result;
	const char *what;
} faults[] = {
	{ CURLE_PEER_FAILED_VERIFICATION, "its certificate is not trusted or is for another name" },
	{ CURLE_SSL_ISSUER_ERROR, "the issuer of its certificate is not trusted" },
	{ CURLE_SSL_INVALIDCERTSTATUS, "its certificate is not valid" },
	{ CURLE_SSL_CERTPROBLEM, "a certificate cannot be used" },
	{ CURLE_SSL_CACERT_BADFILE, "this machine's trusted certificates cannot be read" },
	{ CURLE_URL_MALFORMAT, "url is not an address" },
};

static enum verdict by_status(long status, char why[VERDICT_WHY_BYTES])
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (status < statuses[i].first || status > statuses[i].last)
			continue;
		if (statuses[i].verdict == VERDICT_DELIVERED)
			why[0] = '\0';
		else
			(void)snprintf(why, VERDICT_WHY_BYTES, "the receiver answered %ld: %s",
				status, statuses[i].what);
		return statuses[i].verdict;
	}
	(void)snprintf(why, VERDICT_WHY_BYTES,
		"the receiver answered %ld, which HTTP does not know", status);
	return VERDICT_LATER;
}

static enum verdict by_result(const struct answer *answer, char why[VERDICT_WHY_BYTES])
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (answer->result == faults[i].result) {
			(void)snprintf(why, VERDICT_WHY_BYTES, "no connection to the receiver: %s",
				faults[i].what);
			return VERDICT_FAULT;
		}
	if (answer->status != 0 || answer->result == CURLE_OK)
		(void)snprintf(why, VERDICT_WHY_BYTES,
			"the receiver's answer broke off inside its header");
	else /* libcurl's names of its errors hold no addresses; its error buffer would */
		(void)snprintf(why, VERDICT_WHY_BYTES, "no answer from the receiver: %s",
			curl_easy_strerror(answer->result));
	return VERDICT_LATER;
}

enum verdict classify(const struct answer *answer, char ret_why[VERDICT_WHY_BYTES])
{
	if (answer->header_complete && answer->status >= 200)
		return by_status(answer->status, ret_why);
	return by_result(answer, ret_why);
}
