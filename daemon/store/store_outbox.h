/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Events that were decided, and how far each delivery got. */

#include "store/store.h"

enum delivery_state {
	DELIVERY_WAITING,
	DELIVERY_SENT,
	DELIVERY_FAILED,
	DELIVERY_EXPIRED,
	DELIVERY_FOLDED,     /* said inside another message */
	DELIVERY_HELD,       /* by a flag, or no phone set up */
	DELIVERY_SUPPRESSED, /* by the budget */
	DELIVERY_STATE_COUNT,
};
extern const char *const delivery_state_names[DELIVERY_STATE_COUNT];

struct event_row {
	char id[40]; /* what the receiver sees as webhook-id: "msg_" + 24 letters and digits; no '.' */
	const char *type; /* "massage.suggested" */
	int64_t created_ms, expires_ms;
	const char *body; /* the JSON that is sent, NULL for what is only recorded */
	const char *why;  /* for held and suppressed ones; NULL */
};

/* Inserts an event (row->id is filled by store_new_event_id()). */
int store_put_event(struct store *store, const struct event_row *row);
void store_new_event_id(char ret[40]);

/* One delivery. webhook NULL: nobody to send to (recorded only, state HELD or SUPPRESSED ...).
 * type: what this webhook is told it is ("import.completed" where it did not choose the event's own type). */
int store_put_delivery(struct store *store, const char *event_id, const char *webhook,
	const char *type, enum delivery_state state, int64_t next_ms, const char *why);

struct delivery {
	int64_t row_id;
	char event_id[40];
	char *webhook; /* owned; NULL for a recorded one */
	char *type;    /* owned */
	char *body;    /* owned; NULL when not asked for */
	char *why;     /* owned; NULL */
	int64_t created_ms, expires_ms, next_ms;
	enum delivery_state state;
	uint32_t attempts;
};
void delivery_done(struct delivery *delivery);

/* The oldest waiting delivery of each webhook, with body: what may be sent next. *ret is owned. */
int store_next_deliveries(struct store *store, struct delivery **ret, size_t *ret_n);
void deliveries_free(struct delivery *deliveries, size_t n);

/* Records an attempt that is about to start / how it ended. Each is its own transaction. */
int store_delivery_started(struct store *store, int64_t row_id, int64_t now_ms);
int store_delivery_ended(struct store *store, int64_t row_id, enum delivery_state state,
	int64_t next_ms, const char *why);

/* Sets every waiting delivery that is past its expiry to EXPIRED; returns how many in *ret_n. */
int store_expire_deliveries(struct store *store, int64_t now_ms, size_t *ret_n);

/* All deliveries, oldest first, newest `last` of them (0: all). Without body. */
int store_list_deliveries(struct store *store, size_t last, struct delivery **ret, size_t *ret_n);

/* The delivery of one event to one webhook, without body. Returns 0; -ENOENT. */
int store_get_delivery(
	struct store *store, const char *event_id, const char *webhook, struct delivery *ret);

/* Makes every waiting delivery of a webhook due at now_ms: somebody wants to know whether it works. */
int store_hurry_deliveries(struct store *store, const char *webhook, int64_t now_ms);

/* Sets the waiting deliveries of one type to FOLDED: a newer one says the same. */
int store_fold_deliveries(
	struct store *store, const char *webhook, const char *type, const char *why);

int store_count_deliveries(struct store *store, size_t *ret_waiting, size_t *ret_failed);

/* Standing of a webhook. config_hash: of its section; a changed section starts anew as "ok". */
enum webhook_standing { WEBHOOK_OK, WEBHOOK_DISABLED, WEBHOOK_FAULT };
int store_get_webhook(struct store *store, const char *name, const char *config_hash,
	enum webhook_standing *ret, char **ret_why);
int store_set_webhook(struct store *store, const char *name, const char *config_hash,
	enum webhook_standing standing, const char *why);
