/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/backup.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "store/backup_copy.h"
#include "store/migrate.h"
#include "store/place.h"
#include "store/statement.h"
#include "util/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "backup"
#define PREFIX "knead-"
#define NUMBER_MAX 999999
#define STAMP_LENGTH 16u /* 20260516T173000Z */
#define PART ".part"

static bool next_field(const char **at, size_t length, char after, char ret[32])
{
	if (strnlen(*at, length + 1) < length + 1 || (*at)[length] != after || length >= 32)
		return false;
	memcpy(ret, *at, length);
	ret[length] = '\0';
	*at += length + 1;
	return true;
}

/* "20260516T173000Z" as RFC 3339 has it. */
static bool parse_stamp(const char stamp[32], int64_t *ret_ms)
{
	char text[40];
	(void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", stamp, stamp + 4,
		stamp + 6, stamp + 9, stamp + 11, stamp + 13);
	return clock_parse(text, ret_ms) == 0;
}

static bool parse_name(const char *name, struct backup_name *ret)
{
	char number[32], stamp[32], schema[32];
	int64_t n = 0, version = 0;
	const char *at = name + strlen(PREFIX);
	if (strlen(name) >= BACKUP_NAME_BYTES || strncmp(name, PREFIX, strlen(PREFIX)) != 0 ||
		!next_field(&at, 6, '-', number) || !next_field(&at, STAMP_LENGTH, '-', stamp) ||
		strncmp(at, "schema", 6) != 0)
		return false;
	at += 6;
	const char *dot = strchr(at, '.');
	if (!dot || strcmp(dot, ".db") != 0 || !next_field(&at, (size_t)(dot - at), '.', schema))
		return false;
	if (num_int(number, strlen(number), 0, NUMBER_MAX, &n) < 0 ||
		num_int(schema, strlen(schema), 1, 9999, &version) < 0 ||
		!parse_stamp(stamp, &ret->made_ms))
		return false;
	(void)snprintf(ret->name, sizeof ret->name, "%.*s", (int)sizeof ret->name - 1, name);
	ret->number = (uint32_t)n;
	ret->schema = (int)version;
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct backup_name *x = a, *y = b;
	return x->number < y->number ? 1 : x->number > y->number ? -1 : strcmp(y->name, x->name);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* Takes the descriptor. */
static int list_folder(int folder_fd, struct backup_name **ret, size_t *ret_n)
{
	CLEANUP(closedirp) DIR *dir = fdopendir(folder_fd);
	if (!dir) {
		int r = -errno;
		(void)close(folder_fd);
		return r;
	}
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		struct backup_name row;
		if (!parse_name(entry->d_name, &row))
			continue;
		struct backup_name *grown = reallocarray(list, n + 1, sizeof *grown);
		if (!grown)
			return -ENOMEM;
		list = grown;
		list[n++] = row;
	}
	if (n)
		qsort(list, n, sizeof *list, newest_first);
	*ret = TAKE_PTR(list);
	*ret_n = n;
	return 0;
}

int backups_list(const char *state_dir, struct backup_name **ret, size_t *ret_n)
{
	int folder = place_open(state_dir, FOLDER, false);
	if (folder == -ENOENT) {
		*ret = NULL;
		*ret_n = 0;
		return 0;
	}
	return folder < 0 ? folder : list_folder(folder, ret, ret_n);
}

bool backups_are_due(const char *state_dir, int64_t now_ms)
{
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	if (backups_list(state_dir, &list, &n) < 0)
		return false;
	return !n || now_ms - list[0].made_ms >= BACKUP_EVERY_MS ||
	       list[0].made_ms - now_ms >= BACKUP_EVERY_MS;
}

static void remove_parts(int folder_fd)
{
	int copy = fcntl(folder_fd, F_DUPFD_CLOEXEC, 3);
	CLEANUP(closedirp) DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
		return;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		/* one that SQLite still had a journal for is a part as well */
		if (strstr(entry->d_name, PART))
			(void)unlinkat(folder_fd, entry->d_name, 0);
	}
}

/* Lets go of all but the newest ones, and the newest that another version made. */
static void prune(const char *state_dir, int schema)
{
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	AUTO_CLOSE int folder = place_open(state_dir, FOLDER, false);
	if (folder < 0 || backups_list(state_dir, &list, &n) < 0)
		return;
	remove_parts(folder);
	bool has_older = false;
	for (size_t i = 0; i < n; i++) {
		bool older = list[i].schema < schema;
		if (i >= BACKUPS_KEPT && (!older || has_older))
			(void)unlinkat(folder, list[i].name, 0);
		has_older = has_older || older;
	}
}

int backup_copy_own(sqlite3 *db, const char *state_dir, int schema, int64_t now_ms)
{
	AUTO_CLOSE int folder = place_open(state_dir, FOLDER, true);
	if (folder < 0)
		return folder;
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	int r = backups_list(state_dir, &list, &n);
	if (r < 0)
		return r;
	char stamp[CLOCK_TEXT_BYTES], name[BACKUP_NAME_BYTES];
	(void)clock_format(now_ms, stamp); /* 2026-05-16T17:30:00Z */
	uint32_t number = n ? list[0].number % NUMBER_MAX + 1 : 1;
	(void)snprintf(name, sizeof name,
		PREFIX "%06" PRIu32 "-%.4s%.2s%.2sT%.2s%.2s%.2sZ-schema%d.db", number, stamp,
		stamp + 5, stamp + 8, stamp + 11, stamp + 14, stamp + 17, schema);
	char *made = NULL;
	if (asprintf(&made, "%s/" FOLDER, state_dir) < 0)
		return -ENOMEM;
	AUTO_FREE char *path = made;
	r = backup_copy(db, path, name, 0);
	if (r == 0)
		prune(state_dir, schema);
	return r;
}

int backups_make(struct store *store, int64_t now_ms)
{
	return backup_copy_own(store->db, store->directory, store_schema_n, now_ms);
}

int backups_remove(const char *state_dir)
{
	AUTO_FREE struct backup_name *list = NULL;
	size_t n = 0;
	int r = backups_list(state_dir, &list, &n);
	AUTO_CLOSE int folder = place_open(state_dir, FOLDER, false);
	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	remove_parts(folder);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (unlinkat(folder, list[i].name, 0) < 0 && errno != ENOENT)
			r = -errno;
	return r;
}

/* What a copy may replace: nothing, or an older copy. */
static int may_replace(const struct store *store, const char *path, char *ret_why)
{
	struct stat st, own;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	char *made = NULL;
	if (asprintf(&made, "%s/knead.db", store->directory) < 0)
		return -ENOMEM;
	AUTO_FREE char *database = made;
	if (stat(database, &own) == 0 && own.st_dev == st.st_dev && own.st_ino == st.st_ino) {
		(void)snprintf(ret_why, STORE_WHY_BYTES, "that is the store itself");
		return -EEXIST;
	}
	uint8_t head[72] = { 0 };
	AUTO_CLOSE int fd = S_ISREG(st.st_mode)
				    ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
				    : -1;
	long n = fd < 0 ? 0 : place_read(fd, head, sizeof head);
	/* application_id stands at byte 68 (SQLite's file format, "the database header") */
	static const uint8_t ours[4] = { 'N', 'E', 'A', 'D' };
	if (n == (long)sizeof head && memcmp(head, "SQLite format 3", 16) == 0 &&
		memcmp(head + 68, ours, sizeof ours) == 0)
		return 0;
	(void)snprintf(ret_why, STORE_WHY_BYTES,
		"something else has that name and is left alone: give another");
	return -EEXIST;
}

int store_backup(struct store *store, const char *path, mode_t mode, char *ret_why)
{
	*ret_why = '\0';
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	AUTO_FREE char *folder =
		slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	if (!folder)
		return -ENOMEM;
	int r = *name ? may_replace(store, path, ret_why) : -EISDIR;
	if (r == 0)
		r = backup_copy(store->db, folder, name, mode);
	if (r == -EUCLEAN)
		(void)snprintf(ret_why, STORE_WHY_BYTES,
			"the store itself is damaged: start kneadd, which puts it right");
	else if (r == -ENOENT)
		(void)snprintf(ret_why, STORE_WHY_BYTES, "there is no such folder");
	else if (r < 0 && !*ret_why)
		(void)snprintf(ret_why, STORE_WHY_BYTES, "%s", strerror(-r));
	return r;
}
