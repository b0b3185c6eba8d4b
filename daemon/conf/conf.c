/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/conf.h"

#include "base/cleanup.h"
#include "conf/file.h"
#include "conf/ini.h"
#include "conf/merge.h"
#include "conf/origins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void conf_drop_webhooks(struct conf *conf)
{
	for (size_t i = 0; i < conf->webhooks_n; i++) {
		free(conf->webhooks[i].url);
		free(conf->webhooks[i].secret_file);
		free(conf->webhooks[i].token_file);
	}
	conf->webhooks_n = 0;
}

struct conf *conf_free(struct conf *conf)
{
	if (!conf)
		return NULL;
	conf_drop_webhooks(conf);
	for (size_t i = 0; i < conf->folders_n; i++)
		free(conf->folders[i].path);
	free(conf->feed.folder);
	free(conf->webhooks);
	free(conf->folders);
	origins_free(conf->origins);
	free(conf);
	return NULL;
}

static int read_file(
	struct conf_origins *origins, const char *path, bool must_exist, struct problems *problems)
{
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	int r = file_load(AT_FDCWD, path, INI_FILE_MAX, &text, &size);
	if (r == -ENOMEM || (r == -ENOENT && !must_exist))
		return r == -ENOMEM ? r : 0;
	if (r < 0) {
		problems_add(problems, PROBLEM_ERROR, &(struct problem_place) { .file = path },
			"%s", r == -EFBIG ? "is larger than 1 MiB" : file_why(r));
		return 0;
	}
	return merge_text(origins, path, text, size, problems);
}

bool conf_is_drop_in(const char *name)
{
	size_t size = strlen(name);
	return name[0] != '.' && size > 5 && strcmp(name + size - 5, ".conf") == 0;
}

static int is_drop_in(const struct dirent *entry)
{
	return conf_is_drop_in(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_draft(struct conf_origins *origins, const char *folder,
	const struct conf_draft *draft, struct problems *problems)
{
	char path[PATH_MAX + 256];
	(void)snprintf(path, sizeof path, "%s/%s", folder, draft->name);
	return merge_text(origins, path, draft->text, draft->size, problems);
}

static int read_drop_ins(struct conf_origins *origins, const char *file,
	const struct conf_draft *draft, struct problems *problems)
{
	char folder[PATH_MAX];
	if (snprintf(folder, sizeof folder, "%s.d", file) >= (int)sizeof folder)
		return 0; /* then no file of that name exists either */
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_drop_in, by_name);
	if (n < 0 && errno != ENOENT && errno != ENOTDIR)
		problems_add(problems, PROBLEM_ERROR, &(struct problem_place) { .file = folder },
			"%s", file_why(-errno));
	int r = 0;
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX + 256];
		int order = draft ? strcmp(draft->name, entries[i]->d_name) : 1;
		(void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (r == 0 && order <= 0) {
			r = read_draft(origins, folder, draft, problems);
			draft = NULL;
		}
		if (r == 0 && order != 0)
			r = read_file(origins, path, true, problems);
		free(entries[i]);
	}
	free(entries);
	return r == 0 && draft ? read_draft(origins, folder, draft, problems) : r;
}

/* Takes the origins over. */
static int finish(struct conf_origins *origins, struct conf **ret, struct problems *problems)
{
	CLEANUP(conf_freep) struct conf *conf = calloc(1, sizeof *conf);
	if (!conf) {
		origins_free(origins);
		return -ENOMEM;
	}
	conf->origins = origins;
	int r = conf_build(conf, problems);
	if (r < 0)
		return r;
	if (problems->errors)
		return -EBADMSG;
	*ret = TAKE_PTR(conf);
	return 0;
}

int conf_load(const char *file, bool must_exist, struct conf **ret, struct problems *problems)
{
	return conf_load_with(file, must_exist, NULL, ret, problems);
}

int conf_load_with(const char *file, bool must_exist, const struct conf_draft *draft,
	struct conf **ret, struct problems *problems)
{
	struct conf_origins *origins = origins_new();
	if (!origins)
		return -ENOMEM;
	int r = file ? read_file(origins, file, must_exist, problems) : 0;
	if (r == 0 && file)
		r = read_drop_ins(origins, file, draft, problems);
	if (r < 0) {
		origins_free(origins);
		return r;
	}
	return finish(origins, ret, problems);
}

int conf_load_text(const char *name, const char *text, size_t size, struct conf **ret,
	struct problems *problems)
{
	struct conf_origins *origins = origins_new();
	if (!origins)
		return -ENOMEM;
	int r = merge_text(origins, name, text, size, problems);
	if (r < 0) {
		origins_free(origins);
		return r;
	}
	return finish(origins, ret, problems);
}

const struct conf_webhook *conf_find_webhook(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->webhooks_n; i++)
		if (strcmp(conf->webhooks[i].name, name) == 0)
			return &conf->webhooks[i];
	return NULL;
}

int conf_hash(const struct conf_webhook *webhook, char ret[HASH_HEX_BYTES])
{
	AUTO_FREE char *text = NULL;
	/* lines, since no value can hold a line end */
	int size = asprintf(&text, "%s\n%s\n%s\n%s\n%s\n%u\n%d\n", webhook->name,
		webhook_type_names[webhook->type], webhook->url,
		webhook->secret_file ? webhook->secret_file : "",
		webhook->token_file ? webhook->token_file : "", webhook->events,
		webhook->allow_plain_http);
	if (size < 0) {
		text = NULL;
		return -ENOMEM;
	}
	uint8_t hash[HASH_BYTES];
	int r = hash_sha256(text, (size_t)size, hash);
	if (r < 0)
		return r;
	hash_hex(hash, ret);
	return 0;
}

int conf_digest(const struct conf *conf, char ret[CONF_DIGEST_BYTES])
{
	char *text = NULL, hex[HASH_HEX_BYTES];
	size_t size = 0;
	uint8_t hash[HASH_BYTES];
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < conf->origins->n; i++) {
		const struct conf_assignment *a = &conf->origins->list[i];
		const struct conf_section *section = &conf->origins->sections[a->section];
		(void)fprintf(out, "%s %s\n%s\n%s\n", section_types[section->id].name,
			section->name, a->item->key, a->text);
	}
	int r = fclose(out) == 0 ? hash_sha256(text, size, hash) : -ENOMEM;
	free(text);
	if (r == 0)
		(void)snprintf(ret, CONF_DIGEST_BYTES, "%.16s", hash_hex(hash, hex));
	return r;
}

static int show(const struct conf *conf, const struct conf_section *section,
	const struct item *item, const struct conf_assignment *a,
	int (*on_value)(const struct conf_value *value, void *userdata), void *userdata)
{
	const char *text = a ? a->text : item->fallback;
	char masked[CONF_MASKED_BYTES];
	struct conf_value value = {
		.section = section_types[section->id].name,
		.name = *section->name ? section->name : NULL,
		.key = item->key,
		.text = item->mask && *text ? item->mask(text, masked) : text,
		.file = a ? origins_file(conf->origins, a->file) : NULL,
		.line = a ? a->line : 0,
	};
	return on_value(&value, userdata);
}

/* The next in time after `last`, which is NULL at first. */
static const struct conf_assignment *next_dated(const struct conf_origins *origins, size_t section,
	const struct item *item, const struct conf_assignment *last)
{
	const struct conf_assignment *best = NULL;
	for (size_t i = 0; i < origins->n; i++) {
		const struct conf_assignment *a = &origins->list[i];
		if (a->section == section && a->item == item &&
			(!last || a->from_day > last->from_day) &&
			(!best || a->from_day < best->from_day))
			best = a;
	}
	return best;
}

static int show_item(const struct conf *conf, size_t index, const struct item *item,
	int (*on_value)(const struct conf_value *value, void *userdata), void *userdata)
{
	const struct conf_section *section = &conf->origins->sections[index];
	const struct conf_assignment *a = next_dated(conf->origins, index, item, NULL);
	int r = 0;
	do {
		r = show(conf, section, item, a, on_value, userdata);
		a = a ? next_dated(conf->origins, index, item, a) : NULL;
	} while (r == 0 && a);
	return r;
}

int conf_each(const struct conf *conf,
	int (*on_value)(const struct conf_value *value, void *userdata), void *userdata)
{
	int r = 0;
	for (int id = 0; id < SECTION_COUNT; id++)
		for (size_t s = 0; s < conf->origins->sections_n; s++) {
			if (conf->origins->sections[s].id != (enum section_id)id)
				continue;
			for (size_t i = 0; r == 0 && i < items_n; i++)
				if (items[i].section == (enum section_id)id)
					r = show_item(conf, s, &items[i], on_value, userdata);
		}
	return r;
}
