/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Named instants at which a test may kill the process, to prove that nothing is lost or said twice.
 *
 * Every fsync, rename, commit and request start has one just before and just after it. In builds with
 * KNEAD_TEST_CLOCK the variable KNEAD_CRASH_AT=NAME[:N] makes the Nth passage of NAME a SIGKILL;
 * otherwise the call is nothing. The names stand in one list, which `kneadd --crash-points` and
 * `knead --crash-points` print in test builds. */

#define CRASH_POINTS(X)                                                                          \
	X(FOLDER_MADE, "folder-made")       /* spool or archive made, not yet synced */          \
	X(SPOOL_WRITTEN, "spool-written")   /* temporary file written, not yet synced */         \
	X(SPOOL_SYNCED, "spool-synced")     /* synced, not yet renamed */                        \
	X(SPOOL_RENAMED, "spool-renamed")   /* in the spool under its own name */                \
	X(PARSED, "parsed")                 /* one helper's verdict is in */                     \
	X(ARCHIVE_LINKED, "archive-linked") /* original in the archive, not yet synced */        \
	X(ARCHIVE_SYNCED, "archive-synced") /* archive folder synced */                          \
	X(BEFORE_COMMIT, "before-commit")   /* everything written, transaction open */           \
	X(AFTER_COMMIT, "after-commit")     /* committed, spool not yet cleaned */               \
	X(SPOOL_REMOVED, "spool-removed")   /* one spooled file removed */                       \
	X(RECOMPUTE_READ, "recompute-read") /* one original read again, its report kept */       \
	X(RECOMPUTE_BEFORE_COMMIT, "recompute-before-commit") /* all written, not committed */   \
	X(RECOMPUTE_AFTER_COMMIT, "recompute-after-commit")                                      \
	X(TICK_BEFORE_COMMIT, "tick-before-commit")                                              \
	X(TICK_AFTER_COMMIT, "tick-after-commit")                                                \
	X(REQUEST_STARTED, "request-started")   /* attempt recorded, request handed to curl */   \
	X(REQUEST_ANSWERED, "request-answered") /* answer read, not yet recorded */              \
	X(REQUEST_RECORDED, "request-recorded") /* result committed */                           \
	X(BACKUP_WRITTEN, "backup-written")     /* copy of the store made, not yet synced */     \
	X(BACKUP_SYNCED, "backup-synced")       /* synced, without its name */                   \
	X(BACKUP_RENAMED, "backup-renamed")     /* under its name */                             \
	X(RESTORE_COPIED, "restore-copied")     /* a copy lies ready, the damaged store still */ \
	X(RESTORE_MOVED, "restore-moved")       /* the damaged store is away */                  \
	X(RESTORE_RENAMED, "restore-renamed")   /* the copy is the store */

enum crash_point {
#define CRASH_POINT_ENUM(symbol, name) CRASH_##symbol,
	CRASH_POINTS(CRASH_POINT_ENUM)
#undef CRASH_POINT_ENUM
		CRASH_POINT_COUNT,
};

extern const char *const crash_point_names[CRASH_POINT_COUNT];

#ifdef KNEAD_TEST_CLOCK
void crash_here(enum crash_point point);
#else
static inline void crash_here(enum crash_point point)
{
	(void)point;
}
#endif
