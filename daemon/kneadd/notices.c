/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/notices.h"

#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB)

struct notices {
	int fd;
	sd_event_source *io;
	notice_fn on_notice;
	void *userdata;
	int state_watch, clock_watch;
	char clock_name[PATH_MAX];
};

static bool concerns(const struct notices *notices, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (!event->len)
		return false;
	return (event->wd == notices->state_watch && strcmp(event->name, "nudge") == 0) ||
	       (event->wd == notices->clock_watch && strcmp(event->name, notices->clock_name) == 0);
}

static int on_inotify(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)revents;
	struct notices *notices = userdata;
	_Alignas(struct inotify_event) char buffer[4096];
	bool call = false;
	for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
		for (const char *at = buffer; at < buffer + n;) {
			const struct inotify_event *event = (const struct inotify_event *)at;
			at += sizeof *event + event->len;
			call = call || concerns(notices, event);
		}
	if (call)
		notices->on_notice(notices->userdata);
	return 0;
}

struct notices *notices_free(struct notices *notices)
{
	if (!notices)
		return NULL;
	sd_event_source_disable_unref(notices->io);
	if (notices->fd >= 0)
		(void)close(notices->fd);
	free(notices);
	return NULL;
}

static void notices_freep(struct notices **notices)
{
	(void)notices_free(*notices);
}

static int watch_clock(struct notices *notices, const char *file)
{
	char folder[PATH_MAX];
	if (snprintf(folder, sizeof folder, "%s", file) >= (int)sizeof folder)
		return -ENAMETOOLONG;
	char *slash = strrchr(folder, '/');
	(void)snprintf(
		notices->clock_name, sizeof notices->clock_name, "%s", slash ? slash + 1 : folder);
	if (slash)
		*(slash == folder ? slash + 1 : slash) = '\0';
	notices->clock_watch = inotify_add_watch(notices->fd, slash ? folder : ".", CHANGES);
	return notices->clock_watch < 0 ? -errno : 0;
}

int notices_new(sd_event *event, const char *state_dir, const char *test_clock, notice_fn on_notice,
	void *userdata, struct notices **ret)
{
	CLEANUP(notices_freep) struct notices *notices = malloc(sizeof *notices);
	if (!notices)
		return -ENOMEM;
	*notices = (struct notices) { .on_notice = on_notice,
		.userdata = userdata,
		.clock_watch = -1,
		.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK) };
	if (notices->fd < 0)
		return -errno;
	notices->state_watch = inotify_add_watch(notices->fd, state_dir, CHANGES);
	if (notices->state_watch < 0)
		return -errno;
	int r = test_clock ? watch_clock(notices, test_clock) : 0;
	if (r < 0)
		return r;
	r = sd_event_add_io(event, &notices->io, notices->fd, EPOLLIN, on_inotify, notices);
	if (r < 0)
		return r;
	(void)sd_event_source_set_description(notices->io, "notices");
	*ret = TAKE_PTR(notices);
	return 0;
}
