/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a source shows, and how an import counts it. */
#include "unit/store_fixture.h"

#include "import/job.h"
#include "import/job_rows.h"
#include "import/tree.h"

#include <errno.h>
#include <poll.h>

/* -- a folder as a source */

struct seen {
	char names[256];
};

static bool on_known(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	(void)path;
	(void)size_bytes;
	(void)mtime_ns;
	(void)userdata;
	return false;
}

static int on_file(const struct tree_file *file, void *userdata)
{
	struct seen *seen = userdata;
	size_t used = strlen(seen->names);
	(void)snprintf(seen->names + used, sizeof seen->names - used, "%s ", file->path);
	return 0;
}

static void write_text(const struct fixture *fixture, const char *name, const char *text)
{
	int fd = open(fixture_path(fixture, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
}

static void what_only_speaks_of_a_database_is_passed_over(void **state)
{
	const struct fixture *fixture = *state;
	struct devices *devices = NULL;
	struct seen seen = { "" };
	const struct tree_callbacks callbacks = {
		.on_known = on_known, .on_file = on_file, .userdata = &seen
	};
	write_text(fixture, "a.json", "{\"root\":\"TrainingCenterDatabase\"}");
	write_text(fixture, "b.txt", "a note: <TrainingCenterDatabase> is how they begin");
	write_text(fixture, "c.xml", "<TrainingCenterDatabase/>");
	write_text(fixture, "d", "\xEF\xBB\xBF\n <?xml version=\"1.0\"?><TrainingCenterDatabase/>");
	write_text(fixture, "e.tcx", "anything");
	assert_int_equal(devices_load(&devices, NULL), 0);
	assert_int_equal(tree_walk(fixture->dir, devices, &callbacks), 0);
	devices_freep(&devices);
	assert_string_equal(seen.names, "c.xml d e.tcx ");
}

/* -- counting */

static struct import_job *new_job(struct fixture *fixture, struct conf **ret_conf)
{
	static struct clock_source clock = { .fixed = true, .fixed_ms = 1700000000000 };
	struct problems problems = { 0 };
	struct import_job *job = NULL;
	/* whatever it is given, it gives no answer: every file is refused */
	assert_int_equal(setenv("KNEAD_PARSE_HELPER", "/bin/true", 1), 0);
	assert_int_equal(conf_load(NULL, false, ret_conf, &problems), 0);
	problems_done(&problems);
	assert_int_equal(import_new(fixture->store, *ret_conf, &clock, &job), 0);
	return job;
}

static void finish(struct import_job *job, struct conf *conf, struct import_result *ret)
{
	char why[STORE_WHY_BYTES] = "";
	while (import_left(job)) {
		struct pollfd fd = { .fd = import_fd(job), .events = POLLIN };
		assert_true(poll(&fd, 1, 10000) > 0);
		assert_int_equal(import_turn(job), 0);
	}
	assert_int_equal(import_finish(job, ret, why), 0);
	import_free(job);
	conf_free(conf);
}

static struct spool_file take(const struct fixture *fixture, const char *path, const char *text)
{
	struct spool_file file = { .origin = { .source = "import", .serial = -1 } };
	file.origin.size_bytes = (int64_t)strlen(text);
	(void)snprintf(file.origin.path, sizeof file.origin.path, "%s", path);
	write_text(fixture, "source", text);
	int fd = open(fixture_path(fixture, "source"), O_RDONLY);
	assert_int_equal(spool_take(fixture->dir, fd, &file.origin, file.hash), 0);
	(void)close(fd);
	return file;
}

static void what_is_looked_at_and_not_taken_is_not_found(void **state)
{
	struct fixture *fixture = *state;
	struct conf *conf = NULL;
	struct import_result result = { 0 };
	struct import_job *job = new_job(fixture, &conf);
	struct spool_origin note = { .source = "import", .path = "notes.txt", .serial = -1 };
	struct spool_origin pipe = { .source = "import", .path = "pipe.fit", .serial = -1 };
	assert_true(import_wants(job, &note));
	assert_true(import_wants(job, &note));
	assert_int_equal(import_refuse(job, &pipe, "not a regular file"), 0);
	finish(job, conf, &result);
	assert_int_equal(result.found, 1);
	assert_int_equal(result.refused_n, 1);
	import_result_done(&result);
}

static void a_file_left_behind_and_shown_again_is_one(void **state)
{
	struct fixture *fixture = *state;
	struct conf *conf = NULL;
	struct import_result result = { 0 };
	(void)take(fixture, "one.fit", "one");
	struct import_job *job = new_job(fixture, &conf); /* takes it over */
	struct spool_file one = take(fixture, "one.fit", "one");
	struct spool_file copy = take(fixture, "copy.fit", "one");
	assert_int_equal(import_add(job, &one), 0);
	assert_int_equal(import_add(job, &copy), 0);
	finish(job, conf, &result);
	assert_int_equal(result.found, 2);
	assert_int_equal(result.known, 1);
	assert_int_equal(result.refused_n, 1);
	import_result_done(&result);
}

static void add_run(struct fixture *fixture, struct import_items *items, enum file_format format)
{
	struct spool_file file = fixture_file(fixture);
	struct import_item *item = NULL;
	struct report report;
	assert_int_equal(import_items_add(items, &file, &item), 0);
	item->state = ITEM_PARSED;
	report_init(&report);
	report.format = format;
	report.kind = FILE_KIND_ACTIVITY;
	report.valid = true;
	struct report_activity *activity = report_add_activity(&report);
	assert_non_null(activity);
	*activity = fixture_run(1700000000000);
	assert_int_equal(import_items_keep(items, item, &report), 0);
	report_done(&report);
}

static void a_run_from_two_sources_is_listed_once(void **state)
{
	struct fixture *fixture = *state;
	struct conf *conf = NULL;
	struct problems problems = { 0 };
	struct import_items items = { .state_dir = fixture->dir };
	struct import_result result = { 0 };
	char why[STORE_WHY_BYTES] = "";
	assert_int_equal(conf_load(NULL, false, &conf, &problems), 0);
	problems_done(&problems);
	conf->store.archive = ARCHIVE_OFF;
	add_run(fixture, &items, FILE_FORMAT_FIT);
	add_run(fixture, &items, FILE_FORMAT_TCX);
	const struct import_writing what = {
		.store = fixture->store, .conf = conf, .now_ms = 1700000000000
	};
	assert_int_equal(import_rows_write(&what, &items, &result, why), 0);
	assert_int_equal(result.new_activities, 1);
	assert_int_equal(result.merged, 1);
	assert_int_equal(result.ids_n, 1);
	import_result_done(&result);
	import_items_done(&items);
	conf_free(conf);
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_only_speaks_of_a_database_is_passed_over,
			fixture_setup_empty, fixture_teardown),
		MADE(what_is_looked_at_and_not_taken_is_not_found),
		MADE(a_file_left_behind_and_shown_again_is_one),
		MADE(a_run_from_two_sources_is_listed_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
