/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Addresses of webhooks, taken apart strictly: what is accepted here means the same to libcurl. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_MAX 2048u

struct url {
	bool https;       /* else http */
	const char *host; /* borrowed, not terminated; an IPv6 address without its brackets */
	size_t host_size;
	uint16_t port;    /* 0: the scheme's own */
	const char *path; /* borrowed: from the first '/', '?' or '#' to the end; may be "" */
};

/* Takes http:// and https:// addresses without a user.
 *
 * ret_why  a literal: what is wrong and what would be right; NULL when not wanted
 * Returns 0; -EINVAL. */
int url_parse(const char *text, struct url *ret, const char **ret_why);

/* localhost, 127.0.0.0/8, [::1] */
bool url_is_loopback(const struct url *url);

/* The topic of https://host/topic: the whole path, 1 to 64 of [-_A-Za-z0-9]. NULL when it is none. */
const char *url_ntfy_topic(const struct url *url);
