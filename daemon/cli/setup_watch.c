/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Plug in now", and what happens then, as the daemon writes it down. */
#include "cli/lines.h"
#include "cli/setup_steps.h"

#include "base/cleanup.h"
#include "cli/reading_view.h"
#include "cli/say.h"
#include "store/store_query.h"
#include "store/store_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 200

struct follow {
	const char *state;
	struct store *store;
	int64_t told; /* number of the last reading that was told of */
	bool bar, drawn, over;
	char advice[256]; /* told last */
};

static void wipe_bar(struct follow *follow)
{
	if (follow->drawn)
		lines_redraw(stdout, "");
	follow->drawn = false;
}

static void draw_bar(struct follow *follow, const struct reading *reading)
{
	char line[READING_LINE_BYTES];
	if (!follow->bar)
		return;
	reading_line(reading, line);
	lines_redraw(stdout, line);
	follow->drawn = true;
}

static void tell_end(struct follow *follow, const struct reading *reading)
{
	size_t activities = 0;
	wipe_bar(follow);
	follow->told = reading->number;
	cli_print_clean(reading->name);
	if (reading->status < 0 || *reading->why) {
		(void)fputs(": ", stdout);
		cli_print_clean(*reading->why ? reading->why : "it broke off: plug it in again");
		(void)putchar('\n');
		return;
	}
	(void)store_count_activities(follow->store, &activities);
	(void)printf(": %u new file%s, %zu activit%s in the store. Safe to unplug.\n", reading->got,
		reading->got == 1 ? "" : "s", activities, activities == 1 ? "y" : "ies");
	follow->over = true;
}

/* Of a watch that is not read at all there is only what the tables advise. */
static void tell_advice(struct follow *follow)
{
	AUTO_FREE struct stored_watch *list = NULL;
	size_t n = 0;
	if (store_list_watches(follow->store, &list, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].here || !*list[i].advice ||
			strcmp(list[i].advice, follow->advice) == 0)
			continue;
		(void)snprintf(follow->advice, sizeof follow->advice, "%s", list[i].advice);
		cli_print_clean(list[i].name);
		(void)fputs(": ", stdout);
		cli_print_clean(list[i].advice);
		(void)putchar('\n');
	}
}

static void look(struct follow *follow)
{
	struct reading reading = { 0 };
	bool fresh = reading_read(follow->state, &reading) == 0 && reading.number > follow->told;
	if (fresh && reading.phase == READING_DONE)
		tell_end(follow, &reading);
	else if (fresh)
		draw_bar(follow, &reading);
	else
		tell_advice(follow);
	reading_done(&reading);
	(void)fflush(stdout);
}

static bool is_here(struct store *store, const char *source)
{
	struct stored_watch watch;
	return store_get_watch(store, source, &watch) == 0 && watch.here;
}

/* A reading that is over counts only if its watch is still plugged in and all went well. */
static void begin(struct follow *follow)
{
	struct reading reading = { 0 };
	if (reading_read(follow->state, &reading) == 0) {
		bool over = reading.phase == READING_DONE;
		bool here = is_here(follow->store, reading.source);
		bool good = reading.status == 0 && !*reading.why;
		follow->told = over && !(here && good) ? reading.number : reading.number - 1;
	}
	reading_done(&reading);
}

/* Until a watch was read, or somebody presses Enter. */
static void follow_watch(struct follow *follow)
{
	for (;;) {
		char line[ASK_BYTES];
		struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
		look(follow);
		if (follow->over)
			return;
		if (poll(&input, 1, LOOK_MS) <= 0)
			continue;
		if (!fgets(line, sizeof line, stdin))
			clearerr(stdin); /* the end of the answers is as good */
		wipe_bar(follow);
		return;
	}
}

static void close_store(struct store **store)
{
	(void)store_close(*store);
}

enum setup_end setup_step_watch(struct setup *setup)
{
	CLEANUP(close_store) struct store *store = NULL;
	char why[STORE_WHY_BYTES];
	pid_t daemon = 0;
	if (store_find_daemon(setup->paths.state, &daemon) == -ESRCH) {
		setup_show("Watch", "kneadd does not run, so that nobody reads a watch yet");
		return SETUP_NEXT;
	}
	if (store_open(setup->paths.state, STORE_READ, &store, why) < 0)
		return (enum setup_end)cli_fail(
			SETUP_FAILED, "store", setup->paths.state, "%s", why);
	struct follow follow = {
		.state = setup->paths.state, .store = store, .bar = isatty(STDOUT_FILENO)
	};
	(void)puts("Now plug in the watch with its cable (Enter: another time).");
	begin(&follow);
	follow_watch(&follow);
	return SETUP_NEXT;
}
