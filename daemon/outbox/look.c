/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/look.h"

#include "base/cleanup.h"
#include "outbox/classify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#define LOOK_MS 4000L /* less than doctor waits for us */

static void cleanup(CURL **easy)
{
	curl_easy_cleanup(*easy);
}

/* As transfer.c has them: what differs would tell of another connection than that of a message. */
static bool set_up(CURL *easy, const char *url)
{
	bool good = true;
	good &= curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http") == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, LOOK_MS) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	return good;
}

static const char *words_of(long verified)
{
	switch (verified) {
	case X509_V_ERR_UNSPECIFIED: /* libcurl looks at the name itself, before the rest */
	case X509_V_OK:
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "its certificate is for another name";
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "its certificate has expired (or this machine's clock is wrong)";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "its certificate is not valid yet (or this machine's clock is wrong)";
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return "it signed its certificate itself, and this machine does not trust that";
	default:
		return "the issuer of its certificate is not trusted by this machine";
	}
}

int outbox_look(const char *url, char ret_why[LOOK_WHY_BYTES])
{
	CLEANUP(cleanup) CURL *easy = curl_easy_init();
	long verified = 0;
	ret_why[0] = '\0';
	if (!easy)
		return -ENOMEM;
	if (!set_up(easy, url))
		return -EINVAL;
	CURLcode result = curl_easy_perform(easy);
	if (result == CURLE_OK)
		return 0;
	if (result == CURLE_PEER_FAILED_VERIFICATION) {
		(void)curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
		(void)snprintf(ret_why, LOOK_WHY_BYTES, "%s", words_of(verified));
		return -EACCES;
	}
	const struct answer answer = { .result = result };
	(void)classify(&answer, ret_why);
	return -EHOSTUNREACH;
}
