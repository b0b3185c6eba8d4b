/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Brings what was decided to the phone: takes deliveries from the store, sends them, records how it went.
 *
 * The state of a delivery is its row: a crash at any instant resumes from there, with the same id, by
 * which the receiver knows a repetition. One delivery at a time per webhook, in order of creation; one
 * that waits for its next attempt holds the later ones back. While nothing is to be sent there is
 * neither a timer nor a handle of libcurl. */

#include "conf/conf.h"
#include "outbox/transfer.h"
#include "store/store.h"
#include "util/clock.h"

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#define OUTBOX_NEVER_MS INT64_MAX

struct outbox;

/* Everything is borrowed and must outlive the outbox (conf until outbox_reload()). Sends nothing before
 * the first outbox_wake(). Returns 0; -ENOMEM; what sd_event says. */
int outbox_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, struct outbox **ret);

/* Requests under way are given up; their rows stay as they are and are sent again. Returns NULL. */
struct outbox *outbox_free(struct outbox *outbox);

static inline void outbox_freep(struct outbox **outbox)
{
	outbox_free(*outbox);
}

/* Looks at the rows: expires what is too late, starts what is due, sets the timer for the rest. Call it at
 * start, after every commit or nudge, and with a test clock whenever that moved (there is then no timer). */
void outbox_wake(struct outbox *outbox);

/* Other settings. A webhook whose section or secret files changed is no longer faulty or disabled. Calls
 * outbox_wake(). */
void outbox_reload(struct outbox *outbox, const struct conf *conf);

/* For tests, which cannot wait half a minute. */
void outbox_set_limits(struct outbox *outbox, const struct outbox_limits *limits);

/* A request is under way, or its result is not recorded yet. */
bool outbox_is_busy(const struct outbox *outbox);

/* When the next waiting delivery is due or expires, by the clock of outbox_new(); OUTBOX_NEVER_MS: none
 * waits. */
int64_t outbox_next_ms(const struct outbox *outbox);
