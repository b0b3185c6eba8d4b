/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Plug in now", and what happens then, as the daemon writes it down. */
#include "cli/setup.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "store/store_query.h"
#include "store/store_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 250

/* What was said last of the watch that is followed. */
struct follow {
	struct store *store;
	bool here, over;
	int64_t read_before_ms;
	char source[64], trouble[256];
	size_t activities;
};

static bool is_read(const struct stored_watch *watch)
{
	return watch->read_ms != STORED_WATCH_NEVER;
}

static void say_read(const struct stored_watch *watch, size_t activities)
{
	(void)printf("Read: %u new file%s. %zu activit%s in the store. Safe to unplug.\n",
		watch->got, watch->got == 1 ? "" : "s", activities, activities == 1 ? "y" : "ies");
}

static void look_at(struct follow *follow, const struct stored_watch *watch)
{
	bool followed = strcmp(follow->source, watch->source) == 0;
	if (watch->here && !(followed && follow->here)) {
		(void)fputs("Plugged in: ", stdout);
		cli_print_clean(watch->name);
		(void)puts(*watch->advice ? "" : "; reading it ...");
		cli_print_clean(watch->advice);
		(void)fputs(*watch->advice ? "\n" : "", stdout);
		(void)snprintf(follow->source, sizeof follow->source, "%s", watch->source);
		follow->trouble[0] = '\0';
		follow->here = true;
	} else if (!followed) {
		return;
	}
	if (strcmp(follow->trouble, watch->trouble) != 0) {
		cli_print_clean(watch->trouble);
		(void)putchar('\n');
		(void)snprintf(follow->trouble, sizeof follow->trouble, "%s", watch->trouble);
	}
	if (!watch->here && follow->here)
		(void)puts("Unplugged.");
	follow->here = watch->here;
	follow->over = is_read(watch) && watch->read_ms > follow->read_before_ms;
	if (follow->over)
		say_read(watch, follow->activities);
}

static int look(struct follow *follow, bool first)
{
	AUTO_FREE struct stored_watch *list = NULL;
	size_t n = 0;
	int r = store_list_watches(follow->store, &list, &n);
	if (r == 0)
		r = store_count_activities(follow->store, &follow->activities);
	for (size_t i = 0; r == 0 && i < n && !follow->over; i++) {
		if (first && is_read(&list[i]) && list[i].read_ms > follow->read_before_ms)
			follow->read_before_ms = list[i].read_ms;
		if (!first)
			look_at(follow, &list[i]);
	}
	(void)fflush(stdout);
	return r;
}

/* Until a watch was read, or somebody presses Enter. Returns as ask_line(). */
static int follow_watch(struct follow *follow)
{
	int r = look(follow, true);
	while (r == 0 && !follow->over) {
		char line[ASK_BYTES];
		struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
		r = look(follow, false);
		if (r < 0 || follow->over)
			break;
		if (poll(&input, 1, LOOK_MS) > 0)
			return fgets(line, sizeof line, stdin) ? 1 : 0;
	}
	return r < 0 ? r : 1;
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
	struct follow follow = { .store = store, .read_before_ms = INT64_MIN };
	(void)puts("Now plug in the watch with its cable (Enter: another time).");
	int r = follow_watch(&follow);
	return r < 0 ? SETUP_FAILED : SETUP_NEXT;
}
