/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From assignments to the structure that the programs use. */
#include "conf/origins.h"

#include "base/cleanup.h"
#include "conf/url.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct build {
	struct conf *conf;
	struct conf_origins *origins;
	struct problems *problems;
};

static struct problem_place place_of(
	const struct build *b, const struct conf_assignment *a, char masked[CONF_MASKED_BYTES])
{
	return (struct problem_place) {
		.file = origins_file(b->origins, a->file),
		.line = a->line,
		.key = a->item->key,
		.value = a->item->mask ? a->item->mask(a->text, masked) : a->text,
	};
}

static int put(const struct build *b, const struct item *item, const struct setting *setting,
	const struct conf_assignment *a, void *section)
{
	int r = item->type->store(item, setting, (char *)section + item->offset);
	if (r != -ENOSPC || !a)
		return r;
	char masked[CONF_MASKED_BYTES];
	struct problem_place where = place_of(b, a, masked);
	problems_add(b->problems, PROBLEM_ERROR, &where,
		"too many dated values; there can be %u in all", PROFILE_MAX_ENTRIES);
	return 0;
}

/* Defaults, then what the files said. */
static int fill(const struct build *b, size_t index, void *section)
{
	enum section_id id = b->origins->sections[index].id;
	for (size_t i = 0; i < items_n; i++) {
		const struct item *item = &items[i];
		if (item->section != id || !*item->fallback)
			continue;
		struct setting setting = { .text = item->fallback };
		const char *why = NULL;
		int r = item->type->read(item, &setting, &why);
		if (r == 0)
			r = put(b, item, &setting, NULL, section);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < b->origins->n; i++) {
		const struct conf_assignment *a = &b->origins->list[i];
		if (a->section != index)
			continue;
		struct setting setting = {
			.text = a->text, .number = a->number, .from_day = a->from_day
		};
		int r = put(b, a->item, &setting, a, section);
		if (r < 0)
			return r;
	}
	return 0;
}

static const struct conf_assignment *said(const struct build *b, size_t index, const char *key)
{
	const struct item *item = item_find(b->origins->sections[index].id, key);
	return item ? origins_find(b->origins, index, item, PROFILE_ALWAYS) : NULL;
}

/* A section that lacks what makes it one. As shipped, [webhook phone] has a type and nothing else: not
 * worth a word. */
static void incomplete(const struct build *b, size_t index, const char *needs)
{
	const struct conf_section *section = &b->origins->sections[index];
	size_t others = 0;
	for (size_t i = 0; i < b->origins->n; i++)
		others += b->origins->list[i].section == index &&
			  strcmp(b->origins->list[i].item->key, "type") != 0;
	if (section->faulty || (section->id == SECTION_WEBHOOK && !others))
		return;
	char title[160];
	(void)snprintf(
		title, sizeof title, "[%s %s]", section_types[section->id].name, section->name);
	struct problem_place where = {
		.file = origins_file(b->origins, section->file), .line = section->line, .key = title
	};
	problems_add(b->problems, PROBLEM_WARNING, &where, "left out, because it has no %s", needs);
}

static void check_webhook(const struct build *b, size_t index, const struct conf_webhook *webhook)
{
	const struct conf_assignment *a = said(b, index, "url");
	char masked[CONF_MASKED_BYTES];
	struct problem_place where = place_of(b, a, masked);
	struct url url;
	if (url_parse(webhook->url, &url, NULL) < 0)
		return;
	if (!url.https && !url_is_loopback(&url) && !webhook->allow_plain_http)
		problems_add(b->problems, PROBLEM_ERROR, &where,
			"anyone on the way could read it; must be https://, "
			"or add allow_plain_http = yes");
	if (webhook->type == WEBHOOK_TYPE_NTFY && !url_ntfy_topic(&url))
		problems_add(b->problems, PROBLEM_ERROR, &where,
			"must be the address of an ntfy topic, https://host/topic; "
			"a topic is 1 to 64 of A-Z, a-z, 0-9, _ and -");
	const struct conf_assignment *secret = said(b, index, "secret_file");
	if (webhook->type == WEBHOOK_TYPE_NTFY && secret) {
		where = place_of(b, secret, masked);
		problems_add(b->problems, PROBLEM_WARNING, &where,
			"not used: messages to ntfy are not signed");
	}
	if (webhook->type == WEBHOOK_TYPE_GENERIC && !webhook->secret_file &&
		!b->origins->sections[index].faulty)
		problems_add(b->problems, PROBLEM_WARNING, &where,
			"messages are not signed, because there is no secret_file");
}

static int build_webhook(const struct build *b, size_t index)
{
	struct conf *conf = b->conf;
	/* counted in from the start: what is half filled is freed with the rest */
	struct conf_webhook *webhook = &conf->webhooks[conf->webhooks_n++];
	(void)snprintf(webhook->name, sizeof webhook->name, "%.*s", (int)CONF_NAME_MAX,
		b->origins->sections[index].name);
	int r = fill(b, index, webhook);
	if (r < 0)
		return r;
	if (webhook->url) {
		check_webhook(b, index, webhook);
		return 0;
	}
	incomplete(b, index, "url");
	free(webhook->secret_file);
	free(webhook->token_file);
	*webhook = (struct conf_webhook) { .name = "" };
	conf->webhooks_n--;
	return 0;
}

static int build_folder(const struct build *b, size_t index)
{
	struct conf *conf = b->conf;
	struct conf_folder *folder = &conf->folders[conf->folders_n++];
	(void)snprintf(folder->name, sizeof folder->name, "%.*s", (int)CONF_NAME_MAX,
		b->origins->sections[index].name);
	int r = fill(b, index, folder);
	if (r < 0)
		return r;
	if (!folder->path) {
		incomplete(b, index, "path");
		conf->folders_n--;
		return 0;
	}
	for (size_t i = 0; i + 1 < conf->folders_n; i++) {
		if (strcmp(conf->folders[i].path, folder->path) != 0)
			continue;
		char masked[CONF_MASKED_BYTES];
		struct problem_place where = place_of(b, said(b, index, "path"), masked);
		problems_add(b->problems, PROBLEM_WARNING, &where, "the same folder as [folder %s]",
			conf->folders[i].name);
	}
	return 0;
}

/* Below 30 beats of reserve no load can be had from the heart rate (docs/metrics.md, "heart rate"). */
static void check_reserve(const struct build *b)
{
	const struct conf_assignment *low = NULL, *high = NULL;
	for (size_t i = 0; i < b->origins->n; i++) {
		const struct conf_assignment *a = &b->origins->list[i];
		if (a->item->type->dated == false)
			continue;
		if (a->item->count == PROFILE_HR_MAX_BPM && (!low || a->number < low->number))
			low = a;
		if (a->item->count == PROFILE_HR_REST_BPM && (!high || a->number > high->number))
			high = a;
	}
	if (!low || !high || low->number - high->number >= 30)
		return;
	char masked[CONF_MASKED_BYTES];
	struct problem_place where = place_of(b, high, masked);
	problems_add(b->problems, PROBLEM_WARNING, &where,
		"less than 30 below hr_max_bpm = %s; heart rates give no load then", low->text);
}

static int build_runner(const struct build *b, size_t index)
{
	struct conf_runner *runner = &b->conf->runner;
	const char *name = b->origins->sections[index].name;
	(void)snprintf(runner->name, sizeof runner->name, "%s", *name ? name : "runner");
	int r = fill(b, index, runner);
	if (r < 0)
		return r;
	check_reserve(b);
	return 0;
}

static int build_section(const struct build *b, size_t index)
{
	switch (b->origins->sections[index].id) {
	case SECTION_WEBHOOK:
		return build_webhook(b, index);
	case SECTION_RUNNER:
		return build_runner(b, index);
	case SECTION_FOLDER:
		return build_folder(b, index);
	case SECTION_STORE:
		return fill(b, index, &b->conf->store);
	case SECTION_WATCH:
		return fill(b, index, &b->conf->watch);
	case SECTION_FEED:
		return fill(b, index, &b->conf->feed);
	case SECTION_COUNT:
		break;
	}
	return 0;
}

static bool lies_in(const char *path, const char *folder)
{
	size_t length = strlen(folder);
	return strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

/* What Knead reads must not be what it writes: "nothing in them is ever changed". */
static void check_feed(const struct build *b)
{
	const struct conf *conf = b->conf;
	for (size_t i = 0; i < b->origins->sections_n; i++) {
		const struct conf_assignment *said_folder =
			b->origins->sections[i].id == SECTION_FEED ? said(b, i, "folder") : NULL;
		if (!said_folder || !conf->feed.folder)
			continue;
		for (size_t k = 0; k < conf->folders_n; k++) {
			const char *path = conf->folders[k].path;
			if (!path || !lies_in(conf->feed.folder, path))
				continue;
			char masked[CONF_MASKED_BYTES];
			struct problem_place where = place_of(b, said_folder, masked);
			problems_add(b->problems, PROBLEM_ERROR, &where,
				"lies in [folder %s], which Knead reads and never writes",
				conf->folders[k].name);
		}
	}
}

int conf_build(struct conf *conf, struct problems *problems)
{
	struct conf_origins *origins = conf->origins;
	struct build b = { .conf = conf, .origins = origins, .problems = problems };
	conf->webhooks = calloc(
		origins_count_sections(origins, SECTION_WEBHOOK) + 1, sizeof *conf->webhooks);
	conf->folders =
		calloc(origins_count_sections(origins, SECTION_FOLDER) + 1, sizeof *conf->folders);
	if (!conf->webhooks || !conf->folders)
		return -ENOMEM;
	for (size_t i = 0; i < origins->sections_n; i++) {
		int r = build_section(&b, i);
		if (r < 0)
			return r;
	}
	check_feed(&b);
	return 0;
}
