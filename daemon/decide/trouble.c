/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/decide.h"

#include "base/cleanup.h"
#include "conf/events.h"
#include "decide/body.h"
#include "decide/queue.h"

int decide_watch_trouble(struct store *store, const struct decide_settings *settings,
	const struct decide_trouble *trouble, int64_t now_ms, bool *ret_said)
{
	AUTO_FREE char *body = NULL;
	int r = body_of_watch(
		settings->runner, trouble->watch, trouble->title, trouble->text, now_ms, &body);
	if (r < 0)
		return r;
	return queue_event(store, settings, EVENT_TYPE_WATCH_STUCK, body, now_ms, ret_said);
}
