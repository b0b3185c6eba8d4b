/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/secret.h"

#include "base/cleanup.h"
#include "conf/origins.h"

#include <errno.h>
#include <stdlib.h>

static void check_file(const struct conf_origins *origins, const struct conf_assignment *a,
	bool signs, struct problems *problems)
{
	if (!a || (*a->text != '/' && !getenv("CREDENTIALS_DIRECTORY")))
		return;
	struct problem_place place = {
		.file = origins_file(origins, a->file), .line = a->line, .key = a->item->key
	};
	char why[SECRET_WHY_BYTES];
	AUTO_SECRET struct secret secret = { .size = 0 };
	int r = conf_read_secret(a->text, &secret, why);
	if (r == -EACCES) /* as it should be for anyone but the daemon */
		return;
	AUTO_WEBHOOK_KEY struct webhook_key key = { .size = 0 };
	if (r < 0) {
		problems_add(problems, PROBLEM_WARNING, &place, "%s", why);
		return;
	}
	place.value = a->text;
	if (signs && webhook_key_decode(secret.text, secret.size, &key) < 0)
		problems_add(problems, PROBLEM_WARNING, &place,
			"the file must hold whsec_ and the base64 of 24 to 64 bytes");
	if (secret.world_readable)
		problems_add(problems, PROBLEM_WARNING, &place,
			"every user of this machine can read it; chmod o-r %s", a->text);
}

void conf_check_secrets(const struct conf *conf, struct problems *problems)
{
	const struct item *secret_file = item_find(SECTION_WEBHOOK, "secret_file");
	const struct item *token_file = item_find(SECTION_WEBHOOK, "token_file");
	const struct conf_origins *origins = conf->origins;
	for (size_t i = 0; i < conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &conf->webhooks[i];
		size_t section = origins_find_section(origins, SECTION_WEBHOOK, webhook->name);
		if (webhook->type == WEBHOOK_TYPE_GENERIC)
			check_file(origins,
				origins_find(origins, section, secret_file, PROFILE_ALWAYS), true,
				problems);
		check_file(origins, origins_find(origins, section, token_file, PROFILE_ALWAYS),
			false, problems);
	}
}
