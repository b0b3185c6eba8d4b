/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as settings: every item lies in the text, and usable settings keep their promises. */
#include "fuzz/fuzz_target.h"

#include "conf/conf.h"
#include "conf/ini.h"
#include "conf/secret.h"
#include "conf/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_items(const uint8_t *data, size_t size)
{
	struct ini ini = { 0 };
	int r = ini_parse((const char *)data, size, &ini);
	must(r == 0 || r == -EFBIG || r == -ENOMEM);
	uint32_t line = 0;
	for (size_t i = 0; r == 0 && i < ini.n; i++) {
		const struct ini_item *at = &ini.items[i];
		must(at->line >= line && at->name);
		line = at->line;
		must(at->kind != INI_VALUE || (at->value && *at->name));
		for (const char *c = at->value; c && *c; c++)
			must((unsigned char)*c >= 0x20 || *c == '\t');
	}
	ini_done(&ini);
}

static int check_value(const struct conf_value *value, void *userdata)
{
	(void)userdata;
	must(value->section && value->key && value->text && (!value->file || value->line));
	return 0;
}

static void check_conf(const struct conf *conf)
{
	for (size_t i = 0; i < conf->webhooks_n; i++) {
		const struct conf_webhook *webhook = &conf->webhooks[i];
		struct url url;
		must(webhook->name[0] && webhook->url && url_parse(webhook->url, &url, NULL) == 0);
		must(url.https || webhook->allow_plain_http || url_is_loopback(&url));
		must(webhook->type != WEBHOOK_TYPE_NTFY || url_ntfy_topic(&url));
		must(webhook->events && webhook->events < event_bit(EVENT_TYPE_COUNT));
		char hash[HASH_HEX_BYTES];
		must(conf_hash(webhook, hash) == 0);
	}
	for (size_t i = 0; i < conf->folders_n; i++)
		must(conf->folders[i].path && conf->folders[i].path[0] == '/');
	must(conf->runner.profile.entries_n <= PROFILE_MAX_ENTRIES);
	must(conf->runner.day_start_h >= 0 && conf->runner.day_start_h < 24);
	must(conf_each(conf, check_value, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_items(data, size);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	int r = conf_load_text("f", (const char *)data, size, &conf, &problems);
	must(r == 0 || r == -EBADMSG || r == -ENOMEM);
	must((r == 0) == (conf != NULL) && (r == -EBADMSG) == (problems.errors > 0));
	for (size_t i = 0; i < problems.n; i++)
		for (const char *c = problems.list[i].text; *c; c++)
			must((unsigned char)*c >= 0x20 && *c != 0x7f);
	if (conf)
		check_conf(conf);
	conf_free(conf);
	problems_done(&problems);
	struct webhook_key key;
	must(webhook_key_decode((const char *)data, size, &key) < 0 || key.size >= 24);
	return 0;
}
