/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/feeder.h"

#include "base/cleanup.h"
#include "helper/fetch.h"
#include "import/feed.h"
#include "util/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ACCURACY_USEC 100000ull
#define STUCK_USEC 2000000ull /* who is killed ends sooner, unless the kernel holds it */

struct feeder {
	sd_event *event;
	struct store *store;
	const struct conf *conf; /* while a helper is there */
	bool waits;              /* something may wait, or what was in the way may be gone */
	int lock_fd;             /* nobody else places, while a helper is there */
	struct feed_file file;   /* asked for */
	struct fetch *fetch;
	sd_event_source *answer, *deadline;
	sd_event_source *stuck; /* a helper that was left, until it ends: no other meanwhile */
	uint64_t left_usec;     /* CLOCK_MONOTONIC */
};

static void go_on(struct feeder *feeder);

static int on_stuck_ended(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)revents;
	struct feeder *feeder = userdata;
	fetch_reap(fd);
	feeder->stuck = sd_event_source_disable_unref(feeder->stuck);
	/* it hung in the folder, which lets go of it now: it answers again */
	uint64_t now_usec = 0;
	if (sd_event_now(feeder->event, CLOCK_MONOTONIC, &now_usec) >= 0 &&
		now_usec - feeder->left_usec >= STUCK_USEC)
		feeder->waits = true;
	return 0;
}

/* Its end is not waited for: one that hangs in a dead network drive cannot even be killed. */
static void leave_helper(struct feeder *feeder)
{
	if (!feeder->fetch)
		return;
	(void)sd_event_now(feeder->event, CLOCK_MONOTONIC, &feeder->left_usec);
	AUTO_CLOSE int pid_fd = fetch_leave(TAKE_PTR(feeder->fetch));
	if (pid_fd < 0)
		return;
	if (sd_event_add_io(
		    feeder->event, &feeder->stuck, pid_fd, EPOLLIN, on_stuck_ended, feeder) < 0)
		return;
	if (sd_event_source_set_io_fd_own(feeder->stuck, true) >= 0)
		(void)TAKE_FD(pid_fd);
}

static void end(struct feeder *feeder)
{
	feeder->answer = sd_event_source_disable_unref(feeder->answer);
	feeder->deadline = sd_event_source_disable_unref(feeder->deadline);
	leave_helper(feeder);
	if (feeder->lock_fd >= 0)
		(void)close(feeder->lock_fd);
	feeder->lock_fd = -1;
}

static void settle_file(struct feeder *feeder, int status)
{
	int r = feed_settle(feeder->store, feeder->conf, &feeder->file, status);
	if (r < 0)
		(void)log_error(r, "originals for the feed folder wait");
	if (r > 0)
		go_on(feeder);
	else
		end(feeder);
}

static int on_answer(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	struct feeder *feeder = userdata;
	int status = 0;
	int r = fetch_placed(feeder->fetch, &status);
	if (r != 0)
		settle_file(feeder, r < 0 ? r : status);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	struct feeder *feeder = userdata;
	log_line(LOG_LEVEL_WARNING, "the feed folder does not answer; what waits is placed later");
	settle_file(feeder, -ETIMEDOUT);
	return 0;
}

static int await_answer(struct feeder *feeder)
{
	uint64_t usec = feed_wait_usec();
	int r = feeder->deadline
			? sd_event_source_set_time_relative(feeder->deadline, usec)
			: sd_event_add_time_relative(feeder->event, &feeder->deadline,
				  CLOCK_MONOTONIC, usec, ACCURACY_USEC, on_deadline, feeder);
	return r < 0 ? r : sd_event_source_set_enabled(feeder->deadline, SD_EVENT_ONESHOT);
}

static int start_helper(struct feeder *feeder)
{
	AUTO_FREE char *path = NULL;
	int r = fetch_find(&path);
	if (r == 0)
		r = fetch_spawn_placer(path, feeder->conf->feed.folder,
			store_directory(feeder->store), &feeder->fetch);
	if (r < 0)
		return r;
	return sd_event_add_io(feeder->event, &feeder->answer, fetch_fd(feeder->fetch), EPOLLIN,
		on_answer, feeder);
}

/* Asks for the next one. */
static void go_on(struct feeder *feeder)
{
	struct place_request request;
	int r = feed_next(feeder->store, feeder->conf, &feeder->file, &request);
	if (r <= 0) {
		if (r == 0)
			r = feed_note_well(feeder->store);
		if (r < 0)
			(void)log_error(r, "originals for the feed folder wait");
		end(feeder);
		return;
	}
	r = feeder->fetch ? 0 : start_helper(feeder);
	if (r >= 0)
		r = fetch_place(feeder->fetch, &request);
	if (r >= 0)
		r = await_answer(feeder);
	if (r < 0) {
		(void)feed_settle(feeder->store, feeder->conf, &feeder->file, r);
		end(feeder);
	}
}

void feeder_settle(struct feeder *feeder, const struct conf *conf)
{
	if (!feeder->waits || feeder->lock_fd >= 0 || feeder->stuck)
		return;
	feeder->waits = false;
	feeder->conf = conf;
	feeder->lock_fd = store_lock_feed(feeder->store);
	if (feeder->lock_fd >= 0) /* else a command places what waits */
		go_on(feeder);
}

void feeder_touch(struct feeder *feeder)
{
	feeder->waits = true;
}

void feeder_reload(struct feeder *feeder)
{
	end(feeder);
	feeder->waits = true;
}

struct feeder *feeder_free(struct feeder *feeder)
{
	if (!feeder)
		return NULL;
	end(feeder);
	sd_event_source_disable_unref(feeder->stuck);
	free(feeder);
	return NULL;
}

int feeder_new(sd_event *event, struct store *store, struct feeder **ret)
{
	struct feeder *feeder = calloc(1, sizeof *feeder);
	if (!feeder)
		return -ENOMEM;
	*feeder = (struct feeder) { .event = event, .store = store, .waits = true, .lock_fd = -1 };
	*ret = feeder;
	return 0;
}
