/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/webhook_advice.h"

#include "base/cleanup.h"

#include <string.h>

/* The first row whose words are in the reason decides. */
static const struct {
	const char *words;
	const char *generic;
	const char *ntfy; /* NULL: the same */
} rows[] = {
	{ "secret_file: ",
		"mend that file: one line, whsec_ and the base64 of 24 to 64 bytes, "
		"which kneadd's user may read",
		NULL },
	{ "token_file: ", "mend that file: one line with the token, which kneadd's user may read",
		NULL },
	{ "answered 3", "it is where a browser ends up", NULL },
	{ "answered 401",
		"compare key and token with what it expects; it must want no user and password",
		"the topic wants a token, or another one: put the right one into token_file" },
	{ "answered 403", "see there what the key or the token may do",
		"this topic is not open to you: choose another one, or a token that may write to "
		"it" },
	{ "answered 404", "compare it with the address that the receiver shows",
		"there is no ntfy at this address: check the server's name in url" },
	{ "answered 408", "the receiver is slow; kneadd tries again by itself", NULL },
	{ "answered 410",
		"the receiver has closed this address for good: make a new one there and change "
		"url",
		NULL },
	{ "answered 413", "raise its limit to 20 kB", NULL },
	{ "answered 425", "the receiver is not ready; kneadd tries again by itself", NULL },
	{ "answered 429", "kneadd tries again by itself, when the receiver wants", NULL },
	{ "answered 4",
		"the receiver does not understand Standard Webhooks at this address: check "
		"url and type",
		"the server does not take this topic: check url, and that type = ntfy is right" },
	{ "answered 5", "kneadd tries again by itself", NULL },
	{ "which HTTP does not know", "what answers there is no web server: check url", NULL },
	{ "broke off inside its header",
		"the receiver, or a proxy before it, hung up; kneadd tries again by itself", NULL },
	{ "ertificate",
		"have the certificate mended there (or its issuer added here with "
		"update-ca-certificates), and see that this machine's clock is right",
		NULL },
	{ "its name was not found",
		"check the host in url, and the network: getent hosts and the host's name", NULL },
	{ "nothing listens",
		"check host and port in url, that the server runs, and that no firewall is between",
		NULL },
	{ "took too long",
		"the server is slow, or a firewall swallows the connection; kneadd tries again by "
		"itself",
		NULL },
	{ "encrypted connection", "check the port in url: what listens there may not speak https",
		NULL },
	{ "without a word", "what listens there hangs up: check the port in url", NULL },
	{ "was not HTTP", "what listens there is no web server: check the port in url", NULL },
};

const char *webhook_advice(const char *why, enum webhook_type type)
{
	for (size_t i = 0; why && i < ARRAY_SIZE(rows); i++)
		if (strstr(why, rows[i].words))
			return type == WEBHOOK_TYPE_NTFY && rows[i].ntfy ? rows[i].ntfy
									 : rows[i].generic;
	return "check url with knead config show; kneadd's journal may say more";
}
