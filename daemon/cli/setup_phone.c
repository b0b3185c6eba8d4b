/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phone, and whether it hears. */
#include "cli/setup_steps.h"

#include "cli/say.h"
#include "cli/session.h"
#include "cli/webhook_add.h"
#include "cli/webhook_test.h"
#include "store/store_outbox.h"

#include <stdio.h>
#include <string.h>

enum setup_end setup_step_phone(struct setup *setup)
{
	bool yes = false;
	for (size_t i = 0; i < setup->conf->webhooks_n; i++) {
		char line[CONF_NAME_MAX + CONF_MASKED_BYTES + 16], masked[CONF_MASKED_BYTES];
		const struct conf_webhook *webhook = &setup->conf->webhooks[i];
		(void)snprintf(line, sizeof line, "%s, %s, %s", webhook->name,
			webhook_type_names[webhook->type], conf_mask_url(webhook->url, masked));
		setup_show("Phone", line);
	}
	if (setup->conf->webhooks_n)
		return SETUP_NEXT;
	int r = ask_yes("Set up a phone now", true, &yes);
	if (r <= 0 || !yes)
		return setup_end_of(r);
	int status = webhook_add(setup->context, NULL);
	if (status == CLI_USAGE) /* the answers ended */
		return SETUP_OVER;
	if (status != CLI_DONE)
		return SETUP_FAILED;
	return setup_reread(setup) ? SETUP_NEXT : SETUP_OVER;
}

/* Whether anything ever arrived. */
static bool was_heard(const struct setup *setup)
{
	struct store *store = NULL;
	struct delivery *list = NULL;
	char why[STORE_WHY_BYTES];
	size_t n = 0;
	bool heard = false;
	if (store_open(setup->paths.state, STORE_READ, &store, why) < 0)
		return false;
	if (store_list_deliveries(store, 0, &list, &n) == 0) {
		for (size_t i = 0; i < n; i++)
			heard |= list[i].state == DELIVERY_SENT && list[i].webhook &&
				 conf_find_webhook(setup->conf, list[i].webhook);
		deliveries_free(list, n);
	}
	(void)store_close(store);
	return heard;
}

enum setup_end setup_step_test(struct setup *setup)
{
	bool yes = false;
	if (!setup->conf->webhooks_n) {
		setup_show("Test", "nothing to test without a phone");
		return SETUP_NEXT;
	}
	if (was_heard(setup)) {
		setup_show("Test", "a message has arrived before (again: knead webhook test)");
		return SETUP_NEXT;
	}
	int r = ask_yes("Send a test message to the phone", true, &yes);
	if (r <= 0 || !yes)
		return setup_end_of(r);
	return webhook_test(setup->context, NULL) == CLI_DONE ? SETUP_NEXT : SETUP_FAILED;
}
