/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A small world around the real outbox: a real store in a temporary folder, a receiver process on
 * loopback, a test clock. */

#include "support/test.h"

#include "outbox/outbox.h"
#include "store/store_outbox.h"

#include <jansson.h>
#include <sys/types.h>

#define WORLD_START_MS INT64_C(1777788764000) /* 2026-05-03T06:12:44Z */
#define WORLD_HOOKS_MAX 2u
#define SECRET_LINE "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define TOKEN_LINE "tk_neverlogthistoken"
#define URL_SECRET "neverlogthispath"

struct world {
	char dir[64], clock_path[96], log_path[96], secret_path[96], token_path[96],
		errors_path[96];
	pid_t receiver; /* 0: none */
	unsigned port;
	int64_t now_ms;
	struct clock_source clock;
	sd_event *event;
	struct store *store;
	struct conf conf;
	struct conf_webhook hooks[WORLD_HOOKS_MAX];
	char urls[WORLD_HOOKS_MAX][160];
	struct outbox *outbox;
};

/* One generic webhook "phone", unsigned, at the receiver. script: what the receiver does; NULL: no
 * receiver, but a port that nobody listens on. with_secret: requests are signed, and it checks that. */
void world_begin(struct world *w, const char *script, bool with_secret);
/* Also checks that nothing secret was logged. */
void world_end(struct world *w);

void world_start_receiver(struct world *w, const char *script, bool with_secret);
void world_stop_receiver(struct world *w);
void world_set_clock(struct world *w, int64_t now_ms);
void world_write(const char *path, const char *text);

/* Path of the webhook's address: "http://127.0.0.1:PORT/NAME" and so on. */
void world_set_url(struct world *w, size_t hook, const char *scheme_and_host, const char *path);

/* Decides an event that every webhook is told of; number makes the id. */
void world_put(struct world *w, unsigned number, const char *type, int64_t expires_ms);

/* outbox_wake() and the loop until nothing is under way. */
void world_run(struct world *w);
/* outbox_reload() with the settings as they are now, and world_run(). */
void world_reload(struct world *w);
/* world_run() after moving the clock to when the next attempt is due. */
void world_run_next(struct world *w);

/* The nth delivery, oldest first (from 0). */
void world_expect_state(struct world *w, size_t n, enum delivery_state state, uint32_t attempts);
int64_t world_next_ms(struct world *w, size_t n);
void world_expect_standing(struct world *w, enum webhook_standing standing);

/* What the receiver wrote: an array, a borrowed string of one of its rows. */
json_t *world_log(const struct world *w);
const char *log_text(const json_t *log, size_t row, const char *name);
/* The numbers of the events in the order in which they came in, like "1 1 2". */
void world_expect_order(const struct world *w, const char *expected);
