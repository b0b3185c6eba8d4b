/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/queue.h"

#include "store/store_outbox.h"

#define EXPIRY_IMPORT_MS (6 * 3600000LL)
#define EXPIRY_OTHER_MS (24 * 3600000LL)

int64_t queue_life_ms(enum event_type type)
{
	return type == EVENT_TYPE_IMPORT_COMPLETED ? EXPIRY_IMPORT_MS : EXPIRY_OTHER_MS;
}

bool queue_is_chosen(const struct decide_settings *settings, enum event_type type)
{
	for (size_t i = 0; i < settings->targets_n; i++)
		if (settings->targets[i].events & event_bit(type))
			return true;
	return false;
}

int queue_event(struct store *store, const struct decide_settings *settings, enum event_type type,
	const char *body, int64_t now_ms, bool *ret_said)
{
	const char *name = event_type_names[type];
	struct event_row row = { .type = name,
		.created_ms = now_ms,
		.expires_ms = now_ms + queue_life_ms(type),
		.body = body };
	bool said = false;
	store_new_event_id(row.id);
	int r = store_put_event(store, &row);
	for (size_t i = 0; r == 0 && i < settings->targets_n; i++) {
		if (!(settings->targets[i].events & event_bit(type)))
			continue;
		r = store_put_delivery(store, row.id, settings->targets[i].name, name,
			DELIVERY_WAITING, now_ms, NULL);
		said = true;
	}
	if (r == 0 && !said)
		r = store_put_delivery(store, row.id, NULL, name, DELIVERY_HELD, now_ms,
			settings->targets_n ? "no webhook chose this event" : "no phone set up");
	if (r == 0)
		*ret_said = said;
	return r;
}
