/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One HTTP/1.1 request as the test receiver sees it. */

#include <stddef.h>

#define REQUEST_MAX_BYTES ((size_t)256 * 1024)

/* The headers that matter; "" where the request has none. */
enum request_header {
	HEADER_WEBHOOK_ID,
	HEADER_WEBHOOK_TIMESTAMP,
	HEADER_WEBHOOK_SIGNATURE,
	HEADER_SEQUENCE_ID,
	HEADER_TITLE,
	HEADER_AUTHORIZATION,
	HEADER_CONTENT_TYPE,
	HEADER_CONTENT_LENGTH,
	HEADER_USER_AGENT,
	HEADER_COUNT,
};

struct request {
	char method[16], path[512];
	char headers[HEADER_COUNT][1024];
	const char *body; /* inside the bytes that were parsed */
	size_t body_size;
};

/* Returns 0; -EAGAIN when more bytes are needed; -EBADMSG; -EMSGSIZE. */
int request_parse(const char *bytes, size_t size, struct request *ret);
