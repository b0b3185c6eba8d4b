/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The state directory: one SQLite file (WAL, STRICT, foreign keys), the spool of files on their way in,
 * and the archive of originals.
 *
 *   knead.db            everything that was decided
 *   spool/              SHA256.part while it is written, SHA256 when whole; empty when nothing is under way
 *   archive/ab/SHA256   originals, named by their hash
 *   backup/             copies of knead.db that Knead makes by itself (backup.h)
 *   damaged/            the latest knead.db that had to be put back from one of these (restore.h)
 *   watches/            what the fetcher remembers of each watch
 *   look-closely        while it is there, the next start reads the store with its indices (kneadd/keeper.h)
 *   import.lock         flock: one import at a time, by whom ever
 *   daemon.lock         a record lock: one daemon, or messages would be sent twice
 *   nudge               touched after every commit that another process should notice
 *
 * One process may hold many readers; writers take `BEGIN IMMEDIATE` and wait up to five seconds. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct store;

enum store_mode { STORE_READ, STORE_WRITE, STORE_CREATE };

#define STORE_WHY_BYTES 256u

/* Opens (and with STORE_CREATE makes, and migrates) the store below state_dir.
 *
 * ret_why  STORE_WHY_BYTES; on failure one sentence that says what is wrong and what to do
 * Returns 0; -ENOENT no store there; -EACCES no right; -EROFS cannot be written; -EPROTO made by a newer
 * version; -EUCLEAN damaged; -ESTALE gone, though there are copies of it; -ENOSPC; other negative errno. */
int store_open(const char *state_dir, enum store_mode mode, struct store **ret, char *ret_why);
struct store *store_close(struct store *store);
const char *store_directory(const struct store *store);

/* Nothing of this store is to outlive its program: from now on no commit waits for the disk, which beside others who
 * write can take a hundred times as long as the work. */
int store_throw_away(struct store *store);

/* Gives back what SQLite keeps to be fast: its page cache and the prepared statements. For a daemon that
 * has nothing to do for a while. */
void store_release_memory(struct store *store);

/* A write transaction. begin returns 0; -EALREADY inside one; -EBUSY when another process writes for
 * longer than five seconds; other negative errno. commit returns 0 (then it is on the disk) or a negative
 * errno and has then rolled back. rollback may be called in any state. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/* Tells other processes that rows changed (touches `nudge`). */
void store_nudge(const struct store *store);

/* Takes the import lock. Returns a descriptor that holds it until closed; -EAGAIN when another process
 * has it and wait is false. */
int store_lock_import(const struct store *store, bool wait);

/* Whoever places originals in the feed folder. Returns a descriptor to be closed; -EAGAIN when another one does; negative
 * errno. */
int store_lock_feed(const struct store *store);

/* The same for the lock of the daemon, without waiting. */
int store_lock_daemon(const struct store *store);

/* The process that holds the daemon's lock of a store. Returns 0; -ESRCH when there is none; -EACCES when
 * that cannot be told; other negative errno. */
int store_find_daemon(const char *state_dir, pid_t *ret);

/* Reads the whole store through; `whole`: also that its indices fit its tables. Returns 0; -EUCLEAN damaged; other
 * negative errno. */
int store_check(struct store *store, bool whole);

/* A small fact by name: last plug-in, first day ... Text; NULL when there is none (caller frees). */
int store_get_fact(struct store *store, const char *name, char **ret);
int store_set_fact(struct store *store, const char *name, const char *value);
#define STORE_FACT_DAEMON "daemon_version" /* of the kneadd that opened it last */
