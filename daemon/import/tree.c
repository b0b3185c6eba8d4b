/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/tree.h"

#include "activity/activity.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define TREE_MAX_DEPTH 32u
#define TREE_PATH_BYTES 4096u
#define SNIFF_BYTES 4096u

const char tree_vanished[] = "it is not there any more";
static const char too_many[] =
	"it has more folders of activities than can be read (512): the last are left out";

struct folder_id {
	dev_t device;
	ino_t inode;
};

struct walk {
	const struct devices *devices;
	const struct tree_callbacks *callbacks;
	const struct device_match *match;       /* NULL outside a watch's tree */
	struct folder_id above[TREE_MAX_DEPTH]; /* the folders that lead here */
	unsigned depth;
};

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n > m && strcasecmp(name + n - m, end) == 0;
}

static bool named_like_ours(const char *name)
{
	static const char *const endings[] = { ".fit", ".tcx", ".fit.gz", ".tcx.gz", ".fit.zip",
		".tcx.zip" };
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (ends_with(name, endings[i]))
			return true;
	return false;
}

/* Whether a text is XML, behind a byte order mark and blanks. */
static bool begins_like_xml(const char *text)
{
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	return text[strspn(text, " \t\r\n")] == '<';
}

/* Whether the first bytes are those of a FIT file, or of a TCX database. */
static bool begins_like_ours(int fd)
{
	char head[SNIFF_BYTES + 1];
	ssize_t n = pread(fd, head, SNIFF_BYTES, 0);
	if (n < 12)
		return false;
	if (memcmp(head + 8, ".FIT", 4) == 0)
		return true;
	head[n] = '\0';
	return begins_like_xml(head) &&
	       memmem(head, (size_t)n, "TrainingCenterDatabase", 22) != NULL;
}

static int hand_over(struct walk *walk, const struct tree_file *file)
{
	return walk->callbacks->on_file(file, walk->callbacks->userdata);
}

static int complain(struct walk *walk, const char *path, const struct stat *st, const char *why)
{
	struct tree_file file = { .path = path, .fd = -1, .why = why };
	if (st) {
		file.size_bytes = st->st_size;
		file.mtime_ns = st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec;
	}
	return hand_over(walk, &file);
}

static const char *sentence(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "no right to read it";
	case ELOOP:
		return "a symbolic link that leads to itself";
	case ENOENT:
		return "a symbolic link that leads nowhere";
	case ENXIO:
		return "not a regular file";
	case EIO:
		return "cannot be read: input/output error";
	default:
		return "cannot be opened";
	}
}

static const char *why_no_folder(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "no right to read this folder";
	case EIO:
		return "this folder cannot be read: input/output error";
	default:
		return "this folder cannot be opened";
	}
}

/* The daemon's fetcher can reach nothing outside of its folder. */
static const char *why_not_opened(int dir_fd, const char *name, int error)
{
	struct stat st;
	bool link = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
	return link && error == EACCES ? "a link out of the folder, or no right to read it"
				       : sentence(error);
}

/* What a name leads to is not there; or the name itself is gone since it was listed. */
static const char *why_not_found(int dir_fd, const char *name, int error)
{
	struct stat st;
	if (error == ENOENT && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
		errno == ENOENT)
		return tree_vanished;
	return sentence(error);
}

/* A file that was named by the caller, or looks like ours: `asked` ones are never passed over. */
static int take_file(struct walk *walk, int dir_fd, const char *name, const char *path, bool asked)
{
	bool ours = asked || named_like_ours(name);
	struct stat st;
	if (fstatat(dir_fd, name, &st, 0) < 0)
		return ours ? complain(walk, path, NULL, why_not_found(dir_fd, name, errno)) : 0;
	if (!S_ISREG(st.st_mode))
		return ours ? complain(walk, path, &st, "not a regular file") : 0;
	int64_t mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
	if (walk->callbacks->on_known(path, st.st_size, mtime_ns, walk->callbacks->userdata))
		return 0;
	AUTO_CLOSE int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return ours ? complain(walk, path, &st, tree_vanished) : 0;
	if (fd < 0)
		return ours ? complain(walk, path, &st, why_not_opened(dir_fd, name, errno)) : 0;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) /* changed under our hands */
		return 0;
	if (!ours && !begins_like_ours(fd))
		return 0;
	if (st.st_size > (off_t)FILE_MAX_BYTES)
		return complain(walk, path, &st, "larger than 32 MiB, which no watch's file is");
	struct tree_file file = { .path = path,
		.fd = fd,
		.size_bytes = st.st_size,
		.mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec };
	return hand_over(walk, &file);
}

static bool leads_back(const struct walk *walk, const struct stat *st)
{
	for (unsigned i = 0; i < walk->depth; i++)
		if (walk->above[i].device == st->st_dev && walk->above[i].inode == st->st_ino)
			return true;
	return false;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int walk_folder(struct walk *walk, int dir_fd, const char *path);

static int walk_entry(struct walk *walk, int dir_fd, const char *name, const char *path)
{
	struct stat st;
	bool folder = fstatat(dir_fd, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
	if (!folder)
		return walk->match && devices_skips_name(walk->devices, walk->match, name)
			       ? 0
			       : take_file(walk, dir_fd, name, path, false);
	if (walk->match) /* a watch's table names every folder that holds activities */
		return 0;
	if (leads_back(walk, &st))
		return complain(walk, path, &st, "a link back to a folder that is being read");
	AUTO_CLOSE int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return complain(walk, path, &st, why_no_folder(errno));
	return walk_folder(walk, fd, path);
}

static int walk_folder(struct walk *walk, int dir_fd, const char *path)
{
	struct stat st;
	if (walk->depth == TREE_MAX_DEPTH)
		return complain(walk, path, NULL, "more than 32 folders deep");
	if (fstat(dir_fd, &st) < 0)
		return -errno;
	walk->above[walk->depth++] = (struct folder_id) { .device = st.st_dev, .inode = st.st_ino };
	struct dirent **entries = NULL;
	int n = scandirat(dir_fd, ".", &entries, not_hidden, by_name);
	int r = n < 0 ? complain(walk, path, NULL, "this folder cannot be listed") : 0;
	for (int i = 0; i < n; i++) {
		char below[TREE_PATH_BYTES];
		int length = snprintf(
			below, sizeof below, "%s%s%s", path, *path ? "/" : "", entries[i]->d_name);
		if (r == 0 && length < (int)sizeof below)
			r = walk_entry(walk, dir_fd, entries[i]->d_name, below);
		free(entries[i]);
	}
	free(entries);
	walk->depth--;
	return r;
}

static int walk_watch(struct walk *walk, int root_fd)
{
	for (size_t i = 0; i < walk->match->folders_n; i++) {
		const char *folder = walk->match->folders[i];
		AUTO_CLOSE int fd = openat(root_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int r = fd < 0 ? complain(walk, folder, NULL, why_no_folder(errno))
			       : walk_folder(walk, fd, folder);
		if (r < 0)
			return r;
	}
	return walk->match->too_many ? complain(walk, "", NULL, too_many) : 0;
}

int tree_walk(
	const char *path, const struct devices *devices, const struct tree_callbacks *callbacks)
{
	struct walk walk = { .devices = devices, .callbacks = callbacks };
	struct stat st;
	if (stat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		struct stat link;
		if (lstat(path, &link) < 0)
			return -ENOENT;
	} else if (S_ISDIR(st.st_mode)) {
		AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return complain(&walk, path, &st, why_no_folder(errno));
		struct device_match match;
		if (!devices_match_tree(devices, fd, callbacks->named, &match))
			return walk_folder(&walk, fd, "");
		walk.match = &match;
		return walk_watch(&walk, fd);
	}
	return take_file(&walk, AT_FDCWD, path, path, true);
}
