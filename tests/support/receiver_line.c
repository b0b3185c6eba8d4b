/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/receiver_line.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int line_open(int fd, struct line *ret)
{
	*ret = (struct line) { .fd = fd, .in = malloc(2 * REQUEST_MAX_BYTES) };
	if (ret->in)
		return 0;
	(void)close(fd);
	return -ENOMEM;
}

void line_close(struct line *line)
{
	if (line->act.kind == ACT_RESET) { /* closing with something to linger on sends a RST */
		struct linger none = { .l_onoff = 1, .l_linger = 0 };
		(void)setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	}
	(void)close(line->fd);
	free(line->in);
	*line = (struct line) { .state = LINE_CLOSED, .fd = -1 };
}

short line_events(const struct line *line)
{
	if (line->state == LINE_WRITING)
		return POLLOUT;
	return POLLIN; /* while waiting: to see that the sender went away */
}

static void begin_answer(struct line *line)
{
	line->out_size = act_answer(&line->act, line->out, sizeof line->out);
	line->state = LINE_WRITING;
}

static void begin_act(struct line *line, int64_t now_ms)
{
	switch (line->act.kind) {
	case ACT_SLOW:
		line->due_ms = now_ms + line->act.slow_s * 1000;
		line->state = LINE_WAITING;
		return;
	case ACT_SILENT:
		line->state = LINE_HANGING;
		return;
	case ACT_CLOSE:
	case ACT_RESET:
		line_close(line);
		return;
	case ACT_STATUS:
	case ACT_ENDLESS:
	case ACT_BODYHANG:
	case ACT_BODYCUT:
	case ACT_HEADERCUT:
		begin_answer(line);
		return;
	}
}

static void read_request(
	struct line *line, int64_t now_ms, line_request_fn on_request, void *userdata)
{
	ssize_t n = recv(line->fd, line->in + line->in_size, 2 * REQUEST_MAX_BYTES - line->in_size,
		MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		line_close(line);
		return;
	}
	line->in_size += (size_t)n;
	struct request request;
	int r = request_parse(line->in, line->in_size, &request);
	if (r == -EAGAIN && line->in_size < 2 * REQUEST_MAX_BYTES)
		return;
	line->act = r < 0 ? (struct act) { .status = 400, .word = "400" }
			  : on_request(&request, userdata);
	begin_act(line, now_ms);
}

static void write_answer(struct line *line)
{
	ssize_t n = send(line->fd, line->out + line->out_sent, line->out_size - line->out_sent,
		MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			line_close(line);
		return;
	}
	line->out_sent += (size_t)n;
	if (line->out_sent < line->out_size)
		return;
	switch (line->act.kind) {
	case ACT_ENDLESS:
		memset(line->out, 'x', sizeof line->out);
		line->out_size = sizeof line->out;
		line->out_sent = 0;
		return;
	case ACT_BODYHANG:
		line->state = LINE_HANGING;
		return;
	default:
		line_close(line);
	}
}

/* While nothing is to be read: the sender has gone when there is an end or an error. */
static void look_for_end(struct line *line)
{
	char byte;
	ssize_t n = recv(line->fd, &byte, 1, MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		line_close(line);
}

void line_step(struct line *line, short revents, int64_t now_ms, line_request_fn on_request,
	void *userdata)
{
	switch (line->state) {
	case LINE_READING:
		if (revents)
			read_request(line, now_ms, on_request, userdata);
		return;
	case LINE_WAITING:
		if (now_ms >= line->due_ms)
			begin_answer(line);
		else if (revents)
			look_for_end(line);
		return;
	case LINE_WRITING:
		if (revents)
			write_answer(line);
		return;
	case LINE_HANGING:
		if (revents)
			look_for_end(line);
		return;
	case LINE_CLOSED:
		return;
	}
}
