/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/classify.h"

#include "base/cleanup.h"

#include <stdio.h>

#include <openssl/x509_vfy.h>

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

/* What passes, in words of ours: libcurl's change from one version to the next. */
static const struct {
	CURLcode result;
	const char *what;
} troubles[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, "its name was not found" },
	{ CURLE_COULDNT_CONNECT, "nothing listens at its address and port" },
	{ CURLE_OPERATION_TIMEDOUT, "it took too long" },
	{ CURLE_SSL_CONNECT_ERROR, "an encrypted connection could not be made" },
	{ CURLE_GOT_NOTHING, "it closed the connection without a word" },
	{ CURLE_UNSUPPORTED_PROTOCOL, "what came back was not HTTP" },
	{ CURLE_WEIRD_SERVER_REPLY, "what came back was not HTTP" },
};

static const char *trouble(CURLcode result)
{
	for (size_t i = 0; i < ARRAY_SIZE(troubles); i++)
		if (troubles[i].result == result)
			return troubles[i].what;
	/* libcurl's names of its errors hold no addresses; its error buffer would */
	return curl_easy_strerror(result);
}

/* In words for the two settings that a receiver can be against. */
static const char *words_of(long status, bool was_signed, const char *what)
{
	if (was_signed && status == 401)
		return "it refuses the signature or the token: check secret_file and token_file";
	if (was_signed && status == 403)
		return "it forbids this: check url, secret_file and token_file";
	return what;
}

static enum verdict by_status(const struct answer *answer, char why[VERDICT_WHY_BYTES])
{
	long status = answer->status;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (status < statuses[i].first || status > statuses[i].last)
			continue;
		if (statuses[i].verdict == VERDICT_DELIVERED)
			why[0] = '\0';
		else
			(void)snprintf(why, VERDICT_WHY_BYTES, "the receiver answered %ld: %s",
				status, words_of(status, answer->was_signed, statuses[i].what));
		return statuses[i].verdict;
	}
	(void)snprintf(why, VERDICT_WHY_BYTES,
		"the receiver answered %ld, which HTTP does not know", status);
	return VERDICT_LATER;
}

/* Most likely a clock that is behind, as on a machine that keeps none while it is off. */
static bool is_too_early(const struct answer *answer)
{
	return answer->result == CURLE_PEER_FAILED_VERIFICATION &&
	       answer->verified == X509_V_ERR_CERT_NOT_YET_VALID;
}

static enum verdict by_result(const struct answer *answer, char why[VERDICT_WHY_BYTES])
{
	if (is_too_early(answer)) {
		(void)snprintf(why, VERDICT_WHY_BYTES,
			"no connection to the receiver: its certificate is not valid yet; most "
			"likely this machine's clock is behind");
		return VERDICT_FAULT;
	}
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (answer->result == faults[i].result) {
			(void)snprintf(why, VERDICT_WHY_BYTES, "no connection to the receiver: %s",
				faults[i].what);
			return VERDICT_FAULT;
		}
	if (answer->status != 0 || answer->result == CURLE_OK)
		(void)snprintf(why, VERDICT_WHY_BYTES,
			"the receiver's answer broke off inside its header");
	else
		(void)snprintf(why, VERDICT_WHY_BYTES, "no answer from the receiver: %s",
			answer->no_address && answer->result == CURLE_OPERATION_TIMEDOUT
				? "its name was not found in time, no name server answers"
				: trouble(answer->result));
	return VERDICT_LATER;
}

enum verdict classify(const struct answer *answer, char ret_why[VERDICT_WHY_BYTES])
{
	if (answer->header_complete && answer->status >= 200)
		return by_status(answer, ret_why);
	return by_result(answer, ret_why);
}
