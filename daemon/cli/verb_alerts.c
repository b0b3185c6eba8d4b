/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead alerts: what was decided, and how far each delivery got. */
#include "cli/human.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"
#include "store/store_outbox.h"

#include <errno.h>
#include <stdio.h>

/* Whether it is tried again at a known time: not while its webhook is at fault, disabled or gone. */
static bool has_next(struct session *session, const struct delivery *delivery)
{
	const struct conf_webhook *webhook =
		delivery->webhook ? conf_find_webhook(session->conf, delivery->webhook) : NULL;
	enum webhook_standing standing = WEBHOOK_OK;
	AUTO_FREE char *why = NULL;
	return delivery->state == DELIVERY_WAITING && webhook &&
	       session_standing(session, webhook, &standing, &why) == 0 && standing == WEBHOOK_OK;
}

static json_t *to_json(struct session *session, const struct delivery *delivery)
{
	char created[CLOCK_TEXT_BYTES], next[CLOCK_TEXT_BYTES];
	bool waits = has_next(session, delivery);
	return json_pack("{s:s,s:s,s:s,s:s?,s:s,s:I,s:s?,s:s?}", "id", delivery->event_id, "type",
		delivery->type, "created", clock_format(delivery->created_ms, created), "webhook",
		delivery->webhook, "state", delivery_state_names[delivery->state], "attempts",
		(json_int_t)delivery->attempts, "next",
		waits ? clock_format(delivery->next_ms, next) : NULL, "why", delivery->why);
}

static int print_json(struct session *session, const struct delivery *deliveries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_auto_t *object = to_json(session, &deliveries[i]);
		if (!object || json_print(stdout, object) < 0)
			return CLI_PART;
	}
	return CLI_DONE;
}

static enum style style_of(enum delivery_state state)
{
	switch (state) {
	case DELIVERY_SENT:
		return STYLE_GOOD;
	case DELIVERY_WAITING:
		return STYLE_WARN;
	case DELIVERY_FAILED:
	case DELIVERY_EXPIRED:
		return STYLE_BAD;
	case DELIVERY_FOLDED:
	case DELIVERY_HELD:
	case DELIVERY_SUPPRESSED:
	case DELIVERY_STATE_COUNT:
		break;
	}
	return STYLE_DIM;
}

static int print_table(
	const struct cli_context *context, const struct delivery *deliveries, size_t n)
{
	static const struct table_column columns[] = { { "when", ALIGN_LEFT },
		{ "what", ALIGN_LEFT }, { "to", ALIGN_LEFT }, { "state", ALIGN_LEFT },
		{ "tries", ALIGN_RIGHT }, { "why", ALIGN_LEFT } };
	CLEANUP(table_freep) struct table *table = NULL;
	if (table_new(columns, ARRAY_SIZE(columns), &table) < 0)
		return CLI_PART;
	for (size_t i = 0; i < n; i++) {
		const struct delivery *d = &deliveries[i];
		char text[HUMAN_BYTES];
		table_cell(table, STYLE_PLAIN, "%s", human_time(d->created_ms, text));
		table_cell(table, STYLE_PLAIN, "%s", d->type);
		table_cell(table, STYLE_PLAIN, "%s", d->webhook ? d->webhook : "-");
		table_cell(table, style_of(d->state), "%s", delivery_state_names[d->state]);
		table_cell(table, STYLE_PLAIN, "%u", d->attempts);
		table_cell(table, STYLE_DIM, "%s", d->why ? d->why : "");
	}
	if (!n)
		(void)puts("nothing was decided yet");
	return n && table_print(table, context, 0, stdout) < 0 ? CLI_PART : CLI_DONE;
}

int verb_alerts(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	long last = context->json ? 0 : 30;
	int status = cli_option_number(context, "last", 1, 1000000, &last);
	if (status != CLI_DONE)
		return status;
	AUTO_SESSION struct session session;
	status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	struct delivery *deliveries = NULL;
	size_t n = 0;
	int r = store_list_deliveries(session.store, (size_t)last, &deliveries, &n);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "store", session.paths.state, r);
	status = context->json ? print_json(&session, deliveries, n)
			       : print_table(context, deliveries, n);
	deliveries_free(deliveries, n);
	return status;
}
