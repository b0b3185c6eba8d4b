/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One connection to the test receiver: a request is read, then what the script says is done with it. */

#include "support/receiver_request.h"
#include "support/receiver_script.h"

#include <stdint.h>

enum line_state {
	LINE_READING,
	LINE_WAITING, /* until due_ms, then it answers */
	LINE_WRITING,
	LINE_HANGING, /* open, nothing more is said */
	LINE_CLOSED,
};

struct line {
	enum line_state state;
	int fd;
	char *in; /* owned */
	size_t in_size;
	char out[4096];
	size_t out_size, out_sent;
	int64_t due_ms; /* monotonic */
	struct act act;
};

/* Called once a request is whole; returns what is to be done. */
typedef struct act (*line_request_fn)(const struct request *request, void *userdata);

/* Takes fd. Returns 0; -ENOMEM. */
int line_open(int fd, struct line *ret);
void line_close(struct line *line);

/* What poll() should wait for. */
short line_events(const struct line *line);

/* Goes on as far as it can without blocking. */
void line_step(struct line *line, short revents, int64_t now_ms, line_request_fn on_request,
	void *userdata);
