/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Rows of files and activities: what an import reads and writes. Inside store_begin()/commit(). */

#include "ipc/report.h"
#include "store/spool.h"
#include "store/store.h"

/* Content that was met before. */
enum known {
	KNOWN_NOT,
	KNOWN_STORED,
	KNOWN_REFUSED,
	KNOWN_FORGOTTEN, /* by the runner's wish (store_forget.h) */
};

/* Whether content is known. A refusal by an older parser does not count. */
int store_known_content(struct store *store, const uint8_t hash[HASH_BYTES],
	uint32_t parser_version, enum known *ret);

/* Whether this path of this source was taken with this size and date before (then it need not even
 * be read), unless its content was refused by an older parser. */
int store_known_path(
	struct store *store, const struct spool_origin *origin, uint32_t parser_version, bool *ret);

/* A file that was parsed or refused. why is NULL for a stored one. */
struct file_row {
	const struct spool_file *file;
	enum file_format format;
	enum file_kind kind;
	const char *why;
	uint32_t parser_version;
	bool archived;
	int64_t imported_ms;
	int64_t serial;          /* device serial inside the file; -1 unknown */
	const char *device_name; /* "Forerunner 965"; NULL unknown */
};

/* Inserts or, after an older refusal, replaces the file's row, and notes where it was seen. */
int store_put_file(struct store *store, const struct file_row *row, int64_t *ret_file_id);

/* Notes that known content was seen at another place too. */
int store_put_sighting(struct store *store, const struct spool_file *file, int64_t seen_ms);

/* A file of a source that could not be taken at all: shown among the refused ones until the same place
 * gives something. It is tried again each time. */
int store_put_unread(
	struct store *store, const struct spool_origin *origin, const char *why, int64_t at_ms);

/* Forgets what could not be taken from `root` of a source and from below it ("": all of the source).
 * Called when that was walked whole, before what is still wrong is put again: what was mended or
 * removed meanwhile is no longer shown. */
int store_forget_unread(struct store *store, const char *source, const char *root);

struct activity_row {
	int64_t file_id;
	uint32_t index; /* within the file */
	int32_t day;    /* local day of the start */
	int32_t utc_offset_s;
	const struct report_activity *activity;
};

/* Inserts an activity, or merges it into the one that is the same run from another source
 * (docs/architecture.md, "one run from two sources": same sport family, starts within 120 s or overlap
 * of 80 %, durations within 10 %; a TCX and a FIT also with a start shifted by 1 to 14 whole hours if
 * distances agree within 2 %; never within one file, never two files of one device). The richer source
 * leads (more series, then more records).
 *
 * ret_id      the activity, new or merged into
 * ret_merged  whether it was merged */
int store_put_activity(
	struct store *store, const struct activity_row *row, int64_t *ret_id, bool *ret_merged);

/* Undoes a merge: each recording of an activity becomes an activity of its own. The one that led keeps the number.
 * What is stored stays apart: a file is looked at for merging only when it comes in. Day totals and marks are
 * brought up to date; profile values and scores are the caller's (store_refresh_profile(), decide_recompute()).
 *
 * ret_ids  owned by the caller: the activity itself, then the new ones
 * Returns 0; -ENOENT no such activity; -ENODATA when it has one recording only; other negative errno. */
int store_split_activity(struct store *store, int64_t id, int64_t **ret_ids, size_t *ret_n);

/* Removes what a file does not tell any more: its recordings from place `from` on, and the activities that have no
 * other one. */
int store_drop_activities(struct store *store, int64_t file_id, uint32_t from);

/* What a file says of nights and days, in place of what it said before, and the days anew from what all files say of them: neither the
 * order of files nor one that comes twice changes a value. A day whose values change is marked. */
int store_put_wellness(struct store *store, int64_t file_id, const struct wellness_parts *parts);

/* Day totals (load, distance, number) of first_day...last_day computed anew from the activities. */
int store_refresh_days(struct store *store, int32_t first_day, int32_t last_day);

/* Removes originals that were imported before an instant (`archive = 30d`): up to a hundred a call, so that a
 * loop is not held up for long. Their rows stay, marked as no longer archived.
 *
 * ret_n  how many went; 0 when there are no more
 * Returns 0 or a negative errno. */
int store_expire_archive(struct store *store, int64_t before_ms, size_t *ret_n);
