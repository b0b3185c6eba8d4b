/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setup_settings.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "conf/drop_in.h"
#include "conf/file.h"
#include "conf/ini.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct copy {
	const struct setup_place *from, *to;
	char from_folder[PATH_MAX], to_folder[PATH_MAX]; /* "/etc/knead/" */
	struct drop_in_rights rights;                    /* of what is written */
	bool any, failed;
};

static bool load(const struct setup_place *place, struct conf **ret)
{
	CLEANUP(problems_done) struct problems problems = { 0 };
	return conf_load(place->config, false, ret, &problems) == 0;
}

static int on_value(const struct conf_value *value, void *userdata)
{
	bool *set = userdata;
	*set |= value->file != NULL;
	return 0;
}

bool settings_are_set(const struct setup_place *place)
{
	CLEANUP(conf_freep) struct conf *conf = NULL;
	bool set = false;
	if (load(place, &conf))
		(void)conf_each(conf, on_value, &set);
	return set;
}

static void fail(struct copy *copy, const char *path, int error)
{
	(void)cli_fail_errno(0, "cannot copy the settings", path, error);
	copy->failed = true;
}

/* Whether a path can go on before that place of a text: then what begins there is no path of its own. */
static bool goes_on(const char *text, const char *at)
{
	return at > text && (isalnum((unsigned char)at[-1]) || strchr("/._-~", at[-1]));
}

/* The text with each path into the one folder made one into the other. */
static char *translate(const struct copy *copy, const char *text)
{
	char *made = NULL;
	size_t size = 0, step = strlen(copy->from_folder);
	FILE *out = open_memstream(&made, &size);
	if (!out)
		return NULL;
	for (const char *at; (at = strstr(text, copy->from_folder)); text = at + step)
		(void)fprintf(out, "%.*s%s", (int)(at - text), text,
			goes_on(text, at) ? copy->from_folder : copy->to_folder);
	(void)fputs(text, out);
	bool good = !ferror(out);
	if (fclose(out) != 0 || !good) {
		free(made);
		return NULL;
	}
	return made;
}

/* Files with keys are among them. */
static void wipe_text(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

/* One file; NAME below the folders, "kneadd.conf.d/phone.conf". */
static void copy_file(struct copy *copy, const char *name)
{
	char from[PATH_MAX * 2], to[PATH_MAX * 2];
	CLEANUP(wipe_text) char *text = NULL;
	CLEANUP(wipe_text) char *there = NULL;
	size_t size = 0;
	(void)snprintf(from, sizeof from, "%s%s", copy->from_folder, name);
	(void)snprintf(to, sizeof to, "%s%s", copy->to_folder, name);
	if (copy->failed || access(from, F_OK) < 0)
		return;
	int r = file_load(AT_FDCWD, from, INI_FILE_MAX, &text, &size);
	CLEANUP(wipe_text) char *made = r == 0 ? translate(copy, text) : NULL;
	if (r < 0 || !made) {
		fail(copy, from, r < 0 ? r : -ENOMEM);
		return;
	}
	r = file_load(AT_FDCWD, to, INI_FILE_MAX, &there, &size);
	if (r == 0 && strcmp(there, made) == 0)
		return;
	if (r == 0 && !setup_put_aside(to))
		copy->failed = true;
	if (!copy->failed && (r = drop_in_write(to, made, &copy->rights, true)) < 0)
		fail(copy, to, r);
	if (copy->failed)
		return;
	(void)fputs("Wrote ", stdout);
	cli_print_clean(to);
	(void)putchar('\n');
	copy->any = true;
}

/* A key or token beside the settings; elsewhere it stays where it is. */
static void copy_secret(struct copy *copy, const char *path)
{
	size_t size = strlen(copy->from_folder);
	if (path && strncmp(path, copy->from_folder, size) == 0 && !strchr(path + size, '/'))
		copy_file(copy, path + size);
}

static bool is_drop_in(const char *name)
{
	size_t size = strlen(name);
	return name[0] != '.' && size > 5 && strcmp(name + size - 5, ".conf") == 0;
}

/* Calls back for each drop-in of a folder: its name below the folder of settings. */
static void each_drop_in(struct copy *copy, const char *folder, const char *config,
	void (*on_name)(struct copy *copy, const char *name))
{
	char path[PATH_MAX * 2], name[PATH_MAX];
	const char *base = strrchr(config, '/') + 1;
	(void)snprintf(path, sizeof path, "%s%s.d", folder, base);
	DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!is_drop_in(entry->d_name) ||
			snprintf(name, sizeof name, "%s.d/%s", base, entry->d_name) >= PATH_MAX)
			continue;
		on_name(copy, name);
	}
	if (dir)
		(void)closedir(dir);
}

static bool sets_anything(const char *path)
{
	CLEANUP(problems_done) struct problems problems = { 0 };
	CLEANUP(conf_freep) struct conf *conf = NULL;
	CLEANUP(wipe_text) char *text = NULL;
	size_t size = 0;
	bool set = false;
	if (file_load(AT_FDCWD, path, INI_FILE_MAX, &text, &size) < 0)
		return false;
	if (conf_load_text(path, text, size, &conf, &problems) < 0)
		return true;
	(void)conf_each(conf, on_value, &set);
	return set;
}

/* What the other service does not have must not stay in force. The file of the package, as it came, says nothing. */
static void drop_file(struct copy *copy, const char *name)
{
	char from[PATH_MAX * 2], to[PATH_MAX * 2];
	(void)snprintf(from, sizeof from, "%s%s", copy->from_folder, name);
	(void)snprintf(to, sizeof to, "%s%s", copy->to_folder, name);
	if (access(from, F_OK) < 0 && sets_anything(to) && !setup_put_aside(to))
		copy->failed = true;
}

static void folder_of(const char *config, char ret[PATH_MAX])
{
	(void)snprintf(ret, PATH_MAX, "%.*s", (int)(strrchr(config, '/') + 1 - config), config);
}

static void copy_all(struct copy *copy, const struct conf *conf)
{
	const char *base = strrchr(copy->from->config, '/') + 1;
	/* keys first: a section must never name a file that is not there */
	for (size_t i = 0; i < conf->webhooks_n; i++) {
		copy_secret(copy, conf->webhooks[i].secret_file);
		copy_secret(copy, conf->webhooks[i].token_file);
	}
	drop_file(copy, base);
	each_drop_in(copy, copy->to_folder, copy->to->config, drop_file);
	copy_file(copy, base);
	each_drop_in(copy, copy->from_folder, copy->from->config, copy_file);
}

bool settings_copy(const struct setup_place *from, const struct setup_place *to, bool *ret_any)
{
	CLEANUP(conf_freep) struct conf *conf = NULL;
	struct copy copy = { .from = from, .to = to };
	folder_of(from->config, copy.from_folder);
	folder_of(to->config, copy.to_folder);
	int r = drop_in_rights(to->system, &copy.rights);
	if (r < 0)
		fail(&copy, to->config, r);
	if (load(from, &conf) && !copy.failed)
		copy_all(&copy, conf);
	*ret_any = copy.any;
	return !copy.failed;
}
