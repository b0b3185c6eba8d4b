/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/ticks.h"

#include "import/settings.h"
#include "kneadd/keeper.h"
#include "store/store_import.h"
#include "util/crash.h"
#include "util/log.h"
#include "util/zone.h"

#include "base/cleanup.h"
#include "base/num.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LAST_TICK "last_tick_s"
#define ACCURACY_USEC (30 * 1000000ull)
#define RETRY_S 600
/* A clock that stands this far before the last look was put right after a wrong start, far ahead. */
#define LOST_S INT64_C(172800) /* 48 h */
#define MAX_ROUNDS 20          /* of the archive, at one look */

static const double tick_hours[] = { 8, 21 };

struct ticks {
	sd_event *event;
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	ticks_said_fn on_said;
	void *userdata;
	sd_event_source *timer;
	bool warned; /* of a clock that was set back */
};

int64_t ticks_next_s(int64_t at_s)
{
	int32_t today = zone_day(at_s, zone_offset_s(at_s), 0);
	int64_t next = INT64_MAX;
	for (int32_t day = today; day <= today + 1; day++)
		for (size_t i = 0; i < ARRAY_SIZE(tick_hours); i++) {
			int64_t tick = zone_instant_s(day, tick_hours[i]);
			if (tick > at_s && tick < next)
				next = tick;
		}
	return next;
}

static int look(struct ticks *ticks, int64_t now_ms, struct decided *ret)
{
	struct decide_target targets[CONF_SECTIONS_MAX];
	struct decide_settings settings;
	decide_settings_of(ticks->conf, targets, &settings);
	int r = store_begin(ticks->store);
	if (r < 0)
		return r;
	char text[32];
	(void)snprintf(text, sizeof text, "%" PRId64, now_ms / 1000);
	if ((r = decide_tick(ticks->store, &settings, now_ms, ret)) == 0 &&
		(r = store_set_fact(ticks->store, LAST_TICK, text)) == 0) {
		crash_here(CRASH_TICK_BEFORE_COMMIT);
		r = store_commit(ticks->store);
	}
	if (r < 0) {
		store_rollback(ticks->store);
		return r;
	}
	crash_here(CRASH_TICK_AFTER_COMMIT);
	log_line(LOG_LEVEL_DEBUG, "looked at the scores");
	return r;
}

static int start_from(struct ticks *ticks, int64_t now_s, int64_t *ret_s)
{
	*ret_s = now_s;
	char now[32];
	(void)snprintf(now, sizeof now, "%" PRId64, now_s);
	return store_set_fact(ticks->store, LAST_TICK, now);
}

/* Says once that the clock was set back: until it is where it was, what was said is not said again. */
static void mind_the_clock(struct ticks *ticks, int64_t last_s, int64_t now_s)
{
	char now[CLOCK_TEXT_BYTES], last[CLOCK_TEXT_BYTES];
	bool back = last_s > now_s;
	if (back && !ticks->warned)
		log_line(LOG_LEVEL_WARNING,
			"the clock was set back to %s, before the last look at the scores (%s): %s",
			clock_format(now_s * 1000, now), clock_format(last_s * 1000, last),
			last_s - now_s > LOST_S ? "that one does not count"
						: "the next one waits until it is past that");
	ticks->warned = back;
}

/* When the last look was; now, and remembered as such, in a store that has never seen one. */
static int last_look(struct ticks *ticks, int64_t now_s, int64_t *ret_s)
{
	AUTO_FREE char *text = NULL;
	int r = store_get_fact(ticks->store, LAST_TICK, &text);
	if (r < 0)
		return r;
	if (!text || num_int(text, strlen(text), 0, INT64_MAX / 1000, ret_s) < 0)
		return start_from(ticks, now_s, ret_s);
	mind_the_clock(ticks, *ret_s, now_s);
	return *ret_s - now_s > LOST_S ? start_from(ticks, now_s, ret_s) : 0;
}

/* Originals that `archive = 30d` no longer keeps. A failure is only said: nothing depends on it. */
static void expire_archive(struct ticks *ticks, int64_t now_ms)
{
	if (ticks->conf->store.archive != ARCHIVE_DAYS)
		return;
	int64_t before_ms = now_ms - (int64_t)ticks->conf->store.archive_days * 86400000;
	size_t n = 1;
	int r = 0;
	for (int round = 0; n && r == 0 && round < MAX_ROUNDS; round++)
		r = store_expire_archive(ticks->store, before_ms, &n);
	if (r < 0)
		(void)log_error(r, "old originals could not be removed");
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	struct ticks *ticks = userdata;
	ticks_check(ticks, ticks->conf);
	return 0;
}

static void arm(struct ticks *ticks, int64_t at_s)
{
	if (ticks->clock->file) /* the test clock's owner calls */
		return;
	uint64_t usec = (uint64_t)at_s * 1000000u;
	int r = ticks->timer ? sd_event_source_set_time(ticks->timer, usec)
			     : sd_event_add_time(ticks->event, &ticks->timer, CLOCK_REALTIME, usec,
				       ACCURACY_USEC, on_timer, ticks);
	if (r >= 0)
		r = sd_event_source_set_enabled(ticks->timer, SD_EVENT_ONESHOT);
	if (r < 0)
		(void)log_error(r, "cannot set the timer of the morning and evening look");
}

void ticks_check(struct ticks *ticks, const struct conf *conf)
{
	ticks->conf = conf;
	int64_t now_ms = clock_now_ms(ticks->clock), now_s = now_ms / 1000, last_s = 0;
	int r = last_look(ticks, now_s, &last_s);
	struct decided decided = { 0 };
	bool due = r == 0 && ticks_next_s(last_s) <= now_s;
	if (due && keeper_is_restoring(ticks->store)) {
		arm(ticks, now_s + RETRY_S); /* half of the history is no ground for a word */
		return;
	}
	if (due) {
		r = look(ticks, now_ms, &decided);
		expire_archive(ticks, now_ms);
	}
	if (r < 0) {
		(void)log_error(r, "the morning or evening look could not be stored; trying again");
		arm(ticks, now_s + RETRY_S);
		return;
	}
	arm(ticks, ticks_next_s(now_s));
	if (decided.said)
		ticks->on_said(ticks->userdata);
}

struct ticks *ticks_free(struct ticks *ticks)
{
	if (ticks) {
		sd_event_source_disable_unref(ticks->timer);
		free(ticks);
	}
	return NULL;
}

int ticks_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, ticks_said_fn on_said, void *userdata, struct ticks **ret)
{
	struct ticks *ticks = calloc(1, sizeof *ticks);
	if (!ticks)
		return -ENOMEM;
	*ticks = (struct ticks) { .event = event,
		.store = store,
		.conf = conf,
		.clock = clock,
		.on_said = on_said,
		.userdata = userdata };
	*ret = ticks;
	ticks_check(ticks, conf);
	return 0;
}
