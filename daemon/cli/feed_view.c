/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cleanup.h"

#include "cli/feed_view.h"

#include "ipc/json_text.h"
#include "store/store_feed.h"

#include <stdio.h>

/* NULL: nothing is in the way. */
static char *trouble_of(struct session *session)
{
	AUTO_FREE char *trouble = NULL;
	if (store_get_fact(session->store, FEED_FACT_TROUBLE, &trouble) < 0 || !trouble ||
		!*trouble)
		return NULL;
	return TAKE_PTR(trouble);
}

json_t *feed_json(struct session *session)
{
	const char *folder = session->conf->feed.folder;
	size_t waiting = 0;
	if (!folder || store_feed_count(session->store, &waiting) < 0)
		return json_null();
	AUTO_FREE char *trouble = trouble_of(session);
	return json_pack("{s:o,s:I,s:o}", "folder", json_from_bytes(folder), "waiting",
		(json_int_t)waiting, "trouble", trouble ? json_from_bytes(trouble) : json_null());
}

void feed_print(const struct cli_context *context, struct session *session)
{
	size_t waiting = 0;
	AUTO_FREE char *trouble = session->conf->feed.folder ? trouble_of(session) : NULL;
	if (!trouble || store_feed_count(session->store, &waiting) < 0)
		return;
	(void)printf("%sFeed%s           ", cli_style(context, STYLE_WARN),
		cli_style(context, STYLE_PLAIN));
	cli_print_clean(trouble);
	(void)printf("; %zu originals wait\n", waiting);
}
