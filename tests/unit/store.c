/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/store_fixture.h"

#include "store/migrate.h"
#include "store/store_query.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Runs SQL on the file, past the library. */
static void run_sql(const struct fixture *fixture, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(fixture_path(fixture, "knead.db"), &db), SQLITE_OK);
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t ask_sql(const struct fixture *fixture, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	assert_int_equal(sqlite3_open(fixture_path(fixture, "knead.db"), &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	int64_t answer = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

/* Opening fails so, and the sentence holds a word of the way out. */
static void fails_to_open(
	const struct fixture *fixture, enum store_mode mode, int error, const char *word)
{
	char why[STORE_WHY_BYTES] = "";
	struct store *store = NULL;
	assert_int_equal(store_open(fixture->dir, mode, &store, why), error);
	assert_null(store);
	if (!strstr(why, word))
		fail_msg("\"%s\" does not say \"%s\"", why, word);
}

static void no_store_is_found_where_none_was_made(void **state)
{
	fails_to_open(*state, STORE_READ, -ENOENT, "import something");
	fails_to_open(*state, STORE_WRITE, -ENOENT, "import something");
	assert_int_equal(access(fixture_path(*state, "knead.db"), F_OK), -1);
}

static void a_store_is_made_with_the_folders_above_it(void **state)
{
	struct fixture *fixture = *state;
	char why[STORE_WHY_BYTES] = "", deep[300];
	struct store *store = NULL;
	(void)snprintf(deep, sizeof deep, "%s/a/b", fixture->dir);
	assert_int_equal(store_open(deep, STORE_CREATE, &store, why), 0);
	assert_string_equal(store_directory(store), deep);
	store_close(store);
}

static void the_database_is_as_the_design_says(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(ask_sql(fixture, "PRAGMA user_version"), store_schema_n);
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	assert_int_equal(sqlite3_open(fixture_path(fixture, "knead.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "wal");
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	/* every table is STRICT, and none has a place for a position */
	assert_int_equal(
		ask_sql(fixture, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
				 " AND name NOT LIKE 'sqlite%' AND NOT strict"),
		0);
	assert_int_equal(
		ask_sql(fixture, "SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) c"
				 " WHERE s.type = 'table' AND (c.name LIKE '%lat%itude%' OR"
				 " c.name LIKE '%lon%gitude%' OR c.name LIKE '%semicircle%')"),
		0);
}

static void the_group_may_write_and_strangers_may_not_with_the_services_umask(void **state)
{
	struct fixture *fixture = *state;
	mode_t before = umask(0007);
	fixture_open(fixture, STORE_CREATE);
	store_nudge(fixture->store);
	int lock = store_lock_import(fixture->store, false);
	(void)umask(before);
	assert_true(lock >= 0);
	(void)close(lock);
	static const char *const names[] = { "knead.db", "knead.db-wal", "import.lock", "nudge" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct stat st;
		assert_int_equal(stat(fixture_path(fixture, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0660);
	}
}

static void a_newer_version_is_refused_and_left_alone(void **state)
{
	struct fixture *fixture = *state;
	fixture->store = store_close(fixture->store);
	run_sql(fixture, "PRAGMA user_version = 1000");
	for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
		fails_to_open(fixture, mode, -EPROTO, "newer Knead");
	assert_int_equal(ask_sql(fixture, "PRAGMA user_version"), 1000);
}

static void write_over(const struct fixture *fixture, const char *text, off_t size)
{
	int fd = open(fixture_path(fixture, "knead.db"), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text, strlen(text), 0), (ssize_t)strlen(text));
	assert_int_equal(ftruncate(fd, size), 0);
	(void)close(fd);
}

static void a_file_that_is_no_database_is_named_as_damaged(void **state)
{
	struct fixture *fixture = *state;
	fixture->store = store_close(fixture->store);
	write_over(fixture, "this is not a database at all, nor ever was one", 20000);
	for (enum store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
		fails_to_open(fixture, mode, -EUCLEAN, "knead.db is damaged");
}

static void a_database_cut_in_half_is_named_as_damaged(void **state)
{
	struct fixture *fixture = *state;
	fixture->store = store_close(fixture->store);
	assert_int_equal(truncate(fixture_path(fixture, "knead.db"), 4096 * 3 + 100), 0);
	fails_to_open(fixture, STORE_READ, -EUCLEAN, "move it away");
	fails_to_open(fixture, STORE_WRITE, -EUCLEAN, "move it away");
}

static void another_programs_database_is_not_taken_over(void **state)
{
	struct fixture *fixture = *state;
	run_sql(fixture, "CREATE TABLE theirs (x)");
	fails_to_open(fixture, STORE_CREATE, -EUCLEAN, "not a database of Knead's");
	assert_int_equal(ask_sql(fixture, "SELECT count(*) FROM sqlite_schema"), 1);
	run_sql(fixture, "PRAGMA user_version = 1");
	fails_to_open(fixture, STORE_READ, -EUCLEAN, "not a database of Knead's");
	fails_to_open(fixture, STORE_CREATE, -EUCLEAN, "not a database of Knead's");
}

static void facts_are_kept_and_replaced(void **state)
{
	struct fixture *fixture = *state;
	char *value = (char *)"untouched";
	assert_int_equal(store_get_fact(fixture->store, "plug_in", &value), 0);
	assert_null(value);
	assert_int_equal(store_set_fact(fixture->store, "plug_in", "1"), 0);
	assert_int_equal(store_set_fact(fixture->store, "plug_in", "2"), 0);
	fixture_open(fixture, STORE_READ);
	assert_int_equal(store_get_fact(fixture->store, "plug_in", &value), 0);
	assert_string_equal(value, "2");
	free(value);
	assert_int_equal(store_set_fact(fixture->store, "plug_in", "3"), -EROFS);
}

static void a_rollback_takes_everything_back_and_a_commit_keeps_it(void **state)
{
	struct fixture *fixture = *state;
	char *value = NULL;
	store_rollback(fixture->store); /* in any state */
	assert_int_equal(store_begin(fixture->store), 0);
	assert_int_equal(store_begin(fixture->store), -EALREADY);
	assert_int_equal(store_set_fact(fixture->store, "a", "1"), 0);
	store_rollback(fixture->store);
	assert_int_equal(store_get_fact(fixture->store, "a", &value), 0);
	assert_null(value);
	assert_int_equal(store_begin(fixture->store), 0);
	assert_int_equal(store_set_fact(fixture->store, "a", "1"), 0);
	assert_int_equal(store_commit(fixture->store), 0);
	assert_true(store_commit(fixture->store) < 0); /* nothing to commit */
	store_release_memory(fixture->store);
	assert_int_equal(store_get_fact(fixture->store, "a", &value), 0);
	assert_string_equal(value, "1");
	free(value);
}

static void what_was_not_committed_dies_with_the_process(void **state)
{
	struct fixture *fixture = *state;
	fixture->store = store_close(fixture->store);
	for (int commit = 0; commit < 2; commit++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			struct store *store = NULL;
			char why[STORE_WHY_BYTES];
			if (store_open(fixture->dir, STORE_WRITE, &store, why) < 0 ||
				store_begin(store) < 0 || store_set_fact(store, "a", "1") < 0 ||
				(commit && store_commit(store) < 0))
				_exit(1);
			(void)kill(getpid(), SIGKILL);
		}
		int status = 0;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		fixture_open(fixture, STORE_WRITE);
		char *value = NULL;
		assert_int_equal(store_get_fact(fixture->store, "a", &value), 0);
		assert_true(commit ? value && strcmp(value, "1") == 0 : !value);
		free(value);
		fixture->store = store_close(fixture->store);
	}
}

static void readers_read_while_a_writer_writes(void **state)
{
	struct fixture *fixture = *state;
	struct store *reader = NULL;
	char why[STORE_WHY_BYTES] = "";
	assert_int_equal(store_begin(fixture->store), 0);
	assert_int_equal(store_set_fact(fixture->store, "a", "1"), 0);
	assert_int_equal(store_open(fixture->dir, STORE_READ, &reader, why), 0);
	char *value = NULL;
	assert_int_equal(store_get_fact(reader, "a", &value), 0);
	assert_null(value);
	assert_int_equal(store_commit(fixture->store), 0);
	assert_int_equal(store_get_fact(reader, "a", &value), 0);
	assert_string_equal(value, "1");
	free(value);
	store_close(reader);
}

static void the_import_lock_is_one_processes_at_a_time(void **state)
{
	struct fixture *fixture = *state;
	int first = store_lock_import(fixture->store, true);
	assert_true(first >= 0);
	assert_int_equal(store_lock_import(fixture->store, false), -EAGAIN);
	(void)close(first);
	int second = store_lock_import(fixture->store, false);
	assert_true(second >= 0);
	(void)close(second);
}

static void a_nudge_changes_the_time_of_its_file(void **state)
{
	struct fixture *fixture = *state;
	store_nudge(fixture->store);
	const char *path = fixture_path(fixture, "nudge");
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	store_nudge(fixture->store);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mtim.tv_sec > 1);
}

static enum known known_content(struct fixture *fixture, const uint8_t *hash, uint32_t version)
{
	enum known known = KNOWN_NOT;
	assert_int_equal(store_known_content(fixture->store, hash, version, &known), 0);
	return known;
}

static bool known_path(struct fixture *fixture, const struct spool_origin *origin, uint32_t version)
{
	bool known = false;
	assert_int_equal(store_known_path(fixture->store, origin, version, &known), 0);
	return known;
}

static void a_stored_file_is_known_by_content_and_by_path(void **state)
{
	struct fixture *fixture = *state;
	struct spool_file file = fixture_file(fixture);
	assert_int_equal(known_content(fixture, file.hash, 1), KNOWN_NOT);
	assert_false(known_path(fixture, &file.origin, 1));
	struct file_row row = { .file = &file, .parser_version = 1, .serial = -1 };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	assert_int_equal(known_content(fixture, file.hash, 1), KNOWN_STORED);
	assert_int_equal(known_content(fixture, file.hash, 99), KNOWN_STORED);
	assert_true(known_path(fixture, &file.origin, 99));
	struct spool_origin other = file.origin;
	other.size_bytes++;
	assert_false(known_path(fixture, &other, 1));
	other = file.origin;
	other.mtime_ns++;
	assert_false(known_path(fixture, &other, 1));
	other = file.origin;
	(void)snprintf(other.source, sizeof other.source, "folder:/x");
	assert_false(known_path(fixture, &other, 1));
	/* seen there too */
	struct spool_file again = file;
	again.origin = other;
	assert_int_equal(store_put_sighting(fixture->store, &again, 5), 0);
	assert_true(known_path(fixture, &other, 1));
	assert_true(known_path(fixture, &file.origin, 1));
	again.hash[31] = 1;
	assert_int_equal(store_put_sighting(fixture->store, &again, 5), -ENOENT);
}

static void new_content_at_an_old_path_leaves_both_known(void **state)
{
	struct fixture *fixture = *state;
	struct spool_file first = fixture_file(fixture), second = fixture_file(fixture);
	second.origin = first.origin;
	second.origin.size_bytes++;
	struct file_row row = { .file = &first, .parser_version = 1, .serial = -1 };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	row.file = &second;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	assert_true(known_path(fixture, &first.origin, 1));
	assert_true(known_path(fixture, &second.origin, 1));
}

static void a_refusal_holds_until_the_parser_is_newer(void **state)
{
	struct fixture *fixture = *state;
	struct spool_file file = fixture_file(fixture);
	struct file_row row = { .file = &file,
		.why = "unpack it first",
		.parser_version = 3,
		.imported_ms = 77,
		.serial = -1 };
	int64_t id = 0, again = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	assert_int_equal(known_content(fixture, file.hash, 3), KNOWN_REFUSED);
	assert_int_equal(known_content(fixture, file.hash, 2), KNOWN_REFUSED);
	assert_int_equal(known_content(fixture, file.hash, 4), KNOWN_NOT);
	assert_true(known_path(fixture, &file.origin, 3));
	assert_false(known_path(fixture, &file.origin, 4));
	struct refused_file *refused = NULL;
	size_t n = 0;
	assert_int_equal(store_list_refused(fixture->store, &refused, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(refused[0].path, file.origin.path);
	assert_string_equal(refused[0].why, "unpack it first");
	assert_int_equal(refused[0].at_ms, 77);
	refused_free(refused, n);
	row.why = NULL;
	row.parser_version = 4;
	assert_int_equal(store_put_file(fixture->store, &row, &again), 0);
	assert_int_equal(again, id);
	assert_int_equal(known_content(fixture, file.hash, 4), KNOWN_STORED);
	assert_int_equal(store_list_refused(fixture->store, &refused, &n), 0);
	assert_int_equal(n, 0);
	refused_free(refused, n);
}

/* The paths of all refused files, in their order, with a blank behind each; a static buffer. */
static const char *refused_paths(struct fixture *fixture)
{
	static char paths[256];
	struct refused_file *refused = NULL;
	size_t n = 0, size = 0;
	assert_int_equal(store_list_refused(fixture->store, &refused, &n), 0);
	paths[0] = '\0';
	for (size_t i = 0; i < n; i++)
		size += (size_t)snprintf(paths + size, sizeof paths - size, "%s ", refused[i].path);
	refused_free(refused, n);
	return paths;
}

static void what_could_not_be_read_is_refused_until_it_is_taken_or_forgotten(void **state)
{
	struct fixture *fixture = *state;
	static const char *const paths[] = { "a/x", "a/y", "ab", "b" };
	struct spool_file file = fixture_file(fixture);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		(void)snprintf(file.origin.path, sizeof file.origin.path, "%s", paths[i]);
		for (int64_t again = 0; again < 2; again++)
			assert_int_equal(store_put_unread(fixture->store, &file.origin, "no right",
						 (int64_t)i + 10 * again),
				0);
	}
	assert_string_equal(refused_paths(fixture), "a/x a/y ab b ");
	struct file_row row = { .file = &file, .parser_version = 1, .serial = -1 };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0); /* b could be read */
	assert_string_equal(refused_paths(fixture), "a/x a/y ab ");
	assert_int_equal(store_forget_unread(fixture->store, "elsewhere", ""), 0);
	assert_string_equal(refused_paths(fixture), "a/x a/y ab ");
	assert_int_equal(store_forget_unread(fixture->store, "import", "a"), 0);
	assert_string_equal(refused_paths(fixture), "ab ");
	assert_int_equal(store_forget_unread(fixture->store, "import", ""), 0);
	assert_string_equal(refused_paths(fixture), "");
}

static void a_refusal_is_over_when_its_place_gives_something_better(void **state)
{
	struct fixture *fixture = *state;
	struct spool_file broken = fixture_file(fixture), whole = fixture_file(fixture);
	struct file_row row = { .file = &broken, .why = "no end", .imported_ms = 5, .serial = -1 };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	row = (struct file_row) { .file = &whole, .imported_ms = 6, .serial = -1 };
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0); /* of another place */
	assert_string_equal(refused_paths(fixture), "runs/1.fit ");
	whole.hash[31] = 1;
	whole.origin = broken.origin;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	assert_string_equal(refused_paths(fixture), "");
}

int main(void)
{
#define EMPTY(test) cmocka_unit_test_setup_teardown(test, fixture_setup_empty, fixture_teardown)
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		EMPTY(no_store_is_found_where_none_was_made),
		EMPTY(a_store_is_made_with_the_folders_above_it),
		MADE(the_database_is_as_the_design_says),
		EMPTY(the_group_may_write_and_strangers_may_not_with_the_services_umask),
		MADE(a_newer_version_is_refused_and_left_alone),
		MADE(a_file_that_is_no_database_is_named_as_damaged),
		MADE(a_database_cut_in_half_is_named_as_damaged),
		EMPTY(another_programs_database_is_not_taken_over),
		MADE(facts_are_kept_and_replaced),
		MADE(a_rollback_takes_everything_back_and_a_commit_keeps_it),
		MADE(what_was_not_committed_dies_with_the_process),
		MADE(readers_read_while_a_writer_writes),
		MADE(the_import_lock_is_one_processes_at_a_time),
		MADE(a_nudge_changes_the_time_of_its_file),
		MADE(a_stored_file_is_known_by_content_and_by_path),
		MADE(new_content_at_an_old_path_leaves_both_known),
		MADE(a_refusal_holds_until_the_parser_is_newer),
		MADE(what_could_not_be_read_is_refused_until_it_is_taken_or_forgotten),
		MADE(a_refusal_is_over_when_its_place_gives_something_better),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
