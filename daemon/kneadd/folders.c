/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/folders.h"

#include "base/cleanup.h"
#include "util/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#define QUIET_USEC 2000000ull
#define ACCURACY_USEC 100000ull
#define MAX_DEPTH 32u
#define MAX_WATCHES 4096u
/* what makes a folder unquiet: a file grows, ends, comes or goes */
#define CHANGES                                                                                 \
	(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | \
		IN_ONLYDIR)

_Static_assert(CONF_SECTIONS_MAX <= 64, "a bit for each folder");

struct followed {
	struct folders *owner;
	const struct conf_folder *folder; /* borrowed from the configuration */
	sd_event_source *quiet;           /* runs while the folder is not quiet */
	bool waits;                       /* it is not there: what is to hold it is watched */
	bool has_new;                     /* a folder appeared below */
	int64_t newest_s; /* when something in it last changed, as the disk has it */
};

struct folders {
	sd_event *event;
	folder_quiet_fn on_quiet;
	void *userdata;
	struct followed *list; /* owned */
	size_t n;
	int fd; /* inotify */
	sd_event_source *io;
	uint64_t *owners; /* by watch descriptor: bits of `list`; owned */
	size_t owners_n;
	size_t watches; /* that are alive; their numbers only ever grow */
};

static void remember(struct folders *folders, int watch, size_t index)
{
	if ((size_t)watch >= folders->owners_n) {
		size_t n = (size_t)watch + 64;
		uint64_t *grown = reallocarray(folders->owners, n, sizeof *grown);
		if (!grown)
			return;
		memset(grown + folders->owners_n, 0, (n - folders->owners_n) * sizeof *grown);
		folders->owners = grown;
		folders->owners_n = n;
	}
	folders->watches += folders->owners[watch] == 0;
	folders->owners[watch] |= UINT64_C(1) << index;
}

static void watch_below(struct folders *folders, size_t index, const char *path, unsigned depth)
{
	bool full = folders->watches >= MAX_WATCHES || depth == MAX_DEPTH;
	int watch = full ? -1 : inotify_add_watch(folders->fd, path, CHANGES);
	if (watch < 0) {
		log_line(LOG_LEVEL_WARNING, "cannot follow the folder %s: %s", path,
			full              ? "too many folders"
			: errno == ENOSPC ? "this user watches as much as the kernel allows (sudo "
					    "sysctl fs.inotify.max_user_watches=524288, then "
					    "restart kneadd); new files there are not noticed"
					  : strerror(errno));
		return;
	}
	remember(folders, watch, index);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		char below[PATH_MAX];
		struct stat st;
		if (entry->d_name[0] == '.' || snprintf(below, sizeof below, "%s/%s", path,
						       entry->d_name) >= (int)sizeof below)
			continue;
		if (lstat(below, &st) < 0)
			continue;
		if (st.st_ctim.tv_sec > folders->list[index].newest_s)
			folders->list[index].newest_s = st.st_ctim.tv_sec;
		if (S_ISDIR(st.st_mode))
			watch_below(folders, index, below, depth + 1);
	}
	(void)closedir(dir);
}

/* A file of that name is no folder, and nothing to be read. */
static bool is_there(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The nearest folder above a path that is there. Returns the watch, or -1. */
static int watch_above(const struct folders *folders, const char *path)
{
	char above[PATH_MAX];
	(void)snprintf(above, sizeof above, "%s", path);
	for (char *slash; (slash = strrchr(above, '/'));) {
		bool root = slash == above;
		*(root ? slash + 1 : slash) = '\0';
		int descriptor = inotify_add_watch(folders->fd, above, CHANGES);
		if (descriptor >= 0 || root)
			return descriptor;
	}
	return -1;
}

/* The folder itself, or, while it is not there, what is to hold it. */
static void watch(struct folders *folders, size_t index)
{
	struct followed *followed = &folders->list[index];
	const char *path = followed->folder->path;
	int descriptor = -1;
	if (!is_there(path)) {
		descriptor = watch_above(folders, path);
		if (descriptor >= 0)
			remember(folders, descriptor, index);
	}
	bool waited = followed->waits;
	followed->waits = !is_there(path); /* it may have come just before it was waited for */
	if (!followed->waits)
		watch_below(folders, index, path, 0);
	else if (!waited || descriptor < 0)
		log_line(LOG_LEVEL_WARNING, "the folder %s is not there%s", path,
			descriptor < 0 ? "" : "; waiting for it");
}

static int on_quiet_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	struct followed *followed = userdata;
	struct folders *folders = followed->owner;
	watch(folders,
		(size_t)(followed - folders->list)); /* new folders below, or itself at last */
	if (!followed->waits)
		folders->on_quiet(followed->folder, folders->userdata);
	return 0;
}

static void unquiet(struct followed *followed)
{
	struct folders *folders = followed->owner;
	int r = followed->quiet ? sd_event_source_set_time_relative(followed->quiet, QUIET_USEC)
				: sd_event_add_time_relative(folders->event, &followed->quiet,
					  CLOCK_BOOTTIME, QUIET_USEC, ACCURACY_USEC, on_quiet_timer,
					  followed);
	if (r >= 0)
		r = sd_event_source_set_enabled(followed->quiet, SD_EVENT_ONESHOT);
	if (r < 0)
		(void)log_error(r, "cannot wait for the folder %s", followed->folder->path);
}

/* Whether somebody may be writing there: seen before there was a watch, so by the dates of the files. */
static bool changed_just_now(const struct followed *followed)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	int64_t age_s = now.tv_sec - followed->newest_s;
	return age_s >= 0 && age_s <= (int64_t)(QUIET_USEC / 1000000);
}

static void on_change(struct folders *folders, size_t index, uint32_t mask)
{
	/* what is written in the folder above one that is waited for is not its business */
	if (folders->list[index].waits && (mask & (IN_MODIFY | IN_CLOSE_WRITE)))
		return;
	unquiet(&folders->list[index]);
	/* what grows in a new folder must be seen from now on */
	folders->list[index].has_new |= (mask & IN_ISDIR) && (mask & (IN_CREATE | IN_MOVED_TO));
}

static void on_event(struct folders *folders, const struct inotify_event *event)
{
	uint64_t owners = event->wd >= 0 && (size_t)event->wd < folders->owners_n
				  ? folders->owners[event->wd]
				  : 0;
	if ((event->mask & IN_IGNORED) && owners) { /* the folder is gone, and its watch with it */
		folders->owners[event->wd] = 0;
		folders->watches--;
		return;
	}
	if (event->mask & IN_Q_OVERFLOW) /* something happened somewhere: look at all */
		owners = UINT64_MAX;
	for (size_t i = 0; i < folders->n; i++)
		if (owners >> i & 1)
			on_change(folders, i, event->mask);
}

static int on_inotify(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)revents;
	struct folders *folders = userdata;
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t n = read(fd, buffer, sizeof buffer);
	for (const char *at = buffer; n > 0 && at < buffer + n;) {
		const struct inotify_event *event = (const struct inotify_event *)at;
		at += sizeof *event + event->len;
		on_event(folders, event);
	}
	for (size_t i = 0; i < folders->n; i++)
		if (folders->list[i].has_new) {
			folders->list[i].has_new = false;
			watch(folders, i);
		}
	return 0;
}

struct folders *folders_free(struct folders *folders)
{
	if (!folders)
		return NULL;
	for (size_t i = 0; i < folders->n; i++)
		sd_event_source_disable_unref(folders->list[i].quiet);
	sd_event_source_disable_unref(folders->io);
	if (folders->fd >= 0)
		(void)close(folders->fd);
	free(folders->owners);
	free(folders->list);
	free(folders);
	return NULL;
}

static void folders_freep(struct folders **folders)
{
	(void)folders_free(*folders);
}

bool folders_any(const struct folders *folders)
{
	for (size_t i = 0; i < folders->n; i++)
		if (!folders->list[i].waits)
			return true;
	return false;
}

int folders_new(sd_event *event, const struct conf *conf, folder_quiet_fn on_quiet, void *userdata,
	struct folders **ret)
{
	CLEANUP(folders_freep) struct folders *folders = calloc(1, sizeof *folders);
	if (!folders)
		return -ENOMEM;
	*folders = (struct folders) { .event = event, .on_quiet = on_quiet, .userdata = userdata };
	folders->list = calloc(conf->folders_n + 1, sizeof *folders->list);
	folders->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!folders->list || folders->fd < 0)
		return folders->list ? -errno : -ENOMEM;
	int r = sd_event_add_io(event, &folders->io, folders->fd, EPOLLIN, on_inotify, folders);
	if (r < 0)
		return r;
	(void)sd_event_source_set_description(folders->io, "folders");
	bool busy = false;
	for (size_t i = 0; i < conf->folders_n; i++) {
		folders->list[i] =
			(struct followed) { .owner = folders, .folder = &conf->folders[i] };
		folders->n = i + 1;
		watch(folders, i);
		busy |= changed_just_now(&folders->list[i]);
	}
	/* all at once or all when the last is quiet, so that a start says one thing */
	for (size_t i = 0; i < folders->n; i++) {
		if (folders->list[i].waits)
			continue;
		if (busy)
			unquiet(&folders->list[i]);
		else
			on_quiet(&conf->folders[i], userdata);
	}
	*ret = TAKE_PTR(folders);
	return 0;
}
