/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/transfer.h"

#include "base/cleanup.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct transfer {
	CURL *easy;
	struct webhook_request request;
	size_t limit_bytes, header_bytes, body_bytes;
	bool header_complete;
};

static bool is_loopback(const struct curl_sockaddr *address)
{
	switch (address->family) {
	case AF_INET: {
		struct sockaddr_in four;
		memcpy(&four, &address->addr, sizeof four);
		return ntohl(four.sin_addr.s_addr) >> 24 == 127;
	}
	case AF_INET6: {
		struct sockaddr_in6 six;
		memcpy(&six, (const void *)&address->addr, sizeof six);
		return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
	}
	default:
		return false;
	}
}

/* The last word on where an unencrypted request goes: a name may resolve to anything. libcurl's own
 * sockets would also be inherited by the helpers. */
static curl_socket_t on_open_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct transfer *t = userdata;
	if (purpose != CURLSOCKTYPE_IPCXN || (t->request.loopback_only && !is_loopback(address)))
		return CURL_SOCKET_BAD;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* The empty line ends a header; that of an interim answer (1xx) is followed by another one. */
static size_t on_header(char *line, size_t size, size_t count, void *userdata)
{
	struct transfer *t = userdata;
	size_t n = size * count;
	t->header_bytes += n;
	if (t->header_bytes > t->limit_bytes)
		return 0;
	bool empty = (n == 2 && memcmp(line, "\r\n", 2) == 0) || (n == 1 && *line == '\n');
	long status = 0;
	if (empty && curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
		status >= 200)
		t->header_complete = true;
	return n;
}

/* What the receiver says beyond its header is read, so that it is not cut off rudely, and dropped. */
static size_t on_body(const char *bytes, size_t size, size_t count, void *userdata)
{
	(void)bytes;
	struct transfer *t = userdata;
	t->body_bytes += size * count;
	return t->body_bytes > t->limit_bytes ? 0 : size * count;
}

static bool set_request(struct transfer *t)
{
	bool good = true;
	CURL *easy = t->easy;
	good &= curl_easy_setopt(easy, CURLOPT_URL, t->request.url) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->request.body) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)t->request.body_size) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->request.headers) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
			strncasecmp(t->request.url, "https:", 6) == 0 ? "https" : "http") ==
		CURLE_OK;
	return good;
}

static bool set_manners(struct transfer *t, const struct outbox_limits *limits)
{
	bool good = true;
	CURL *easy = t->easy;
	good &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	/* a name server that does not answer must not hold the loop when the time is up */
	good &= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_ms) ==
		CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)limits->request_ms) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ==
		CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
	return good;
}

static bool set_callbacks(struct transfer *t, void *owner)
{
	bool good = true;
	CURL *easy = t->easy;
	good &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_HEADERDATA, t) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK;
	good &= curl_easy_setopt(easy, CURLOPT_PRIVATE, owner) == CURLE_OK;
	return good;
}

static int set_up(struct transfer *t, const struct outbox_limits *limits, void *owner)
{
	t->limit_bytes = limits->answer_bytes;
	t->easy = curl_easy_init();
	if (!t->easy)
		return -ENOMEM;
	if (!set_request(t) || !set_manners(t, limits) || !set_callbacks(t, owner))
		return -EINVAL;
	return 0;
}

static void transfer_freep(struct transfer **transfer)
{
	transfer_free(*transfer);
}

int transfer_new(struct webhook_request *request, const struct outbox_limits *limits, void *owner,
	struct transfer **ret)
{
	CLEANUP(transfer_freep) struct transfer *t = calloc(1, sizeof *t);
	if (!t) {
		webhook_request_done(request);
		return -ENOMEM;
	}
	t->request = *request;
	*request = (struct webhook_request) { 0 };
	int r = set_up(t, limits, owner);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(t);
	return 0;
}

struct transfer *transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return NULL;
	curl_easy_cleanup(transfer->easy);
	webhook_request_done(&transfer->request);
	free(transfer);
	return NULL;
}

CURL *transfer_handle(struct transfer *transfer)
{
	return transfer->easy;
}

void *transfer_owner(CURL *handle)
{
	char *owner = NULL;
	(void)curl_easy_getinfo(handle, CURLINFO_PRIVATE, &owner);
	return owner;
}

struct answer transfer_answer(const struct transfer *transfer, CURLcode result)
{
	struct answer answer = { .result = result, .header_complete = transfer->header_complete };
	curl_off_t retry_after_s = 0, lookup_usec = 1;
	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer.status);
	if (curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after_s) == CURLE_OK)
		answer.retry_after_s = retry_after_s;
	(void)curl_easy_getinfo(transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup_usec);
	answer.no_address = lookup_usec == 0;
	(void)curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &answer.verified);
	return answer;
}
