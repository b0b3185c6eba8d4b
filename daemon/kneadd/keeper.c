/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/keeper.h"

#include "base/cleanup.h"
#include "store/backup.h"
#include "store/restore.h"
#include "store/store_feed.h"
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stands in the state directory after damage was met: 1 the next start reads everything, 2 it did. */
#define MARK "look-closely"
#define RETRY_MS INT64_C(3600000) /* after a copy failed: the disk is full, say */

struct keeper {
	struct store *store;
	struct clock_source *clock;
	bool touched; /* stored since the latest copy */
	int64_t not_before_ms;
};

static char *path_of_mark(const char *state_dir)
{
	char *path = NULL;
	return asprintf(&path, "%s/" MARK, state_dir) < 0 ? NULL : path;
}

static void remove_mark(const char *state_dir)
{
	AUTO_FREE char *path = path_of_mark(state_dir);
	if (path)
		(void)unlink(path);
}

static bool has_mark(const char *state_dir)
{
	AUTO_FREE char *path = path_of_mark(state_dir);
	return path && access(path, F_OK) == 0;
}

int keeper_open(const char *state_dir, struct clock_source *clock, struct store **ret,
	int *ret_lock, char *ret_why)
{
	bool restored = false;
	int r = store_open_safely(state_dir, clock_now_ms(clock), has_mark(state_dir), ret,
		ret_lock, &restored, ret_why);
	if (r == 0 &&
		keeper_is_restoring(*ret)) /* its copy knows nothing of what was placed since */
		(void)store_feed_drop_unmarked(*ret);
	if (r < 0 || !restored)
		return r;
	AUTO_FREE char *text = NULL;
	if (store_get_fact(*ret, RESTORE_FACT_OPEN, &text) == 0 && text)
		log_line(LOG_LEVEL_ERROR,
			"%s; what files told since then comes again from the archive", text);
	return 0;
}

bool keeper_is_restoring(struct store *store)
{
	AUTO_FREE char *text = NULL;
	return store_get_fact(store, RESTORE_FACT_OPEN, &text) == 0 && text && *text;
}

void keeper_restored(struct store *store, const struct import_result *result)
{
	AUTO_FREE char *text = NULL;
	char told[STORE_WHY_BYTES + 64];
	int r = store_get_fact(store, RESTORE_FACT_OPEN, &text);
	if (r < 0 || !text || !*text)
		return;
	(void)snprintf(told, sizeof told, "%s; %zu activities came again from their originals",
		text, result->new_activities);
	if ((r = store_begin(store)) == 0) {
		r = store_set_fact(store, RESTORE_FACT_TOLD, told);
		if (r == 0)
			r = store_set_fact(store, RESTORE_FACT_OPEN, "");
		if (r == 0)
			r = store_commit(store);
		else
			store_rollback(store);
	}
	if (r < 0)
		(void)log_error(r, "that the store was put back could not be recorded");
	else
		log_line(LOG_LEVEL_NOTICE, "%s", told);
	remove_mark(store_directory(store));
}

bool keeper_note_damage(struct store *store)
{
	AUTO_FREE char *path = path_of_mark(store_directory(store));
	if (!path || access(path, F_OK) == 0)
		return false;
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
	return fd >= 0;
}

int keeper_new(struct store *store, struct clock_source *clock, struct keeper **ret)
{
	struct keeper *keeper = malloc(sizeof *keeper);
	if (!keeper)
		return -ENOMEM;
	*keeper = (struct keeper) {
		.store = store, .clock = clock, .touched = false, .not_before_ms = INT64_MIN
	};
	*ret = keeper;
	return 0;
}

struct keeper *keeper_free(struct keeper *keeper)
{
	free(keeper);
	return NULL;
}

void keeper_settle(struct keeper *keeper)
{
	int64_t now_ms = clock_now_ms(keeper->clock);
	if (!keeper->touched || now_ms < keeper->not_before_ms)
		return;
	/* a copy made while something is being forgotten would keep it */
	AUTO_CLOSE int lock = store_lock_import(keeper->store, false);
	if (lock < 0)
		return;
	keeper->touched = false;
	if (!backups_are_due(store_directory(keeper->store), now_ms))
		return;
	int r = backups_make(keeper->store, now_ms);
	if (r == 0) { /* it was read from beginning to end for it */
		remove_mark(store_directory(keeper->store));
		return;
	}
	keeper->touched = true;
	keeper->not_before_ms = now_ms + RETRY_MS;
	(void)log_error(
		r, "the daily copy of the store could not be made; it is tried again later");
}

void keeper_touch(struct keeper *keeper)
{
	keeper->touched = true;
}
