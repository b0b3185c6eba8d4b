/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/reaper.h"

#include "util/log.h"

#include <unistd.h>

static int on_ended(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)revents;
	(void)userdata;
	fetch_reap(fd);
	/* nobody else holds it: this frees it, and closes the descriptor */
	(void)sd_event_source_set_floating(source, false);
	return 0;
}

void reaper_take(sd_event *event, struct fetch *fetch)
{
	if (!fetch)
		return;
	if (sd_event_get_state(event) == SD_EVENT_FINISHED) { /* nobody would reap it */
		(void)fetch_free(fetch);
		return;
	}
	int pid_fd = fetch_leave(fetch);
	sd_event_source *source = NULL;
	if (pid_fd < 0)
		return;
	if (sd_event_add_io(event, &source, pid_fd, EPOLLIN, on_ended, NULL) < 0) {
		log_line(LOG_LEVEL_WARNING, "a fetcher is left to itself: out of memory");
		(void)close(pid_fd);
		return;
	}
	(void)sd_event_source_set_io_fd_own(source, true);
	(void)sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
}
