/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/receiver_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const header_names[HEADER_COUNT] = {
	[HEADER_WEBHOOK_ID] = "webhook-id",
	[HEADER_WEBHOOK_TIMESTAMP] = "webhook-timestamp",
	[HEADER_WEBHOOK_SIGNATURE] = "webhook-signature",
	[HEADER_SEQUENCE_ID] = "X-Sequence-ID",
	[HEADER_TITLE] = "X-Title",
	[HEADER_AUTHORIZATION] = "Authorization",
	[HEADER_CONTENT_TYPE] = "Content-Type",
	[HEADER_CONTENT_LENGTH] = "Content-Length",
	[HEADER_USER_AGENT] = "User-Agent",
};

static int copy(const char *from, size_t size, char *ret, size_t capacity)
{
	if (size >= capacity || memchr(from, '\0', size))
		return -EBADMSG;
	memcpy(ret, from, size);
	ret[size] = '\0';
	return 0;
}

static int request_line(const char *line, size_t size, struct request *request)
{
	const char *space = memchr(line, ' ', size);
	if (!space)
		return -EBADMSG;
	const char *path = space + 1, *end = line + size;
	const char *last = memchr(path, ' ', (size_t)(end - path));
	if (!last || *path != '/' || end - last < 9 || strncmp(last + 1, "HTTP/1.", 7) != 0)
		return -EBADMSG;
	if (copy(line, (size_t)(space - line), request->method, sizeof request->method) < 0)
		return -EBADMSG;
	return copy(path, (size_t)(last - path), request->path, sizeof request->path);
}

static int header_line(const char *line, size_t size, struct request *request)
{
	const char *colon = memchr(line, ':', size);
	if (!colon || colon == line)
		return -EBADMSG;
	size_t name_size = (size_t)(colon - line);
	const char *value = colon + 1, *end = line + size;
	while (value < end && *value == ' ')
		value++;
	for (size_t i = 0; i < HEADER_COUNT; i++) {
		const char *name = header_names[i];
		if (strlen(name) == name_size && strncasecmp(name, line, name_size) == 0)
			return copy(value, (size_t)(end - value), request->headers[i],
				sizeof request->headers[i]);
	}
	return 0;
}

int request_parse(const char *bytes, size_t size, struct request *ret)
{
	const char *end = memmem(bytes, size, "\r\n\r\n", 4);
	if (!end)
		return size < REQUEST_MAX_BYTES ? -EAGAIN : -EMSGSIZE;
	*ret = (struct request) { 0 };
	int r = 0;
	for (const char *line = bytes; r >= 0 && line < end;) {
		const char *stop = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
		size_t length = (size_t)(stop - line);
		r = line == bytes ? request_line(line, length, ret)
				  : header_line(line, length, ret);
		line = stop + 2;
	}
	if (r < 0)
		return r;
	const char *length_text = ret->headers[HEADER_CONTENT_LENGTH];
	char *rest = NULL;
	unsigned long length = strtoul(length_text, &rest, 10);
	if (*rest || length > REQUEST_MAX_BYTES)
		return -EMSGSIZE;
	ret->body = end + 4;
	ret->body_size = length;
	return (size_t)(bytes + size - ret->body) < length ? -EAGAIN : 0;
}
