/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever else may write into the state folder cannot have us write somewhere else: root's `sudo knead` looks there, too.
 * Each name is a link that leads out; whatever is done, nothing comes to be there. */
#include "unit/store_fixture.h"

#include "fetch/watch_memory.h"
#include "store/backup.h"
#include "store/opening.h"
#include "store/place.h"
#include "store/spool.h"
#include "store/store_feed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define OUT "out"

static void plant(const struct fixture *fixture, const char *name, const char *target)
{
	char to[512];
	(void)mkdir(fixture_path(fixture, OUT), 0700);
	(void)unlink(fixture_path(fixture, name));
	(void)snprintf(to, sizeof to, "%s/" OUT "/%s", fixture->dir, target);
	assert_int_equal(symlink(to, fixture_path(fixture, name)), 0);
}

static void assert_nothing_is_out_there(const struct fixture *fixture)
{
	DIR *dir = opendir(fixture_path(fixture, OUT));
	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			fail_msg("%s was made", entry->d_name);
	assert_int_equal(closedir(dir), 0);
}

static void a_store_is_not_made_behind_a_link(void **state)
{
	const struct fixture *fixture = *state;
	struct store *store = NULL;
	char why[STORE_WHY_BYTES];
	plant(fixture, "knead.db", "theirs");
	assert_true(store_open(fixture->dir, STORE_CREATE, &store, why) < 0);
	assert_nothing_is_out_there(fixture);
}

static void neither_is_a_lock(void **state)
{
	const struct fixture *fixture = *state;
	plant(fixture, "import.lock", "theirs");
	plant(fixture, "daemon.lock", "theirs");
	assert_int_equal(store_lock_import_in(fixture->dir, false), -ELOOP);
	assert_int_equal(store_lock_daemon_in(fixture->dir), -ELOOP);
	assert_nothing_is_out_there(fixture);
}

static struct store *open_store(const struct fixture *fixture)
{
	struct store *store = NULL;
	char why[STORE_WHY_BYTES];
	assert_int_equal(store_open(fixture->dir, STORE_CREATE, &store, why), 0);
	return store;
}

static void a_nudge_writes_nowhere_else(void **state)
{
	const struct fixture *fixture = *state;
	struct store *store = open_store(fixture);
	plant(fixture, "nudge", "theirs");
	store_nudge(store);
	store_close(store);
	assert_nothing_is_out_there(fixture);
}

static void folders_that_are_links_are_not_entered(void **state)
{
	const struct fixture *fixture = *state;
	const uint8_t hash[HASH_BYTES] = { 1 };
	const struct spool_origin origin = { .source = "import", .size_bytes = -1 };
	uint8_t got[HASH_BYTES];
	struct store *store = open_store(fixture);
	static const char *const folders[] = { "spool", "archive", "backup", "watches", "feed" };
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		plant(fixture, folders[i], "");
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(spool_take(fixture->dir, fd, &origin, got) < 0);
	(void)close(fd);
	assert_true(archive_keep(fixture->dir, hash) < 0);
	assert_true(backups_make(store, 0) < 0);
	assert_true(watch_memory_save(fixture->dir, "watch:1", &(struct watch_memory) { 0 }) < 0);
	assert_true(store_feed_put(store, 1, hash) < 0);
	store_close(store);
	assert_nothing_is_out_there(fixture);
}

/* The name is known before: a link there is not written through. */
static void the_memory_of_a_watch_is_not_written_through_a_link(void **state)
{
	const struct fixture *fixture = *state;
	char name[WATCH_FILE_BYTES + 16], file[WATCH_FILE_BYTES];
	int fd = place_open(fixture->dir, "watches", true);
	assert_true(fd >= 0);
	(void)close(fd);
	watch_file_name("watch:1", ".new", file);
	(void)snprintf(name, sizeof name, "watches/%s", file);
	plant(fixture, name, "theirs");
	(void)watch_memory_save(fixture->dir, "watch:1", &(struct watch_memory) { 0 });
	assert_nothing_is_out_there(fixture);
}

int main(void)
{
#define EMPTY(test) cmocka_unit_test_setup_teardown(test, fixture_setup_empty, fixture_teardown)
	const struct CMUnitTest tests[] = {
		EMPTY(a_store_is_not_made_behind_a_link),
		EMPTY(neither_is_a_lock),
		EMPTY(a_nudge_writes_nowhere_else),
		EMPTY(folders_that_are_links_are_not_entered),
		EMPTY(the_memory_of_a_watch_is_not_written_through_a_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
