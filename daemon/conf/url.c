/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/url.h"

#include "base/num.h"
#include "conf/conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static int refuse(const char **ret_why, const char *why)
{
	if (ret_why)
		*ret_why = why;
	return -EINVAL;
}

static const char *bad_letters(const char *text)
{
	if (strlen(text) > URL_MAX)
		return "the address is longer than 2048 bytes";
	if (*text == '"' || *text == '\'')
		return "write the address without quotes";
	for (const char *c = text; *c; c++) {
		if (*c == ' ' || *c == '\t')
			return "an address has no blanks; write them as %20";
		if (*c < 0x21 || *c > 0x7e)
			return "an address is plain ASCII; write other letters as %XX";
	}
	return NULL;
}

/* host or host:port; digits, letters, dots, hyphens and underscores, or an IPv6 address in brackets. */
static const char *authority(const char *text, size_t size, struct url *ret)
{
	const char *host = text, *rest;
	if (memchr(text, '@', size))
		return "a user and password do not belong into the address; put a token into a "
		       "file and "
		       "name it with token_file";
	if (size && *text == '[') {
		const char *close = memchr(text, ']', size);
		if (!close)
			return "the IPv6 address has no ] at its end";
		host = text + 1;
		ret->host_size = (size_t)(close - host);
		rest = close + 1;
		char address[INET6_ADDRSTRLEN];
		struct in6_addr parsed;
		if (ret->host_size >= sizeof address)
			return "the IPv6 address is not one";
		memcpy(address, host, ret->host_size);
		address[ret->host_size] = '\0';
		if (inet_pton(AF_INET6, address, &parsed) != 1)
			return "the IPv6 address is not one";
	} else {
		ret->host_size = strspn(host, LETTERS DIGITS ".-_");
		if (ret->host_size > size)
			ret->host_size = size;
		rest = host + ret->host_size;
	}
	if (!ret->host_size || ret->host_size > 253)
		return "the address names no host; it looks like https://host/path";
	ret->host = host;
	size_t left = (size_t)(text + size - rest);
	if (!left)
		return NULL;
	int64_t port;
	if (*rest != ':' || left > 6 || num_int(rest + 1, left - 1, 1, 65535, &port) < 0)
		return "behind the host stands neither a port (1 to 65535) nor a path";
	ret->port = (uint16_t)port;
	return NULL;
}

int url_parse(const char *text, struct url *ret, const char **ret_why)
{
	const char *why = bad_letters(text);
	if (why)
		return refuse(ret_why, why);
	struct url url = { 0 };
	if (strncasecmp(text, "https://", 8) == 0) {
		url.https = true;
		text += 8;
	} else if (strncasecmp(text, "http://", 7) == 0) {
		text += 7;
	} else {
		return refuse(ret_why, "an address begins with https://");
	}
	size_t size = strcspn(text, "/?#");
	why = authority(text, size, &url);
	if (why)
		return refuse(ret_why, why);
	url.path = text + size;
	*ret = url;
	return 0;
}

bool url_is_loopback(const struct url *url)
{
	char host[INET6_ADDRSTRLEN];
	if (url->host_size >= sizeof host)
		return false;
	memcpy(host, url->host, url->host_size);
	host[url->host_size] = '\0';
	if (strcasecmp(host, "localhost") == 0)
		return true;
	struct in_addr four;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	struct in6_addr six;
	return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

const char *url_ntfy_topic(const struct url *url)
{
	if (url->path[0] != '/')
		return NULL;
	const char *topic = url->path + 1;
	size_t size = strspn(topic, LETTERS DIGITS "-_");
	return size && size <= 64 && !topic[size] ? topic : NULL;
}

/* What may be shown of a text that is no address: its scheme and host, if they cannot be anything else. */
static void mask_odd(const char *text, char ret[CONF_MASKED_BYTES])
{
	size_t scheme = strspn(text, LETTERS);
	scheme = strncmp(text + scheme, "://", 3) == 0 ? scheme + 3 : 0;
	const char *host = text + scheme;
	size_t size = strspn(host, LETTERS DIGITS ".-_:[]");
	const char *rest = host + size;
	bool user = strchr(rest, '@') != NULL;
	bool is_host = size && memchr(host, '.', size) && (*rest == '/' || !*rest);
	if (scheme + size > 250 || user || !is_host)
		size = 0;
	if (scheme > 12)
		scheme = 0;
	(void)snprintf(ret, CONF_MASKED_BYTES, "%.*s%.*s%s", (int)scheme, text, (int)size, host,
		size ? *rest ? "/…" : "" : "…");
}

char *conf_mask_url(const char *url, char ret[CONF_MASKED_BYTES])
{
	struct url parts;
	if (url_parse(url, &parts, NULL) < 0) {
		mask_odd(url, ret);
		return ret;
	}
	bool more = *parts.path && strcmp(parts.path, "/") != 0;
	(void)snprintf(ret, CONF_MASKED_BYTES, "%.*s%s", (int)(parts.path - url), url,
		more ? "/…" : parts.path);
	return ret;
}
