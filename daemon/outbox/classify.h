/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What an answer, or the lack of one, means for a delivery. One table for all kinds of webhooks. */

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

enum verdict {
	VERDICT_DELIVERED,
	VERDICT_LATER,  /* try again on the schedule */
	VERDICT_FAILED, /* this message will never be taken; the next one may be */
	VERDICT_GONE,   /* the receiver wants no more: the webhook is disabled */
	VERDICT_FAULT,  /* the settings are wrong: nothing is sent until they change */
	VERDICT_COUNT,
};
extern const char *const verdict_names[VERDICT_COUNT];

struct answer {
	CURLcode result;
	long status;          /* HTTP; 0 when there was none */
	bool header_complete; /* the empty line after a header with a final status (200 or more) came in */
	int64_t retry_after_s; /* 0: none */
	bool was_signed;       /* the request, with a secret */
	bool no_address;       /* its time was over before its name was looked up */
	long verified;         /* what OpenSSL says of its certificate, X509_V_OK or an error */
};

#define VERDICT_WHY_BYTES 160u

/* A complete header decides alone, whatever becomes of the body; without one it is a failure even when
 * libcurl is content.
 *
 * ret_why  one sentence for people, without addresses or secrets; "" when delivered */
enum verdict classify(const struct answer *answer, char ret_why[VERDICT_WHY_BYTES]);
