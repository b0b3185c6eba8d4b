/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/ejector.h"

#include "base/cleanup.h"
#include "device/eject.h"
#include "kneadd/patience.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define EJECTIONS_MAX 8u
#define TRIES_MAX 5u
#define STEP_MS 1000

struct ejection {
	struct ejector *owner;
	char source[WATCH_SOURCE_BYTES]; /* "": free */
	unsigned tries;
	struct patience next;   /* try */
	sd_event_source *asked; /* while a program works at it */
};

struct ejector {
	sd_event *event;
	ejector_find_fn find;
	void *userdata;
	struct ejection list[EJECTIONS_MAX];
};

static void done(struct ejection *ejection)
{
	ejection->source[0] = '\0';
	ejection->tries = 0;
}

static void later(struct ejection *ejection)
{
	if (patience_wait(&ejection->next, STEP_MS) < 0)
		done(ejection);
}

static void give_up(struct ejection *ejection, const struct volume *volume, const char *why)
{
	log_line(LOG_LEVEL_WARNING, "%s stays mounted: %s", volume->mount, why);
	done(ejection);
}

/* The program that was asked ended: look again. */
static int on_answer(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)revents;
	struct ejection *ejection = userdata;
	siginfo_t end;
	(void)waitid(P_PIDFD, (id_t)fd, &end, WEXITED | WNOHANG);
	ejection->asked = sd_event_source_disable_unref(ejection->asked);
	later(ejection);
	return 0;
}

static void wait_for(struct ejection *ejection, pid_t pid)
{
	AUTO_CLOSE int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0 || sd_event_add_io(ejection->owner->event, &ejection->asked, fd, EPOLLIN,
			      on_answer, ejection) < 0) {
		(void)waitpid(pid, NULL, 0);
		done(ejection);
		return;
	}
	if (sd_event_source_set_io_fd_own(ejection->asked, true) >= 0)
		(void)TAKE_FD(fd);
}

static void ask(void *userdata)
{
	struct ejection *ejection = userdata;
	struct ejector *ejector = ejection->owner;
	const struct volume *volume = ejector->find(ejection->source, ejector->userdata);
	pid_t pid = -1;
	if (!volume) {
		done(ejection);
		return;
	}
	if (ejection->tries++ == TRIES_MAX) {
		give_up(ejection, volume, "somebody uses it");
		return;
	}
	int r = eject_ask(volume, &pid);
	if (r < 0)
		give_up(ejection, volume, strerror(-r));
	else if (pid > 0)
		wait_for(ejection, pid);
	else
		later(ejection);
}

void ejector_eject(struct ejector *ejector, const char *source)
{
	struct ejection *unused = NULL;
	for (size_t i = 0; i < EJECTIONS_MAX; i++) {
		struct ejection *ejection = &ejector->list[i];
		if (strcmp(ejection->source, source) == 0)
			return;
		if (!*ejection->source)
			unused = ejection;
	}
	if (!unused || !ejector->find(source, ejector->userdata))
		return;
	(void)snprintf(unused->source, sizeof unused->source, "%s", source);
	later(unused);
}

void ejector_check(struct ejector *ejector)
{
	for (size_t i = 0; i < EJECTIONS_MAX; i++)
		patience_look(&ejector->list[i].next);
}

struct ejector *ejector_free(struct ejector *ejector)
{
	for (size_t i = 0; ejector && i < EJECTIONS_MAX; i++) {
		patience_done(&ejector->list[i].next);
		sd_event_source_disable_unref(ejector->list[i].asked);
	}
	free(ejector);
	return NULL;
}

int ejector_new(sd_event *event, struct clock_source *clock, ejector_find_fn find, void *userdata,
	struct ejector **ret)
{
	struct ejector *ejector = calloc(1, sizeof *ejector);
	if (!ejector)
		return -ENOMEM;
	*ejector = (struct ejector) { .event = event, .find = find, .userdata = userdata };
	for (size_t i = 0; i < EJECTIONS_MAX; i++)
		ejector->list[i] = (struct ejection) {
			.owner = ejector,
			.next = { .event = event,
				.clock = clock,
				.userdata = &ejector->list[i],
				.run = ask },
		};
	*ret = ejector;
	return 0;
}
