/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/backup_copy.h"

#include "base/cleanup.h"
#include "store/version.h"
#include "store/place.h"
#include "store/statement.h"
#include "util/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The part is nobody else's, and worth nothing after a crash: neither a journal nor a sync while it is made. */
#define SETTINGS_PART \
	"PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"
/* A copy is one file: what it was copied from has a log beside it, and says so. */
#define SETTINGS_WHOLE "PRAGMA journal_mode = DELETE"

static void closep(sqlite3 **db)
{
	(void)sqlite3_close(*db);
}

int backup_check(sqlite3 *db, const char *pragma)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, pragma, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	int r = rc == SQLITE_ROW ? (text && strcmp(text, "ok") == 0 ? 0 : -EUCLEAN)
				 : sqlite_to_errno(db, rc);
	(void)sqlite3_finalize(stmt);
	return r;
}

static int copy_pages(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	if (!backup)
		return sqlite_to_errno(to, sqlite3_errcode(to));
	int rc = sqlite3_backup_step(backup, -1);
	int finished = sqlite3_backup_finish(backup);
	if (rc == SQLITE_DONE)
		rc = finished;
	return rc == SQLITE_OK ? 0 : sqlite_to_errno(to, rc);
}

static int fill(sqlite3 *from, const char *part)
{
	CLEANUP(closep) sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(part, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK)
		return sqlite_to_errno(to, rc);
	int version = 0, application = 0;
	int r = sqlite_run(to, SETTINGS_PART);
	if (r == 0)
		r = copy_pages(from, to);
	if (r == 0)
		r = sqlite_run(to, SETTINGS_WHOLE);
	if (r == 0)
		r = backup_check(to, "PRAGMA quick_check(1)");
	if (r == 0)
		r = version_read(to, &version, &application);
	return r == 0 && (application != STORE_APPLICATION_ID || version < 1) ? -EUCLEAN : r;
}

static int make_whole(sqlite3 *db, const char *folder, const char *part, int part_fd)
{
	char *made = NULL;
	if (asprintf(&made, "%s/%s", folder, part) < 0)
		return -ENOMEM;
	AUTO_FREE char *path = made;
	int r = fill(db, path);
	if (r < 0)
		return r;
	crash_here(CRASH_BACKUP_WRITTEN);
	if (fsync(part_fd) < 0)
		return -errno;
	crash_here(CRASH_BACKUP_SYNCED);
	return 0;
}

int backup_copy(sqlite3 *db, const char *folder, const char *name, mode_t mode)
{
	AUTO_CLOSE int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0)
		return -errno;
	char part[PLACE_PART_BYTES];
	AUTO_CLOSE int part_fd = place_new_part(folder_fd, part);
	if (part_fd < 0)
		return part_fd;
	int r = mode && fchmod(part_fd, mode) < 0 ? -errno : 0;
	if (r == 0)
		r = make_whole(db, folder, part, part_fd);
	if (r == 0 && renameat(folder_fd, part, folder_fd, name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(folder_fd, part, 0);
		return r;
	}
	crash_here(CRASH_BACKUP_RENAMED);
	return fsync(folder_fd) < 0 ? -errno : 0;
}
