/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Keeps the store safe: reads it through at the start and puts it back where it is damaged (store/restore.h),
 * sees to it that originals the copy did not know come in again, and makes a copy of it at most once a day, when
 * there was work and it is done. It never wakes the machine for that. */

#include "import/job.h"
#include "store/store.h"
#include "util/clock.h"

struct keeper;

/* Opens the store for the daemon; says in the log what had to be done.
 *
 * ret_lock  holds the lock of the daemon
 * ret_why   STORE_WHY_BYTES
 * Returns 0 or a negative errno. */
int keeper_open(const char *state_dir, struct clock_source *clock, struct store **ret,
	int *ret_lock, char *ret_why);

/* Whether originals are still to be imported again. */
bool keeper_is_restoring(struct store *store);

/* They are: remembers what the runner is to be told. */
void keeper_restored(struct store *store, const struct import_result *result);

/* Something in the store turned out to be damaged: the next start reads all of it. False when this one had done
 * so already: then another start does not help. */
bool keeper_note_damage(struct store *store);

/* All borrowed. Returns 0; -ENOMEM. */
int keeper_new(struct store *store, struct clock_source *clock, struct keeper **ret);
struct keeper *keeper_free(struct keeper *keeper);

/* Something was stored. */
void keeper_touch(struct keeper *keeper);

/* Nothing is left to do: the time for a copy, if one is due. */
void keeper_settle(struct keeper *keeper);
