/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Places originals in the feed folder (import/feed.h) while the loop goes on: the folder may lie on a network that does
 * not answer. The helper lives while something waits, and a timer runs only while an answer is awaited. */

#include "conf/conf.h"
#include "store/store.h"

#include <systemd/sd-event.h>

struct feeder;

/* All borrowed. Something may wait already. Returns 0; -ENOMEM. */
int feeder_new(sd_event *event, struct store *store, struct feeder **ret);
struct feeder *feeder_free(struct feeder *feeder);

/* Something may wait, or what was in the way may be gone. */
void feeder_touch(struct feeder *feeder);

/* The settings are others: what is under way is given up, and begins again. */
void feeder_reload(struct feeder *feeder);

/* Nothing else is to do: the time for it. */
void feeder_settle(struct feeder *feeder, const struct conf *conf);
