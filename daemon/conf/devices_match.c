/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/devices_table.h"

#include "base/cleanup.h"
#include "conf/file.h"

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
#define DEVICE_FILE_MAX_BYTES (4u << 20)

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

/* The folders in a folder, sorted; NULL when it cannot be read. until: as device_tree.list. */
static struct names *list_folders(
	const struct device_tree *tree, const char *path, const char *until)
{
	CLEANUP(names_freep) struct names *names = calloc(1, sizeof *names);
	if (!names || tree->list(tree->userdata, path, until, add_name, names) < 0)
		return NULL;
	qsort(names->list, names->n, sizeof names->list[0], by_name);
	return TAKE_PTR(names);
}

/* A tree of this machine. */
struct local_tree {
	int root_fd;
	device_named_fn named;
};

static DIR *open_folder(const struct local_tree *local, const char *path)
{
	int fd = openat(local->root_fd, *path ? path : ".",
		O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		(void)close(fd);
	return dir;
}

/* As device_tree.list. */
static int list_below(void *userdata, const char *path, const char *until,
	void (*add)(void *names, const char *name), void *names)
{
	(void)until; /* all names cost as much as one */
	DIR *dir = open_folder(userdata, path);
	if (!dir)
		return -ENOENT;
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.' && is_folder(dirfd(dir), entry))
			add(names, entry->d_name);
	(void)closedir(dir);
	return 0;
}

/* As device_tree.describe. */
static int describe_below(
	void *userdata, const char *path, const char *name, struct device_named *ret)
{
	const struct local_tree *local = userdata;
	AUTO_FREE char *data = NULL;
	size_t size = 0;
	DIR *dir = open_folder(local, path);
	int r = -ENOENT;
	for (struct dirent *entry; dir && r == -ENOENT && (entry = readdir(dir));)
		if (strcasecmp(entry->d_name, name) == 0)
			r = file_load(
				dirfd(dir), entry->d_name, DEVICE_FILE_MAX_BYTES, &data, &size);
	if (dir)
		(void)closedir(dir);
	return r < 0 ? r : local->named((const uint8_t *)data, size, ret);
}

/* Where it is known already, a beginning that differs means that all names count. */
static void found(struct device_match *match, const char *path, const char *begin)
{
	for (size_t i = 0; i < match->folders_n; i++)
		if (strcmp(match->folders[i], path) == 0) {
			if (strcasecmp(match->begins[i], begin) != 0)
				match->begins[i][0] = '\0';
			return;
		}
	match->too_many |= match->folders_n == DEVICE_FOLDERS_MAX;
	if (match->too_many)
		return;
	(void)snprintf(match->begins[match->folders_n], DEVICE_BEGIN_BYTES, "%s", begin);
	(void)snprintf(match->folders[match->folders_n++], DEVICE_PATH_BYTES, "%s", path);
}

static bool is_literal(const char *pattern)
{
	return !pattern[strcspn(pattern, "*?[")];
}

/* What to look for on a tree. */
struct search {
	const struct device_tree *tree;
	const char *begin; /* of what is found */
	bool literal;      /* the path is no pattern */
	struct device_match *match;
};

/* Follows one path, component by component; each may fit several folders. */
static void follow(
	const struct search *search, const char *path, const char *pattern, unsigned depth)
{
	if (!*pattern) {
		found(search->match, path, search->begin);
		return;
	}
	if (depth == DEPTH_MAX)
		return;
	char component[DEVICE_PATH_BYTES];
	size_t size = strcspn(pattern, "/");
	(void)snprintf(component, sizeof component, "%.*s", (int)size, pattern);
	bool literal = search->literal || is_literal(component);
	CLEANUP(names_freep)
	struct names *names = list_folders(search->tree, path, literal ? component : NULL);
	for (size_t i = 0; names && i < names->n; i++) {
		if (literal ? strcasecmp(component, names->list[i]) != 0
			    : !fits(component, names->list[i]))
			continue;
		char below[DEVICE_PATH_BYTES];
		int n = snprintf(
			below, sizeof below, "%s%s%s", path, *path ? "/" : "", names->list[i]);
		if (n < (int)sizeof below)
			follow(search, below, pattern + size + (pattern[size] == '/'), depth + 1);
	}
}

static void follow_all(
	const struct device_tree *tree, char *const *patterns, struct device_match *match)
{
	const struct search search = { .tree = tree, .begin = "", .match = match };
	for (; patterns && *patterns; patterns++)
		follow(&search, "", *patterns, 0);
}

/* The folders that the device names, below `base`, the root of its storage. */
static void follow_named(const struct device_tree *tree, const char *base,
	const struct device_named *named, bool wellness, struct device_match *match)
{
	for (size_t i = 0; i < named->n; i++) {
		const struct device_named_folder *folder = &named->folders[i];
		const struct search search = {
			.tree = tree, .begin = folder->begin, .literal = true, .match = match
		};
		if (folder->wellness == wellness)
			follow(&search, base, folder->path, 0);
	}
}

/* What the device says itself, in one kind of its files or both. */
struct own_word {
	struct device_named named;
	char base[DEVICE_PATH_BYTES]; /* the root of its storage */
};

/* Asks for a file of the device, of which the pattern has the folder and the name. Returns false when there
 * is none that says anything. */
static bool ask_device(const struct device_tree *tree, const char *pattern, struct own_word *ret)
{
	AUTO_FREE struct device_match *folders = calloc(1, sizeof *folders);
	AUTO_FREE char *folder = strdup(pattern);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	if (!folders || !slash)
		return false;
	*slash = '\0';
	const struct search search = { .tree = tree, .begin = "", .match = folders };
	follow(&search, "", folder, 0);
	for (size_t i = 0; i < folders->folders_n; i++) {
		char *path = folders->folders[i];
		if (tree->describe(tree->userdata, path, slash + 1, &ret->named) < 0)
			continue;
		/* its paths are told from the root, of which its folder is a child */
		char *end = strrchr(path, '/');
		(void)snprintf(
			ret->base, sizeof ret->base, "%.*s", end ? (int)(end - path) : 0, path);
		return true;
	}
	return false;
}

/* Where a section's files are: what the device says goes before what the table says. */
static void find_folders(const struct device_tree *tree, const struct device_section *section,
	struct device_match *match)
{
	AUTO_FREE struct own_word *word = calloc(1, sizeof *word);
	char *const *files = section->values[DEVICE_ATTRIBUTE_DEVICE_FILE];
	bool told = false;
	for (; word && tree->describe && files && *files && !told; files++)
		told = ask_device(tree, *files, word);
	if (told)
		follow_named(tree, word->base, &word->named, false, match);
	if (!match->folders_n)
		follow_all(tree, section->values[DEVICE_ATTRIBUTE_ACTIVITY_PATH], match);
	size_t activities = match->folders_n;
	if (told)
		follow_named(tree, word->base, &word->named, true, match);
	if (match->folders_n == activities)
		follow_all(tree, section->values[DEVICE_ATTRIBUTE_WELLNESS_PATH], match);
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
	CLEANUP(names_freep) struct names *names = list_folders(tree, "", NULL);
	AUTO_FREE struct device_match *match = calloc(1, sizeof *match);
	if (!names || !match)
		return false;
	struct device_facts facts = { .words = { [DEVICE_FACT_FOLDERS] =
							 (const char *const *)names->list } };
	for (size_t i = 0; i < devices->n; i++) {
		const struct device_section *section = &devices->sections[i];
		if (!section->values[DEVICE_ATTRIBUTE_ACTIVITY_PATH] ||
			!device_section_matches(section, &facts))
			continue;
		find_folders(tree, section, match);
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

bool devices_know_root(const struct devices *devices, const char *const *folders)
{
	const struct device_facts facts = { .words = { [DEVICE_FACT_FOLDERS] = folders } };
	for (size_t i = 0; i < devices->n; i++)
		if (devices->sections[i].values[DEVICE_ATTRIBUTE_ACTIVITY_PATH] &&
			device_section_matches(&devices->sections[i], &facts))
			return true;
	return false;
}

bool devices_match_tree(
	const struct devices *devices, int root_fd, device_named_fn named, struct device_match *ret)
{
	struct local_tree local = { .root_fd = root_fd, .named = named };
	const struct device_tree tree = {
		.list = list_below, .describe = named ? describe_below : NULL, .userdata = &local
	};
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

bool devices_skips_beginning(const struct device_match *match, size_t folder, const char *name)
{
	const char *begin = match->begins[folder];
	return strncasecmp(name, begin, strlen(begin)) != 0;
}
