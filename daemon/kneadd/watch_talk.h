/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is remembered of a watch, and what the phone is told about it: a transfer that was cut and did not
 * go on, and whatever is in the way of reading. */

#include "conf/conf.h"
#include "device/monitor.h"
#include "kneadd/runner.h"
#include "store/store_watch.h"
#include "util/clock.h"

#define WATCH_CUT_MS INT64_C(600000) /* ten minutes */

struct watch_talk {
	struct store *store; /* borrowed, all of them */
	const struct conf *conf;
	struct clock_source *clock;
};

/* A watch arrived or left. Returns 0; -ENOENT: it left, and was never met; a negative errno. */
int watch_talk_arrived(struct watch_talk *talk, const char *source, const struct usb_watch *watch);
int watch_talk_left(struct watch_talk *talk, const char *source);

/* Whether it was ever met. */
bool watch_talk_knows(struct watch_talk *talk, const char *source);

/* Whether it was read since it arrived. */
bool watch_talk_was_read(struct watch_talk *talk, const char *source);

#define WATCH_TROUBLE_BYTES 256u

/* A reading ended.
 *
 * is_watch     it is of a make of watches: that none of its folders is known is said, too
 * ret_trouble  what is in the way, a sentence, WATCH_TROUBLE_BYTES; ""
 * ret_said     something waits to be sent */
int watch_talk_end(struct watch_talk *talk, const struct watch_end *end, bool is_watch,
	char *ret_trouble, bool *ret_said);

/* Says once what is in the way; why: a sentence. */
int watch_talk_trouble(
	struct watch_talk *talk, const char *source, const char *why, bool *ret_said);

/* Tells of cut transfers whose time is up. ret_next_ms: when the next one's is; INT64_MAX: there is none. */
int watch_talk_check(struct watch_talk *talk, int64_t *ret_next_ms, bool *ret_said);
