/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include "base/cleanup.h"
#include "store/backup.h"
#include "store/backup_copy.h"
#include "store/migrate.h"
#include "store/opening.h"
#include "store/statement.h"
#include "store/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DATABASE "knead.db"
#define BUSY_TIMEOUT_MS 5000

/* The daemon stays small; a command lives for milliseconds and reads everything once. */
#define SETTINGS_ALL                                                                          \
	"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;" \
	"PRAGMA temp_store = MEMORY;"
#define SETTINGS_WRITE                                                                      \
	"PRAGMA synchronous = FULL; PRAGMA cache_size = -256; PRAGMA journal_size_limit = " \
	"1048576;"
#define SETTINGS_READ "PRAGMA query_only = ON; PRAGMA cache_size = -1024;"

static int path_in(const char *directory, const char *name, char **ret)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	*ret = path;
	return 0;
}

int store_explain(int error, const char *directory, char *ret_why)
{
	const char *format = NULL;
	switch (error) {
	case -ENOENT:
		format = "there is no store in %s yet: import something, or name another folder"
			 " with --state";
		break;
	case -EACCES:
	case -EPERM:
		if (access(directory, F_OK) < 0 && errno == ENOENT) {
			format = "no right to make the store in %s: the folder above it belongs to "
				 "somebody else";
			break;
		}
		format = "no right to use the store in %s: it belongs to another user or group";
		break;
	case -EROFS:
		format = "the store in %s cannot be written: its file system or file is"
			 " read-only";
		break;
	case -ENOSPC:
	case -EDQUOT:
		format = "the disk that holds %s is full: free some space, nothing is lost";
		break;
	case -EBUSY:
		format = "another program has held the store in %s for too long: try again";
		break;
	case -EPROTO:
		format = "the store in %s was made by a newer Knead: install that version again, or"
			 " put back its copy of the version before (docs/data.md, \"going back\")";
		break;
	case -EUCLEAN:
		format = "%s/" DATABASE " is damaged or not a database of Knead's: kneadd puts it"
			 " back from backup/ when it starts; without one move it away and import "
			 "archive/";
		break;
	case -ESTALE:
		format =
			"%s/" DATABASE " is gone though there are copies of it: start kneadd, which"
			" puts the newest back, or move backup/ away to begin anew";
		break;
	case -EBADFD:
		format = "the store in %s was made by an older Knead and could not be brought up to"
			 " date: start kneadd, or run this as somebody who may write it";
		break;
	case -EAGAIN:
		format = "another kneadd runs on %s";
		break;
	default:
		break;
	}
	/* the folder may be long; the way out stands behind it and must stay */
	char shown[100];
	size_t length = strlen(directory);
	(void)snprintf(shown, sizeof shown, "%s%s", length < sizeof shown ? "" : "...",
		length < sizeof shown ? directory : directory + length - (sizeof shown - 4));
	if (format)
		(void)snprintf(ret_why, STORE_WHY_BYTES, format, shown);
	else
		(void)snprintf(ret_why, STORE_WHY_BYTES, "the store in %s cannot be used: %s",
			shown, strerror(-error));
	return error;
}

int store_make_folder(const char *path)
{
	AUTO_FREE char *copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	for (char *at = copy + 1;; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		char kept = *at;
		*at = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			return -errno;
		*at = kept;
		if (kept == '\0')
			return 0;
	}
}

/* SQLite would make the file without the group's right to write. */
static int make_file(const char *directory, const char *path)
{
	int r = store_make_folder(directory);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
	return fd < 0 && errno != EEXIST ? -errno : 0;
}

/* Whether the log beside the database holds anything. */
static bool has_log(const char *path)
{
	char *made = NULL;
	if (asprintf(&made, "%s-wal", path) < 0)
		return true;
	AUTO_FREE char *log = made;
	struct stat st;
	return stat(log, &st) < 0 ? errno != ENOENT : st.st_size > 0;
}

/* A "file:" URI of a path, for a database that nobody can be writing to. */
static int immutable_uri(const char *path, char **ret)
{
	AUTO_FREE char *escaped = malloc(3 * strlen(path) + 1);
	if (!escaped)
		return -ENOMEM;
	char *at = escaped;
	for (const char *from = path; *from; from++) {
		if (strchr("%?#", *from))
			at += sprintf(at, "%%%02x", (unsigned)*from);
		else
			*at++ = *from;
	}
	*at = '\0';
	char *uri = NULL;
	/* an empty host, so that a path that begins with two slashes does not name one */
	if (asprintf(&uri, "file:%s%s?immutable=1", *path == '/' ? "//" : "", escaped) < 0)
		return -ENOMEM;
	*ret = uri;
	return 0;
}

static int open_database(const char *name, int flags, sqlite3 **ret)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(
		name, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	int r = rc == SQLITE_OK ? 0 : sqlite_to_errno(db, rc);
	if (r < 0) {
		(void)sqlite3_close(db);
		return r;
	}
	(void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	*ret = db;
	return 0;
}

static int check_version(sqlite3 *db)
{
	int version = 0, application = 0;
	int r = version_read(db, &version, &application);
	if (r < 0) /* not the database is missing, but the log's index, where it cannot be made */
		return r == -ENOENT ? -EROFS : r;
	if (version == 0)
		return -ENOENT; /* a file that was made and never written to */
	if (application != STORE_APPLICATION_ID)
		return -EUCLEAN;
	if (version < store_schema_n)
		return -EBADFD;
	return version > store_schema_n ? -EPROTO : 0;
}

/* Reads beside a writer. Where the log's index cannot be made (a read-only folder, a full disk) and
 * there is no log, the file alone is the whole truth. */
static int open_to_read(const char *path, sqlite3 **ret)
{
	if (access(path, R_OK) < 0)
		return -errno;
	sqlite3 *db = NULL;
	int r = open_database(path, SQLITE_OPEN_READONLY, &db);
	if (r == 0)
		r = check_version(db);
	if (r < 0 && r != -EPROTO && r != -EBADFD && r != -EUCLEAN && r != -ENOENT && r != -EBUSY &&
		!has_log(path)) {
		(void)sqlite3_close(TAKE_PTR(db));
		AUTO_FREE char *uri = NULL;
		r = immutable_uri(path, &uri);
		if (r == 0)
			r = open_database(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &db);
		if (r == 0)
			r = check_version(db);
	}
	if (r == 0)
		r = sqlite_run(db, SETTINGS_ALL SETTINGS_READ);
	if (r < 0) {
		(void)sqlite3_close(db);
		return r;
	}
	*ret = db;
	return 0;
}

static int open_to_write(const char *directory, const char *path, sqlite3 **ret)
{
	/* SQLite would open a file that it may not write for reading, and say so much later */
	if (access(path, R_OK | W_OK) < 0 || access(directory, W_OK | X_OK) < 0)
		return -errno;
	sqlite3 *db = NULL;
	int r = open_database(path, SQLITE_OPEN_READWRITE, &db);
	if (r < 0)
		return r;
	r = sqlite_run(db, SETTINGS_ALL SETTINGS_WRITE);
	if (r == 0)
		r = migrate_run(db, directory);
	if (r < 0) {
		(void)sqlite3_close(db);
		return r;
	}
	*ret = db;
	return 0;
}

/* An empty store in place of one that is gone would hide that it is gone. */
static bool is_lost(const char *directory, const char *path)
{
	AUTO_FREE struct backup_name *copies = NULL;
	size_t n = 0;
	return access(path, F_OK) < 0 && errno == ENOENT &&
	       backups_list(directory, &copies, &n) == 0 && n > 0;
}

static int open_in(const char *directory, enum store_mode mode, sqlite3 **ret)
{
	AUTO_FREE char *path = NULL;
	int r = path_in(directory, DATABASE, &path);
	if (r < 0)
		return r;
	if (mode == STORE_READ) {
		r = open_to_read(path, ret);
		if (r != -EBADFD)
			return r;
		/* of an older version: whoever may write brings it up to date, then it can be read */
		sqlite3 *db = NULL;
		r = open_to_write(directory, path, &db);
		(void)sqlite3_close(db);
		return r < 0 ? -EBADFD : open_to_read(path, ret);
	}
	if (mode == STORE_CREATE)
		r = is_lost(directory, path) ? -ESTALE : make_file(directory, path);
	return r < 0 ? r : open_to_write(directory, path, ret);
}

int store_open(const char *state_dir, enum store_mode mode, struct store **ret, char *ret_why)
{
	AUTO_FREE struct store *store = calloc(1, sizeof *store);
	AUTO_FREE char *directory = strdup(state_dir);
	if (!store || !directory)
		return store_explain(-ENOMEM, state_dir, ret_why);
	int r = open_in(state_dir, mode, &store->db);
	if (r < 0)
		return store_explain(r, state_dir, ret_why);
	store->directory = TAKE_PTR(directory);
	*ret = TAKE_PTR(store);
	return 0;
}

struct store *store_close(struct store *store)
{
	if (!store)
		return NULL;
	store_rollback(store);
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(store->statements[i]);
	(void)sqlite3_close(store->db);
	free(store->directory);
	free(store);
	return NULL;
}

const char *store_directory(const struct store *store)
{
	return store->directory;
}

int store_throw_away(struct store *store)
{
	return sqlite_run(store->db, "PRAGMA synchronous = OFF");
}

void store_release_memory(struct store *store)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		if (store->statements[i] && !sqlite3_stmt_busy(store->statements[i]))
			(void)sqlite3_finalize(TAKE_PTR(store->statements[i]));
	(void)sqlite3_db_release_memory(store->db);
}

static int run(struct store *store, enum statement which)
{
	sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, which, &stmt);
	return r < 0 ? r : store_run(store, stmt);
}

int store_begin(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		return -EALREADY;
	return run(store, ST_BEGIN);
}

int store_commit(struct store *store)
{
	int r = run(store, ST_COMMIT);
	if (r < 0)
		store_rollback(store);
	return r;
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		(void)run(store, ST_ROLLBACK);
}

void store_nudge(const struct store *store)
{
	AUTO_FREE char *path = NULL;
	if (path_in(store->directory, "nudge", &path) < 0)
		return;
	/* whoever watches sees the write and the close; on a full disk still the close */
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd >= 0 && pwrite(fd, "\n", 1, 0) < 0)
		(void)futimens(fd, NULL);
}

int store_check(struct store *store, bool whole)
{
	return backup_check(
		store->db, whole ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
}

int store_get_fact(struct store *store, const char *name, char **ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FACT_GET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, name);
	r = store_step(store, stmt);
	if (r > 0)
		return column_text(stmt, 0, ret);
	if (r == 0)
		*ret = NULL;
	return r;
}

int store_set_fact(struct store *store, const char *name, const char *value)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_FACT_SET, &stmt);
	if (r < 0)
		return r;
	bind_text(stmt, 1, name);
	bind_text(stmt, 2, value);
	return store_run(store, stmt);
}
