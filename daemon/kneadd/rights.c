/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/rights.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

/* The entry of a node, or a free one for "". NULL. */
static struct right *find(struct rights *rights, const char *node)
{
	for (size_t i = 0; i < RIGHTS_MAX; i++)
		if (strcmp(rights->list[i].node, node) == 0)
			return &rights->list[i];
	return NULL;
}

static bool is_given(const char *node)
{
	return access(node, R_OK | W_OK) == 0;
}

/* The rights of something in a folder changed: which does not matter, few wait. */
static int on_change(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct rights *rights = userdata;
	char events[4096];
	(void)source;
	(void)revents;
	while (read(fd, events, sizeof events) > 0) {}
	for (size_t i = 0; i < RIGHTS_MAX; i++) {
		struct right *right = &rights->list[i];
		if (!right->waits || !is_given(right->node))
			continue;
		right->waits = false;
		rights->on_given(right->node, rights->userdata);
	}
	return 0;
}

static int open_source(struct rights *rights)
{
	if (rights->source)
		return 0;
	AUTO_CLOSE int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = sd_event_add_io(rights->event, &rights->source, fd, EPOLLIN, on_change, rights);
	if (r < 0)
		return r;
	(void)sd_event_source_set_io_fd_own(rights->source, true);
	(void)TAKE_FD(fd);
	return 0;
}

/* The folder of a node: whoever has no right to the node itself is told nothing of it. */
static int follow(struct rights *rights, const char *node)
{
	char folder[RIGHTS_NODE_BYTES];
	int r = open_source(rights);
	if (r < 0)
		return r;
	const char *slash = strrchr(node, '/');
	if (!slash || slash == node)
		return -EINVAL;
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - node), node);
	return inotify_add_watch(sd_event_source_get_io_fd(rights->source), folder,
		       IN_ATTRIB | IN_ONLYDIR) < 0
		       ? -errno
		       : 0;
}

int rights_wait(struct rights *rights, const char *node)
{
	if (!*node || strlen(node) >= RIGHTS_NODE_BYTES)
		return -EINVAL;
	struct right *right = find(rights, node);
	if (!right && !(right = find(rights, "")))
		return -ENOSPC;
	(void)snprintf(right->node, sizeof right->node, "%s", node);
	right->waits = true;
	int r = follow(rights, node);
	if (r < 0) {
		rights_forget(rights, node);
		return r;
	}
	/* between the try and now; one that is refused in spite of its mode is not tried for ever */
	if (!right->retried && is_given(node)) {
		right->retried = true;
		right->waits = false;
		rights->on_given(node, rights->userdata);
	}
	return 0;
}

void rights_forget(struct rights *rights, const char *node)
{
	struct right *right = *node ? find(rights, node) : NULL;
	bool any = false;
	if (right)
		*right = (struct right) { 0 };
	for (size_t i = 0; i < RIGHTS_MAX; i++)
		any |= *rights->list[i].node != '\0';
	if (!any)
		rights->source = sd_event_source_disable_unref(rights->source);
}

void rights_done(struct rights *rights)
{
	for (size_t i = 0; i < RIGHTS_MAX; i++)
		rights_forget(rights, rights->list[i].node);
}
