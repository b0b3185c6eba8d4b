/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/decide.h"

#include "base/cleanup.h"
#include "conf/events.h"
#include "decide/body.h"
#include "store/store_outbox.h"

#define EXPIRY_MS (24 * 3600000LL)

int decide_watch_trouble(struct store *store, const struct decide_settings *settings,
	const struct decide_trouble *trouble, int64_t now_ms, bool *ret_said)
{
	const char *type = event_type_names[EVENT_TYPE_WATCH_STUCK];
	AUTO_FREE char *body = NULL;
	bool said = false;
	int r = body_of_watch(
		settings->runner, trouble->watch, trouble->title, trouble->text, now_ms, &body);
	if (r < 0)
		return r;
	struct event_row row = {
		.type = type, .created_ms = now_ms, .expires_ms = now_ms + EXPIRY_MS, .body = body
	};
	store_new_event_id(row.id);
	r = store_put_event(store, &row);
	for (size_t i = 0; r == 0 && i < settings->targets_n; i++) {
		if (!(settings->targets[i].events & event_bit(EVENT_TYPE_WATCH_STUCK)))
			continue;
		r = store_put_delivery(store, row.id, settings->targets[i].name, type,
			DELIVERY_WAITING, now_ms, NULL);
		said = true;
	}
	if (r == 0 && !said)
		r = store_put_delivery(store, row.id, NULL, type, DELIVERY_HELD, now_ms,
			settings->targets_n ? "no webhook chose this event" : "no phone set up");
	if (r == 0)
		*ret_said = said;
	return r;
}
