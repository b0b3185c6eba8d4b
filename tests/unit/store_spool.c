/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/store_fixture.h"

#include "activity/activity.h"
#include "store/spool.h"
#include "util/crash.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A file with this text, open at its beginning. */
static int text_file(const struct fixture *fixture, const char *name, const char *text)
{
	int fd = open(fixture_path(fixture, name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static struct spool_origin origin_of(const char *path, int64_t size)
{
	struct spool_origin origin = {
		.source = "folder:/home/x y", .size_bytes = size, .mtime_ns = -42, .serial = 77
	};
	(void)snprintf(origin.path, sizeof origin.path, "%s", path);
	return origin;
}

/* Takes a text; returns what spool_take() returns. */
static int take(
	struct fixture *fixture, const char *text, const struct spool_origin *origin, uint8_t *hash)
{
	int fd = text_file(fixture, "source", text);
	int r = spool_take(fixture->dir, fd, origin, hash);
	(void)close(fd);
	return r;
}

static size_t entries_in(const struct fixture *fixture, const char *folder)
{
	DIR *dir = opendir(fixture_path(fixture, folder));
	size_t n = 0;
	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	(void)closedir(dir);
	return n - 2;
}

static void holds_text(int fd, const char *text)
{
	char buffer[64] = "";
	assert_true(fd >= 0);
	assert_int_equal(read(fd, buffer, sizeof buffer - 1), (ssize_t)strlen(text));
	assert_string_equal(buffer, text);
	(void)close(fd);
}

static void what_is_taken_is_listed_with_its_origin_opened_and_removed(void **state)
{
	struct fixture *fixture = *state;
	struct spool_origin origin = origin_of("GARMIN/Activity/a b\n\xFF.FIT", 3);
	uint8_t hash[HASH_BYTES] = { 0 };
	assert_int_equal(take(fixture, "abc", &origin, hash), 0);
	char hex[HASH_HEX_BYTES];
	assert_string_equal(hash_hex(hash, hex), /* FIPS 180-4 */
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	struct spool_file *files = NULL;
	size_t n = 0;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(files[0].hash, hash, HASH_BYTES);
	assert_string_equal(files[0].origin.source, origin.source);
	assert_string_equal(files[0].origin.path, origin.path);
	assert_true(files[0].origin.size_bytes == 3 && files[0].origin.mtime_ns == -42 &&
		    files[0].origin.serial == 77);
	free(files);
	holds_text(spool_open(fixture->dir, hash), "abc");
	assert_int_equal(spool_remove(fixture->dir, hash), 0);
	assert_int_equal(spool_remove(fixture->dir, hash), 0);
	assert_int_equal(entries_in(fixture, "spool"), 0);
	assert_int_equal(spool_open(fixture->dir, hash), -ENOENT);
}

static void an_origin_of_the_greatest_length_comes_back_whole(void **state)
{
	struct fixture *fixture = *state;
	struct spool_origin origin = {
		.size_bytes = INT64_C(3), .mtime_ns = INT64_MIN, .serial = -1
	};
	memset(origin.source, 's', sizeof origin.source - 1);
	memset(origin.path, 'p', sizeof origin.path - 1);
	uint8_t hash[HASH_BYTES];
	assert_int_equal(take(fixture, "abc", &origin, hash), 0);
	struct spool_file *files = NULL;
	size_t n = 0;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(&files[0].origin, &origin, sizeof origin);
	free(files);
}

static void an_empty_spool_and_none_at_all_list_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct spool_file *files = NULL;
	size_t n = 99;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 0);
	free(files);
	assert_int_equal(mkdir(fixture_path(fixture, "spool"), 0700), 0);
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 0);
	free(files);
}

static void files_are_listed_in_the_order_in_which_they_came(void **state)
{
	struct fixture *fixture = *state;
	static const char *const texts[] = { "one", "two", "three", "four", "five" };
	for (size_t i = 0; i < 5; i++) {
		struct spool_origin origin = origin_of(texts[i], (int64_t)strlen(texts[i]));
		uint8_t hash[HASH_BYTES];
		assert_int_equal(take(fixture, texts[i], &origin, hash), 0);
		(void)usleep(20000); /* ticks of the file system's clock */
	}
	struct spool_file *files = NULL;
	size_t n = 0;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(files[i].origin.path, texts[i]);
	free(files);
}

static void a_file_of_another_size_than_stated_is_not_taken(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES] = { 9 };
	for (int64_t size = 2; size <= 4; size += 2) {
		struct spool_origin origin = origin_of("x", size);
		assert_int_equal(take(fixture, "abc", &origin, hash), -ENODATA);
	}
	assert_int_equal(entries_in(fixture, "spool"), 0);
	assert_int_equal(hash[0], 9); /* outputs on success only */
	struct spool_origin unknown = origin_of("x", -1);
	assert_int_equal(take(fixture, "abc", &unknown, hash), 0);
}

static void too_large_a_file_is_refused_without_reading_it(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	int fd = text_file(fixture, "sparse", "x");
	assert_int_equal(ftruncate(fd, INT64_C(4) << 30), 0);
	struct spool_origin origin = origin_of("sparse", INT64_C(4) << 30);
	assert_int_equal(spool_take(fixture->dir, fd, &origin, hash), -EFBIG);
	origin.size_bytes = -1;
	assert_int_equal(spool_take(fixture->dir, fd, &origin, hash), -EFBIG);
	assert_int_equal(ftruncate(fd, (off_t)FILE_MAX_BYTES + 1), 0);
	assert_int_equal(spool_take(fixture->dir, fd, &origin, hash), -EFBIG);
	assert_int_equal(ftruncate(fd, (off_t)FILE_MAX_BYTES), 0);
	assert_int_equal(spool_take(fixture->dir, fd, &origin, hash), 0);
	(void)close(fd);
	assert_int_equal(entries_in(fixture, "spool"), 2); /* the file and its origin */
}

static void only_regular_files_are_taken(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin = origin_of("x", -1);
	int folder = open(fixture->dir, O_RDONLY);
	assert_int_equal(spool_take(fixture->dir, folder, &origin, hash), -EISDIR);
	(void)close(folder);
	assert_int_equal(mkfifo(fixture_path(fixture, "fifo"), 0600), 0);
	int fifo = open(fixture_path(fixture, "fifo"), O_RDWR | O_NONBLOCK);
	assert_int_equal(spool_take(fixture->dir, fifo, &origin, hash), -EINVAL);
	assert_int_equal(spool_hash(fifo, &origin, hash), -EINVAL);
	(void)close(fifo);
	assert_int_equal(entries_in(fixture, "spool"), 0);
}

static void a_hash_alone_leaves_the_file_where_it_was(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES], copied[HASH_BYTES];
	struct spool_origin origin = origin_of("x", 3);
	int fd = text_file(fixture, "source", "abc");
	assert_int_equal(spool_hash(fd, &origin, hash), 0);
	assert_int_equal(spool_take(fixture->dir, fd, &origin, copied), 0);
	assert_memory_equal(hash, copied, HASH_BYTES);
	(void)close(fd);
}

static void the_same_content_twice_is_one_file(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	struct spool_origin first = origin_of("first", 3), second = origin_of("second", 3);
	assert_int_equal(take(fixture, "abc", &first, hash), 0);
	assert_int_equal(take(fixture, "abc", &second, hash), 0);
	struct spool_file *files = NULL;
	size_t n = 0;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 1);
	free(files);
}

static void a_link_in_the_place_of_the_spool_is_not_followed(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin = origin_of("x", 3);
	assert_int_equal(symlink("/tmp", fixture_path(fixture, "spool")), 0);
	assert_true(take(fixture, "abc", &origin, hash) < 0);
}

static void parts_and_lonely_notes_are_cleared_and_strangers_left_alone(void **state)
{
	struct fixture *fixture = *state;
	static const char lonely[] =
		"spool/0000000000000000000000000000000000000000000000000000000000000000.from";
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin = origin_of("x", 3);
	assert_int_equal(take(fixture, "abc", &origin, hash), 0);
	(void)close(text_file(fixture, "spool/0123456789abcdef.part", "half"));
	(void)close(text_file(fixture, "spool/notes.txt", "a stranger's"));
	assert_int_equal(symlink("3 3 3 1 xy", fixture_path(fixture, lonely)), 0);
	struct spool_file *files = NULL;
	size_t n = 0;
	assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
	assert_int_equal(n, 1);
	free(files);
	assert_int_equal(entries_in(fixture, "spool"), 3);
	assert_int_equal(access(fixture_path(fixture, "spool/notes.txt"), F_OK), 0);
}

static void a_file_whose_note_is_lost_or_nonsense_is_listed_all_the_same(void **state)
{
	struct fixture *fixture = *state;
	static const char *const notes[] = { NULL, "x", "1 2 3", "1 2 3 99 short",
		"1 2 3 -1 negative", "99999999999999999999 2 3 0 large" };
	for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
		uint8_t hash[HASH_BYTES];
		char hex[HASH_HEX_BYTES], name[100];
		struct spool_origin origin = origin_of("x", 3);
		assert_int_equal(take(fixture, "abc", &origin, hash), 0);
		(void)snprintf(name, sizeof name, "spool/%s.from", hash_hex(hash, hex));
		assert_int_equal(unlink(fixture_path(fixture, name)), 0);
		if (notes[i])
			assert_int_equal(symlink(notes[i], fixture_path(fixture, name)), 0);
		struct spool_file *files = NULL;
		size_t n = 0;
		assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
		assert_int_equal(n, 1);
		assert_string_equal(files[0].origin.source, "spool");
		assert_string_equal(files[0].origin.path, hex);
		assert_true(files[0].origin.size_bytes == 3 && files[0].origin.serial == -1);
		free(files);
		assert_int_equal(spool_remove(fixture->dir, hash), 0);
	}
}

static void an_original_is_kept_opened_and_outlives_the_spool(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin = origin_of("x", 3);
	assert_int_equal(take(fixture, "abc", &origin, hash), 0);
	assert_int_equal(archive_open(fixture->dir, hash), -ENOENT);
	assert_int_equal(archive_keep(fixture->dir, hash), 0);
	assert_int_equal(archive_keep(fixture->dir, hash), 0); /* also when it is there */
	assert_int_equal(spool_remove(fixture->dir, hash), 0);
	assert_int_equal(archive_keep(fixture->dir, hash), 0);
	holds_text(archive_open(fixture->dir, hash), "abc");
	holds_text(spool_open(fixture->dir, hash), "abc"); /* failing that, archived */
	assert_int_equal(entries_in(fixture, "archive/ba"), 1);
	hash[0] ^= 1;
	assert_int_equal(archive_keep(fixture->dir, hash), -ENOENT);
}

static int64_t stored_at(struct fixture *fixture, const char *text, int64_t imported_ms,
	uint8_t ret_hash[HASH_BYTES])
{
	struct spool_file file = { .origin = origin_of(text, (int64_t)strlen(text)) };
	assert_int_equal(take(fixture, text, &file.origin, file.hash), 0);
	assert_int_equal(archive_keep(fixture->dir, file.hash), 0);
	assert_int_equal(spool_remove(fixture->dir, file.hash), 0);
	struct file_row row = { .file = &file,
		.archived = true,
		.parser_version = 1,
		.imported_ms = imported_ms,
		.serial = -1 };
	int64_t id = 0;
	assert_int_equal(store_put_file(fixture->store, &row, &id), 0);
	memcpy(ret_hash, file.hash, HASH_BYTES);
	return id;
}

static void originals_go_when_they_are_old_and_their_rows_stay(void **state)
{
	struct fixture *fixture = *state;
	uint8_t old[HASH_BYTES], young[HASH_BYTES];
	(void)stored_at(fixture, "old", 1000, old);
	(void)stored_at(fixture, "young", 2000, young);
	size_t n = 0;
	assert_int_equal(store_expire_archive(fixture->store, 2000, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(archive_open(fixture->dir, old), -ENOENT);
	holds_text(archive_open(fixture->dir, young), "young");
	assert_int_equal(store_expire_archive(fixture->store, 2000, &n), 0);
	assert_int_equal(n, 0);
	enum known known = KNOWN_NOT; /* the content is not taken a second time */
	assert_int_equal(store_known_content(fixture->store, old, 1, &known), 0);
	assert_int_equal(known, KNOWN_STORED);
}

static void folders_are_the_groups_too_and_hand_it_on(void **state)
{
	struct fixture *fixture = *state;
	uint8_t hash[HASH_BYTES];
	struct spool_origin origin = origin_of("x", 3);
	mode_t before = umask(0007);
	assert_int_equal(take(fixture, "abc", &origin, hash), 0);
	assert_int_equal(archive_keep(fixture->dir, hash), 0);
	(void)umask(before);
	static const char *const names[] = { "spool", "archive", "archive/ba" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct stat st;
		assert_int_equal(stat(fixture_path(fixture, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 07777, 02770);
	}
}

#ifdef KNEAD_TEST_CLOCK
/* Takes, keeps and removes a file in a child that is killed at a point. */
static void die_at(const struct fixture *fixture, enum crash_point point)
{
	int fd = text_file(fixture, "source", "abc");
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		uint8_t hash[HASH_BYTES];
		struct spool_origin origin = origin_of("x", 3);
		(void)setenv("KNEAD_CRASH_AT", crash_point_names[point], 1);
		(void)spool_take(fixture->dir, fd, &origin, hash);
		(void)archive_keep(fixture->dir, hash);
		(void)spool_remove(fixture->dir, hash);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status))
		fail_msg("never came to %s", crash_point_names[point]);
	(void)close(fd);
}

static void at_every_point_of_death_the_file_is_whole_or_not_there(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		enum crash_point point;
		unsigned spooled, archived;
	} rows[] = {
		{ CRASH_FOLDER_MADE, 0, 0 },
		{ CRASH_SPOOL_WRITTEN, 0, 0 },
		{ CRASH_SPOOL_SYNCED, 0, 0 },
		{ CRASH_SPOOL_RENAMED, 1, 0 },
		{ CRASH_ARCHIVE_LINKED, 1, 1 },
		{ CRASH_ARCHIVE_SYNCED, 1, 1 },
		{ CRASH_SPOOL_REMOVED, 0, 1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct spool_file *files = NULL;
		size_t n = 0;
		die_at(fixture, rows[i].point);
		assert_int_equal(spool_list(fixture->dir, &files, &n), 0);
		if (n != rows[i].spooled)
			fail_msg("%s: %zu files", crash_point_names[rows[i].point], n);
		if (n) {
			assert_string_equal(files[0].origin.path, "x");
			holds_text(spool_open(fixture->dir, files[0].hash), "abc");
		}
		assert_int_equal(entries_in(fixture, "archive/ba"), rows[i].archived);
		assert_int_equal(entries_in(fixture, "spool"), 2 * n); /* no part, no note */
		free(files);
	}
}
#endif

int main(void)
{
#define EMPTY(test) cmocka_unit_test_setup_teardown(test, fixture_setup_empty, fixture_teardown)
	const struct CMUnitTest tests[] = {
		EMPTY(what_is_taken_is_listed_with_its_origin_opened_and_removed),
		EMPTY(an_origin_of_the_greatest_length_comes_back_whole),
		EMPTY(an_empty_spool_and_none_at_all_list_nothing),
		EMPTY(files_are_listed_in_the_order_in_which_they_came),
		EMPTY(a_file_of_another_size_than_stated_is_not_taken),
		EMPTY(too_large_a_file_is_refused_without_reading_it),
		EMPTY(only_regular_files_are_taken),
		EMPTY(a_hash_alone_leaves_the_file_where_it_was),
		EMPTY(the_same_content_twice_is_one_file),
		EMPTY(a_link_in_the_place_of_the_spool_is_not_followed),
		EMPTY(parts_and_lonely_notes_are_cleared_and_strangers_left_alone),
		EMPTY(a_file_whose_note_is_lost_or_nonsense_is_listed_all_the_same),
		EMPTY(an_original_is_kept_opened_and_outlives_the_spool),
		cmocka_unit_test_setup_teardown(originals_go_when_they_are_old_and_their_rows_stay,
			fixture_setup, fixture_teardown),
		EMPTY(folders_are_the_groups_too_and_hand_it_on),
#ifdef KNEAD_TEST_CLOCK
		EMPTY(at_every_point_of_death_the_file_is_whole_or_not_there),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
