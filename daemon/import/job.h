/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One import: whatever lies in the spool is parsed, a few files at a time, and then stored in a single
 * transaction with the day totals, the decision and the outbox rows.
 *
 * A source asks import_wants() for each file it shows, spools those that are wanted and hands them over.
 * Whatever a killed import left in the spool is taken over by the next one, so that nothing is lost; and
 * since rows are written once, at the end, nothing is said twice.
 *
 * The job runs in somebody's loop: wait until import_fd() is readable, then call import_turn(). */

#include "conf/conf.h"
#include "decide/decide.h"
#include "store/spool.h"
#include "util/clock.h"

struct import_job;

/* The fact in which a daemon whose import stopped says why, until one goes through. */
#define IMPORT_FACT_TROUBLE "import_trouble"

struct import_refusal {
	char *file; /* owned */
	char *why;  /* owned */
};

/* How many of the new activities a source gave. */
struct import_share {
	char source[64]; /* as struct spool_origin has it */
	size_t new_activities;
};

struct import_result {
	size_t found; /* files that the sources showed */
	size_t taken; /* of these, content that was new */
	size_t known;
	size_t refused_before; /* of these, as far as they were read again; not in the JSON */
	size_t merged;
	int64_t *ids; /* owned: new activities, and those that were merged into */
	size_t ids_n, new_activities;
	struct import_share *shares; /* owned: of these, by where their files came from */
	size_t shares_n;
	struct import_refusal *refused; /* owned */
	size_t refused_n;
	bool no_landlock; /* helpers ran without it: this kernel has none */
	struct decided decided;
};

void import_result_done(struct import_result *result);

/* Starts a job and takes over what the spool holds. The caller holds the import lock
 * (store_lock_import()) until the job is freed. conf, store and clock are borrowed.
 * Returns 0 or a negative errno. */
int import_new(struct store *store, const struct conf *conf, struct clock_source *clock,
	struct import_job **ret);

/* The same for originals of the archive that the store does not know, after it was put back from a copy. The
 * spool is left to the next job; nothing is announced, since it may have been before. */
int import_new_from_archive(struct store *store, const struct conf *conf,
	struct clock_source *clock, struct import_job **ret);
struct import_job *import_free(struct import_job *job);

/* Whether a file must be read at all: false when this path, size and date were stored or refused before. */
bool import_wants(struct import_job *job, const struct spool_origin *origin);

/* A file that is in the spool now. Returns 0; -ENOMEM. */
int import_add(struct import_job *job, const struct spool_file *file);

/* A file that could not be taken, and why. Returns 0; -ENOMEM. */
int import_refuse(struct import_job *job, const struct spool_origin *origin, const char *why);

/* `root` of a source ("": all of it) was walked to its end: what could not be read there before and was not
 * refused again is mended or gone. Returns 0; -ENOMEM. */
int import_walked(struct import_job *job, const char *source, const char *root);

/* Files handed over from now on are meant by name: what was forgotten comes in again (`yes`), or not. */
void import_mean_by_name(struct import_job *job, bool yes);

/* What is read is a drive that a desktop mounted for writing: the note says so. */
void import_eject_first(struct import_job *job);

/* How many files are still to be parsed. */
size_t import_left(const struct import_job *job);

/* Readable when import_turn() has something to do. */
int import_fd(const struct import_job *job);

/* Collects verdicts and starts helpers; never blocks. Returns 0 or a negative errno that ends the job. */
int import_turn(struct import_job *job);

/* Stores everything, decides, announces: one transaction. To be called when import_left() is 0; the job
 * can only be freed afterwards. On failure nothing is stored and the spool is as it was.
 *
 * ret_why  STORE_WHY_BYTES; on failure what to do about it */
int import_finish(struct import_job *job, struct import_result *ret, char *ret_why);
