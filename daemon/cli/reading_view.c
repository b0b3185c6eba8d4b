/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/reading_view.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define BAR_WIDTH 20u
#define DAEMON_CHECK_MS 1000 /* how soon it is noticed that the daemon is gone */

static bool daemon_runs(const struct session *session)
{
	pid_t pid = 0;
	return store_find_daemon(session->paths.state, &pid) == 0;
}

bool reading_now(const struct session *session, struct reading *ret)
{
	*ret = (struct reading) { 0 };
	return daemon_runs(session) && reading_read(session->paths.state, ret) == 0 &&
	       ret->phase != READING_DONE;
}

static const char *const phase_words[READING_PHASE_COUNT] = {
	[READING_LOOKING] = "looking",
	[READING_FETCHING] = "fetching",
	[READING_STORING] = "storing",
	[READING_DONE] = "done",
};

json_t *reading_json(const struct reading *reading)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "phase", phase_words[reading->phase],
		"wanted", (json_int_t)reading->wanted, "got", (json_int_t)reading->got, "refused",
		(json_int_t)reading->refused, "wanted_bytes", (json_int_t)reading->wanted_bytes,
		"got_bytes", (json_int_t)reading->got_bytes);
}

static unsigned filled(const struct reading *reading)
{
	if (reading->phase >= READING_STORING)
		return BAR_WIDTH;
	if (!reading->wanted_bytes)
		return 0;
	uint64_t got = reading->got_bytes < reading->wanted_bytes ? reading->got_bytes
								  : reading->wanted_bytes;
	return (unsigned)((double)got / (double)reading->wanted_bytes * BAR_WIDTH);
}

void reading_line(const struct reading *reading, char ret[READING_LINE_BYTES])
{
	static const char full[] = "####################", empty[] = "--------------------";
	char refused[24] = "";
	unsigned n = filled(reading);
	if (reading->refused)
		(void)snprintf(refused, sizeof refused, ", %u refused", reading->refused);
	if (reading->phase == READING_LOOKING)
		(void)snprintf(ret, READING_LINE_BYTES, "%s  looking for new files", reading->name);
	else if (reading->phase == READING_FETCHING)
		(void)snprintf(ret, READING_LINE_BYTES,
			"%s  [%.*s%.*s]  %u of %u new files%s, %.1f of %.1f MB", reading->name,
			(int)n, full, (int)(BAR_WIDTH - n), empty, reading->got, reading->wanted,
			refused, (double)reading->got_bytes / 1e6,
			(double)reading->wanted_bytes / 1e6);
	else
		(void)snprintf(ret, READING_LINE_BYTES,
			"%s  [%s]  %u of %u new files%s; it can be unplugged", reading->name, full,
			reading->got, reading->wanted, refused);
}

/* Until the folder of the state changes, or the time is up. */
static void wait_for_change(int fd)
{
	struct pollfd changed = { .fd = fd, .events = POLLIN };
	_Alignas(struct inotify_event) char events[4096];
	if (poll(&changed, 1, DAEMON_CHECK_MS) > 0)
		while (read(fd, events, sizeof events) > 0)
			;
}

int reading_wait(const struct session *session, int64_t number, reading_shown_fn on_shown,
	void *userdata, struct reading *ret)
{
	*ret = (struct reading) { 0 };
	AUTO_CLOSE int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0 || inotify_add_watch(fd, session->paths.state, IN_MOVED_TO) < 0)
		return -errno;
	for (;;) {
		struct reading reading = { 0 };
		int r = reading_read(session->paths.state, &reading);
		bool ours = r == 0 && reading.number >= number;
		if (ours && reading.phase == READING_DONE) {
			*ret = reading;
			return 0;
		}
		if (on_shown)
			on_shown(ours ? &reading : NULL, userdata);
		reading_done(&reading);
		if (!daemon_runs(session))
			return -ESRCH;
		wait_for_change(fd);
	}
}
