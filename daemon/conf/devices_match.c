/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/devices_table.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define NAMES_MAX 1024u /* of one folder; a watch has a hundred */
#define DEPTH_MAX 8u

static const enum device_fact attribute_facts[DEVICE_ATTRIBUTE_COUNT] = {
#define DEVICE_ATTRIBUTE_FACT(symbol, key, fact) [DEVICE_ATTRIBUTE_##symbol] = DEVICE_##fact,
	DEVICE_ATTRIBUTES(DEVICE_ATTRIBUTE_FACT)
#undef DEVICE_ATTRIBUTE_FACT
};

static bool fits(const char *pattern, const char *word)
{
	return fnmatch(pattern, word, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

static bool any_fits(char *const *patterns, const char *word)
{
	for (; *patterns; patterns++)
		if (fits(*patterns, word))
			return true;
	return false;
}

bool device_section_matches(const struct device_section *section, const struct device_facts *facts)
{
	bool asked = false;
	for (size_t a = 0; a < DEVICE_ATTRIBUTE_COUNT; a++) {
		if (attribute_facts[a] == DEVICE_FACT_NONE || !section->values[a])
			continue;
		asked = true;
		const char *const *words = facts->words[attribute_facts[a]];
		while (words && *words && !any_fits(section->values[a], *words))
			words++;
		if (!words || !*words)
			return false;
	}
	return asked; /* a section that asks for nothing is for nobody */
}

struct names {
	char *list[NAMES_MAX + 1];
	size_t n;
};

static void names_freep(struct names **names)
{
	for (size_t i = 0; *names && i < (*names)->n; i++)
		free((*names)->list[i]);
	free(*names);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(int dir_fd, const struct dirent *entry)
{
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	struct stat st;
	return fstatat(dir_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static void add_name(void *userdata, const char *name)
{
	struct names *names = userdata;
	char *copy = names->n < NAMES_MAX ? strdup(name) : NULL;
	if (copy)
		names->list[names->n++] = copy;
}

/* The folders in a folder, sorted; NULL when it cannot be read. */
static struct names *list_folders(const struct device_tree *tree, const char *path)
{
	CLEANUP(names_freep) struct names *names = calloc(1, sizeof *names);
	if (!names || tree->list(tree->userdata, path, add_name, names) < 0)
		return NULL;
	qsort(names->list, names->n, sizeof names->list[0], by_name);
	return TAKE_PTR(names);
}

/* As device_tree.list, below a descriptor. */
static int list_below(
	void *userdata, const char *path, void (*add)(void *names, const char *name), void *names)
{
	const int *root_fd = userdata;
	int fd = openat(
		*root_fd, *path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int r = -errno;
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.' && is_folder(fd, entry))
			add(names, entry->d_name);
	(void)closedir(dir);
	return 0;
}

static void found(struct device_match *match, const char *path)
{
	for (size_t i = 0; i < match->folders_n; i++)
		if (strcmp(match->folders[i], path) == 0)
			return;
	if (match->folders_n < DEVICE_FOLDERS_MAX)
		(void)snprintf(match->folders[match->folders_n++], DEVICE_PATH_BYTES, "%s", path);
}

/* Follows one pattern, component by component; each may fit several folders. */
static void follow(const struct device_tree *tree, const char *path, const char *pattern,
	unsigned depth, struct device_match *match)
{
	if (!*pattern) {
		found(match, path);
		return;
	}
	if (depth == DEPTH_MAX)
		return;
	char component[DEVICE_PATH_BYTES];
	size_t size = strcspn(pattern, "/");
	(void)snprintf(component, sizeof component, "%.*s", (int)size, pattern);
	CLEANUP(names_freep) struct names *names = list_folders(tree, path);
	for (size_t i = 0; names && i < names->n; i++) {
		if (!fits(component, names->list[i]))
			continue;
		char below[DEVICE_PATH_BYTES];
		int n = snprintf(
			below, sizeof below, "%s%s%s", path, *path ? "/" : "", names->list[i]);
		if (n < (int)sizeof below)
			follow(tree, below, pattern + size + (pattern[size] == '/'), depth + 1,
				match);
	}
}

/* The folders of the root in which folders with files were found. */
static void find_tops(struct device_match *match)
{
	for (size_t i = 0; i < match->folders_n; i++) {
		size_t size = strcspn(match->folders[i], "/"), known = 0;
		while (known < match->tops_n &&
			(strlen(match->tops[known]) != size ||
				memcmp(match->tops[known], match->folders[i], size) != 0))
			known++;
		if (known == match->tops_n && known < DEVICE_TOPS_MAX)
			(void)snprintf(match->tops[match->tops_n++], DEVICE_PATH_BYTES, "%.*s",
				(int)size, match->folders[i]);
	}
}

bool devices_match_listing(
	const struct devices *devices, const struct device_tree *tree, struct device_match *ret)
{
	CLEANUP(names_freep) struct names *names = list_folders(tree, "");
	AUTO_FREE struct device_match *match = calloc(1, sizeof *match);
	if (!names || !match)
		return false;
	struct device_facts facts = { .words = { [DEVICE_FACT_FOLDERS] =
							 (const char *const *)names->list } };
	for (size_t i = 0; i < devices->n; i++) {
		const struct device_section *section = &devices->sections[i];
		char *const *paths = section->values[DEVICE_ATTRIBUTE_ACTIVITY_PATH];
		if (!paths || !device_section_matches(section, &facts))
			continue;
		for (; *paths; paths++)
			follow(tree, "", *paths, 0, match);
		paths = section->values[DEVICE_ATTRIBUTE_WELLNESS_PATH];
		for (; paths && *paths; paths++)
			follow(tree, "", *paths, 0, match);
		if (!match->folders_n)
			continue;
		find_tops(match);
		char *const *maker = section->values[DEVICE_ATTRIBUTE_MAKER];
		match->section = section;
		match->name = section->name;
		match->maker = maker ? *maker : NULL;
		*ret = *match;
		return true;
	}
	return false;
}

bool devices_match_tree(const struct devices *devices, int root_fd, struct device_match *ret)
{
	const struct device_tree tree = { .list = list_below, .userdata = &root_fd };
	return devices_match_listing(devices, &tree, ret);
}

/* `path` is `folder` or lies below it. */
static bool is_in(const char *path, const char *folder)
{
	size_t size = strlen(folder);
	return strncmp(path, folder, size) == 0 && (!path[size] || path[size] == '/');
}

enum device_folder_use devices_folder_use(const struct device_match *match, const char *path)
{
	bool below_top = false, on_the_way = false;
	for (size_t i = 0; i < match->folders_n; i++) {
		if (is_in(path, match->folders[i]))
			return DEVICE_FOLDER_TAKE;
		on_the_way |= is_in(match->folders[i], path);
	}
	for (size_t i = 0; i < match->tops_n; i++)
		below_top |= is_in(path, match->tops[i]);
	if (!below_top)
		return DEVICE_FOLDER_TAKE;
	return on_the_way ? DEVICE_FOLDER_PASS : DEVICE_FOLDER_SKIP;
}

bool devices_skips_name(
	const struct devices *devices, const struct device_match *match, const char *name)
{
	(void)devices; /* owns what the match points into */
	if (name[0] == '.' || name[0] == '~')
		return true;
	if (!match)
		return false;
	char *const *skip = match->section->values[DEVICE_ATTRIBUTE_SKIP_NAME];
	char *const *take = match->section->values[DEVICE_ATTRIBUTE_FILE_NAME];
	return (skip && any_fits(skip, name)) || (take && !any_fits(take, name));
}
