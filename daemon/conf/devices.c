/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/devices.h"

#include "base/cleanup.h"
#include "conf/devices_table.h"
#include "conf/file.h"
#include "conf/ini.h"
#include "conf/near.h"
#include "util/machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 256u

static const char *const attribute_keys[DEVICE_ATTRIBUTE_COUNT] = {
#define DEVICE_ATTRIBUTE_KEY(symbol, key, fact) [DEVICE_ATTRIBUTE_##symbol] = (key),
	DEVICE_ATTRIBUTES(DEVICE_ATTRIBUTE_KEY)
#undef DEVICE_ATTRIBUTE_KEY
};

/* One file on its way in: a built-in text, or a path. */
struct source {
	char *name;
	const char *builtin;
	char *path;
};

struct sources {
	struct source list[FILES_MAX];
	size_t n;
};

static void sources_freep(struct sources **sources)
{
	for (size_t i = 0; *sources && i < (*sources)->n; i++) {
		free((*sources)->list[i].name);
		free((*sources)->list[i].path);
	}
	free(*sources);
}

struct devices *devices_free(struct devices *devices)
{
	if (!devices)
		return NULL;
	for (size_t i = 0; i < devices->n; i++) {
		struct device_section *section = &devices->sections[i];
		for (size_t a = 0; a < DEVICE_ATTRIBUTE_COUNT; a++) {
			for (char **v = section->values[a]; v && *v; v++)
				free(*v);
			free(section->values[a]);
		}
		free(section->name);
	}
	free(devices->sections);
	free(devices);
	return NULL;
}

/* "a; b" becomes a list. */
static int split(const char *text, char ***ret)
{
	char **list = calloc(DEVICE_VALUES_MAX + 1, sizeof *list);
	if (!list)
		return -ENOMEM;
	*ret = list; /* belongs to its section from here on */
	size_t n = 0;
	while (*text) {
		text += strspn(text, "; \t");
		size_t size = strcspn(text, ";");
		size_t end = size;
		while (end && (text[end - 1] == ' ' || text[end - 1] == '\t'))
			end--;
		if (end && n == DEVICE_VALUES_MAX)
			return -E2BIG;
		if (end && !(list[n++] = strndup(text, end)))
			return -ENOMEM;
		text += size;
	}
	return n ? 0 : -EINVAL;
}

/* A path of folders below the root. */
static bool is_below(const char *path)
{
	if (strlen(path) >= DEVICE_PATH_BYTES || *path == '/')
		return false;
	while (*path) {
		size_t size = strcspn(path, "/");
		bool dots = (size == 1 && path[0] == '.') || (size == 2 && !strncmp(path, "..", 2));
		if (!size || dots)
			return false;
		path += size + (path[size] == '/');
	}
	return true;
}

static int set_attribute(struct device_section *section, enum device_attribute attribute,
	const struct ini_item *at, struct problems *problems, struct problem_place where)
{
	where.value = at->value;
	if (section->values[attribute]) {
		problems_add(problems, PROBLEM_ERROR, &where, "given twice in this section");
		return 0;
	}
	int r = split(at->value, &section->values[attribute]);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		problems_add(problems, PROBLEM_ERROR, &where, "must be 1 to %u values parted by ;",
			DEVICE_VALUES_MAX);
	if (attribute != DEVICE_ATTRIBUTE_ACTIVITY_PATH &&
		attribute != DEVICE_ATTRIBUTE_WELLNESS_PATH &&
		attribute != DEVICE_ATTRIBUTE_DEVICE_FILE)
		return 0;
	for (char **v = section->values[attribute]; *v;) {
		if (is_below(*v)) {
			v++;
			continue;
		}
		problems_add(problems, PROBLEM_ERROR, &where,
			"must be folders below the root, as in GARMIN/Activity");
		free(*v);
		for (char **w = v; (*w = w[1]); w++)
			;
	}
	return 0;
}

static int on_value(struct devices *devices, const struct ini_item *at, struct problems *problems,
	struct problem_place where)
{
	where.key = at->name;
	struct near near = { .word = at->name };
	for (int a = 0; a < DEVICE_ATTRIBUTE_COUNT; a++) {
		if (strcmp(attribute_keys[a], at->name) == 0)
			return set_attribute(&devices->sections[devices->n - 1],
				(enum device_attribute)a, at, problems, where);
		near_offer(&near, attribute_keys[a]);
	}
	problems_add(problems, PROBLEM_WARNING, &where, "unknown attribute, left out%s%s%s",
		near.best ? "; did you mean " : "", near.best ? near.best : "",
		near.best ? "?" : "");
	return 0;
}

static int on_section(struct devices *devices, const struct ini_item *at)
{
	struct device_section *grown = realloc(devices->sections, (devices->n + 1) * sizeof *grown);
	if (!grown)
		return -ENOMEM;
	devices->sections = grown;
	grown[devices->n] = (struct device_section) { .name = strdup(at->name) };
	if (!grown[devices->n].name)
		return -ENOMEM;
	devices->n++;
	return 0;
}

static int read_text(struct devices *devices, const char *name, const char *text, size_t size,
	struct problems *problems)
{
	CLEANUP(ini_done) struct ini ini = { 0 };
	int r = ini_parse(text, size, &ini);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < ini.n; i++) {
		const struct ini_item *at = &ini.items[i];
		struct problem_place where = { .file = name, .line = at->line };
		if (at->kind == INI_SECTION)
			r = on_section(devices, at);
		else if (at->kind == INI_VALUE)
			r = on_value(devices, at, problems, where);
		else
			problems_add(problems, PROBLEM_ERROR, &where, "%s", at->name);
	}
	return r;
}

static int read_source(
	struct devices *devices, const struct source *source, struct problems *problems)
{
	if (source->builtin)
		return read_text(
			devices, source->name, source->builtin, strlen(source->builtin), problems);
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	int r = file_load(AT_FDCWD, source->path, INI_FILE_MAX, &text, &size);
	if (r == -ENOMEM)
		return r;
	if (r == 0)
		return read_text(devices, source->path, text, size, problems);
	problems_add(problems, PROBLEM_ERROR, &(struct problem_place) { .file = source->path },
		"%s", file_why(r));
	return 0;
}

/* Takes path over. One of the same name is replaced. */
static int add_source(struct sources *sources, const char *name, const char *builtin, char *path)
{
	for (size_t i = 0; i < sources->n; i++)
		if (strcmp(sources->list[i].name, name) == 0) {
			free(sources->list[i].path);
			sources->list[i].path = path;
			sources->list[i].builtin = builtin;
			return 0;
		}
	char *copy = sources->n < FILES_MAX ? strdup(name) : NULL;
	if (!copy) {
		free(path);
		return sources->n < FILES_MAX ? -ENOMEM : -E2BIG;
	}
	sources->list[sources->n++] =
		(struct source) { .name = copy, .builtin = builtin, .path = path };
	return 0;
}

static int add_folder(struct sources *sources, const char *folder)
{
	DIR *dir = opendir(folder);
	if (!dir)
		return 0;
	int r = 0;
	for (struct dirent *entry; r == 0 && (entry = readdir(dir));) {
		const char *name = entry->d_name;
		size_t size = strlen(name);
		if (name[0] == '.' || size < 9 || strcmp(name + size - 8, ".devices") != 0)
			continue;
		char *path;
		r = asprintf(&path, "%s/%s", folder, name) < 0
			    ? -ENOMEM
			    : add_source(sources, name, NULL, path);
	}
	(void)closedir(dir);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

static int read_all(const char *const *folders, struct devices *devices, struct problems *problems)
{
	CLEANUP(sources_freep) struct sources *sources = calloc(1, sizeof *sources);
	if (!sources)
		return -ENOMEM;
	int r = 0;
	for (size_t i = 0; r == 0 && i < devices_builtin_n; i++)
		r = add_source(sources, devices_builtin[i].name, devices_builtin[i].text, NULL);
	for (; r == 0 && *folders; folders++)
		r = add_folder(sources, *folders);
	qsort(sources->list, sources->n, sizeof sources->list[0], by_name);
	for (size_t i = 0; r == 0 && i < sources->n; i++)
		r = read_source(devices, &sources->list[i], problems);
	return r;
}

int devices_load_from(const char *const *folders, struct devices **ret, struct problems *problems)
{
	CLEANUP(problems_done) struct problems unheard = { 0 };
	CLEANUP(devices_freep) struct devices *devices = calloc(1, sizeof *devices);
	if (!devices)
		return -ENOMEM;
	int r = read_all(folders, devices, problems ? problems : &unheard);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(devices);
	return 0;
}

int devices_load(struct devices **ret, struct problems *problems)
{
	char own[PATH_MAX];
	const char *const folders[] = { KNEAD_DATA_DIR "/knead/devices",
		machine_path("/etc/knead/devices", own), NULL };
	return devices_load_from(folders, ret, problems);
}
