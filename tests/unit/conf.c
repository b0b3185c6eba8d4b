/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/conf.h"
#include "conf/template.h"
#include "conf/url.h"
#include "strain/policy.h"
#include "support/scratch.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct conf *load_text(const char *text)
{
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	int r = conf_load_text("f", text, strlen(text), &conf, &problems);
	if (r < 0)
		fail_msg("%d: %s", r, problems.n ? problems.list[0].text : "no reason");
	problems_done(&problems);
	return conf;
}

static void assert_defaults(const struct conf *conf)
{
	assert_string_equal(conf->runner.name, "runner");
	assert_int_equal(conf->runner.profile.sex, SEX_UNKNOWN);
	assert_int_equal(conf->runner.profile.birth_year, 0);
	assert_int_equal(conf->runner.profile.entries_n, 0);
	assert_string_equal(conf->runner.time_zone, "");
	assert_int_equal(conf->runner.day_start_h, 0);
	assert_int_equal(conf->runner.timing, CONF_TIMING_NOW);
	assert_int_equal(conf->runner.sensitivity, CONF_SENSITIVITY_NORMAL);
	assert_int_equal(conf->webhooks_n, 0);
	assert_int_equal(conf->folders_n, 0);
	assert_int_equal(conf->store.archive, ARCHIVE_KEEP);
}

static void everything_works_with_no_file_at_all(void **state)
{
	(void)state;
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load(NULL, false, &conf, &problems), 0);
	assert_defaults(conf);
	conf_free(conf);
	assert_int_equal(conf_load("/nonexistent/kneadd.conf", false, &conf, &problems), 0);
	assert_defaults(conf);
	conf_free(conf);
	assert_int_equal(problems.n, 0);
	assert_int_equal(conf_load("/nonexistent/kneadd.conf", true, &conf, &problems), -EBADMSG);
	assert_string_equal(problems.list[0].text, "/nonexistent/kneadd.conf: does not exist");
	problems_done(&problems);
}

static void every_key_reaches_its_field(void **state)
{
	(void)state;
	struct conf *conf = load_text(
		"[runner Änne]\nsex = Female\nbirth_year = 1985\nhr_max_bpm = 184\n"
		"hr_max_bpm = 186.5 from 2026-03-01\nhr_rest_bpm = 48\nthreshold_hr_bpm = 170\n"
		"threshold_speed_mps = 3.7\ncritical_power_w = 285\ntime_zone = Europe/Berlin\n"
		"day_start_h = 4\ntiming = morning\nsensitivity = eager\n"
		"[webhook my-phone_1]\ntype = ntfy\nurl = https://ntfy.sh/my_Topic-1\n"
		"token_file = phone.token\nevents = rest.first,alert.test  strain.weekly\n"
		"[webhook home]\nurl = http://192.168.1.5:8123/api/webhook/x;y?a=b#c\n"
		"secret_file = /etc/knead/home.secret\nallow_plain_http = yes\n"
		"[folder sync]\npath = /home/anna/Sync runs//\n[store]\narchive = 30d\n");
	const struct conf_runner *runner = &conf->runner;
	assert_string_equal(runner->name, "Änne");
	assert_int_equal(runner->profile.sex, SEX_FEMALE);
	assert_int_equal(runner->profile.birth_year, 1985);
	static const struct profile_entry entries[] = {
		{ PROFILE_HR_MAX_BPM, PROFILE_ALWAYS, 184 },
		{ PROFILE_HR_MAX_BPM, 20513, 186.5 }, /* date -d 2026-03-01 +%s / 86400 */
		{ PROFILE_HR_REST_BPM, PROFILE_ALWAYS, 48 },
		{ PROFILE_THRESHOLD_HR_BPM, PROFILE_ALWAYS, 170 },
		{ PROFILE_THRESHOLD_SPEED_MPS, PROFILE_ALWAYS, 3.7 },
		{ PROFILE_CRITICAL_POWER_W, PROFILE_ALWAYS, 285 },
	};
	assert_int_equal(runner->profile.entries_n, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(runner->profile.entries[i].key, entries[i].key);
		assert_int_equal(runner->profile.entries[i].from_day, entries[i].from_day);
		assert_near(runner->profile.entries[i].value, entries[i].value, 0);
	}
	assert_string_equal(runner->time_zone, "Europe/Berlin");
	assert_int_equal(runner->day_start_h, 4);
	assert_int_equal(runner->timing, CONF_TIMING_MORNING);
	assert_int_equal(runner->sensitivity, CONF_SENSITIVITY_EAGER);
	assert_int_equal(conf->webhooks_n, 2);
	const struct conf_webhook *phone = conf_find_webhook(conf, "my-phone_1");
	assert_non_null(phone);
	assert_int_equal(phone->type, WEBHOOK_TYPE_NTFY);
	assert_string_equal(phone->url, "https://ntfy.sh/my_Topic-1");
	assert_string_equal(phone->token_file, "phone.token");
	assert_null(phone->secret_file);
	assert_int_equal(phone->events, event_bit(EVENT_TYPE_REST_FIRST) |
						event_bit(EVENT_TYPE_ALERT_TEST) |
						event_bit(EVENT_TYPE_STRAIN_WEEKLY));
	const struct conf_webhook *home = conf_find_webhook(conf, "home");
	assert_non_null(home);
	assert_int_equal(home->type, WEBHOOK_TYPE_GENERIC);
	assert_string_equal(home->url, "http://192.168.1.5:8123/api/webhook/x;y?a=b#c");
	assert_string_equal(home->secret_file, "/etc/knead/home.secret");
	assert_true(home->allow_plain_http);
	assert_int_equal(home->events,
		event_bit(EVENT_TYPE_IMPORT_COMPLETED) | event_bit(EVENT_TYPE_MASSAGE_SUGGESTED) |
			event_bit(EVENT_TYPE_REST_FIRST) | event_bit(EVENT_TYPE_WATCH_STUCK));
	assert_int_equal(conf->folders_n, 1);
	assert_string_equal(conf->folders[0].path, "/home/anna/Sync runs");
	assert_int_equal(conf->store.archive, ARCHIVE_DAYS);
	assert_int_equal(conf->store.archive_days, 30);
	assert_null(conf_find_webhook(conf, "other"));
	conf_free(conf);
}

static void enums_of_the_settings_are_those_of_the_policy(void **state)
{
	(void)state;
	assert_int_equal(CONF_SENSITIVITY_QUIET, SENSITIVITY_QUIET);
	assert_int_equal(CONF_SENSITIVITY_NORMAL, SENSITIVITY_NORMAL);
	assert_int_equal(CONF_SENSITIVITY_EAGER, SENSITIVITY_EAGER);
	assert_int_equal(CONF_SENSITIVITY_COUNT, SENSITIVITY_COUNT);
	assert_int_equal(CONF_TIMING_NOW, TIMING_NOW);
	assert_int_equal(CONF_TIMING_MORNING, TIMING_MORNING);
	assert_int_equal(CONF_TIMING_COUNT, TIMING_COUNT);
}

static void plain_http_goes_to_loopback_only(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		bool loopback;
	} rows[] = {
		{ "http://127.0.0.1:8080/x", true },
		{ "http://127.9.8.7/", true },
		{ "http://LOCALHOST/x", true },
		{ "HTTP://[::1]:80/x", true },
		{ "http://[::2]/x", false },
		{ "http://127.1/x", false },
		{ "http://128.0.0.1/x", false },
		{ "http://126.0.0.1/x", false },
		{ "http://localhost.example/x", false },
		{ "http://127.0.0.1.example/x", false },
		{ "http://0x7f000001/x", false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct url url;
		assert_int_equal(url_parse(rows[i].url, &url, NULL), 0);
		if (url_is_loopback(&url) != rows[i].loopback)
			fail_msg("%s", rows[i].url);
	}
}

static void an_empty_value_brings_the_default_back(void **state)
{
	(void)state;
	struct conf *conf =
		load_text("[runner]\nhr_max_bpm = 180\nhr_max_bpm = 186 from 2026-01-01\n"
			  "hr_max_bpm =\nhr_max_bpm = 190\nsex = male\nsex =\n");
	assert_int_equal(conf->runner.profile.entries_n, 1);
	assert_near(conf->runner.profile.entries[0].value, 190, 0);
	assert_int_equal(conf->runner.profile.sex, SEX_UNKNOWN);
	conf_free(conf);
}

static void a_section_that_is_repeated_is_one(void **state)
{
	(void)state;
	struct conf *conf = load_text("[webhook p]\ntype = ntfy\n[store]\narchive = off\n"
				      "[webhook p]\nurl = https://ntfy.sh/t\n");
	assert_int_equal(conf->webhooks_n, 1);
	assert_int_equal(conf->webhooks[0].type, WEBHOOK_TYPE_NTFY);
	conf_free(conf);
}

/* drop-ins */

struct wanted {
	const char *key;
	char text[256];
};

static int note_origin(const struct conf_value *value, void *userdata)
{
	struct wanted *wanted = userdata;
	const char *file = value->file ? strrchr(value->file, '/') : NULL;
	if (strcmp(value->key, wanted->key) == 0)
		(void)snprintf(wanted->text, sizeof wanted->text, "%s = %s (%s:%u)", value->key,
			value->text, file ? file + 1 : "default", value->line);
	return 0;
}

static const char *origin_of(const struct conf *conf, const char *key)
{
	static struct wanted wanted;
	wanted = (struct wanted) { .key = key };
	assert_int_equal(conf_each(conf, note_origin, &wanted), 0);
	return wanted.text;
}

static void drop_ins_are_read_in_order_and_win(void **state)
{
	(void)state;
	struct scratch scratch;
	char path[SCRATCH_PATH_BYTES];
	scratch_init(&scratch);
	scratch_write(&scratch, "k.conf",
		"[runner anna]\nsex = female\nhr_max_bpm = 180\nhr_max_bpm = 186 from 2026-03-01\n"
		"[webhook p]\ntype = ntfy\nurl = https://ntfy.sh/one\n");
	scratch_write(&scratch, "k.conf.d/20-b.conf", "[webhook p]\nurl = https://ntfy.sh/three\n");
	scratch_write(&scratch, "k.conf.d/10-a.conf",
		"[webhook p]\nurl = https://ntfy.sh/two\nevents = rest.first\n"
		"[runner]\nhr_max_bpm = 182\n[webhook q]\ntype = ntfy\nurl = https://ntfy.sh/q\n");
	scratch_write(&scratch, "k.conf.d/.hidden.conf", "garbage\n");
	scratch_write(&scratch, "k.conf.d/notes.txt", "garbage\n");
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	scratch_path(&scratch, "k.conf", path);
	assert_int_equal(conf_load(path, true, &conf, &problems), 0);
	assert_int_equal(problems.n, 0);
	assert_int_equal(conf->webhooks_n, 2);
	assert_string_equal(conf->webhooks[0].url, "https://ntfy.sh/three");
	assert_int_equal(conf->webhooks[0].events, event_bit(EVENT_TYPE_REST_FIRST));
	assert_string_equal(conf->runner.name, "anna");
	assert_int_equal(conf->runner.profile.entries_n, 2);
	assert_near(conf->runner.profile.entries[0].value, 182, 0);
	assert_near(conf->runner.profile.entries[1].value, 186, 0);
	assert_string_equal(origin_of(conf, "sex"), "sex = female (k.conf:2)");
	assert_string_equal(origin_of(conf, "timing"), "timing = now (default:0)");
	assert_string_equal(origin_of(conf, "path"), "");
	conf_free(conf);
	scratch_done(&scratch);
}

static void errors_of_all_files_come_in_one_run(void **state)
{
	(void)state;
	struct scratch scratch;
	char path[SCRATCH_PATH_BYTES];
	scratch_init(&scratch);
	scratch_write(&scratch, "k.conf", "[runner anna]\nsex = x\n");
	scratch_write(&scratch, "k.conf.d/a.conf", "[runner ben]\n");
	scratch_write(&scratch, "k.conf.d/b.conf", "[runner]\nsex = y\n");
	scratch_folder(&scratch, "k.conf.d/c.conf");
	scratch_path(&scratch, "k.conf.d/d.conf", path);
	assert_int_equal(mkfifo(path, 0644), 0);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	scratch_path(&scratch, "k.conf", path);
	assert_int_equal(conf_load(path, true, &conf, &problems), -EBADMSG);
	static const char *const ends[] = {
		"/k.conf:2: sex = x: must be female, male or unknown",
		"/k.conf:1",
		"/k.conf.d/b.conf:2: sex = y: must be female, male or unknown",
		"/k.conf.d/c.conf: is a folder, not a file",
		"/k.conf.d/d.conf: is not a regular file",
	};
	assert_int_equal(problems.n, 5);
	for (size_t i = 0; i < 5; i++) {
		const char *text = problems.list[i].text;
		size_t size = strlen(text), end = strlen(ends[i]);
		if (size < end || strcmp(text + size - end, ends[i]) != 0)
			fail_msg("%s", text);
	}
	problems_done(&problems);
	scratch_done(&scratch);
}

static void a_file_without_the_right_to_read_is_an_error(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip(); /* root may read everything */
	struct scratch scratch;
	char path[SCRATCH_PATH_BYTES];
	scratch_init(&scratch);
	scratch_write(&scratch, "k.conf", "");
	scratch_path(&scratch, "k.conf", path);
	assert_int_equal(chmod(path, 0), 0);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load(path, false, &conf, &problems), -EBADMSG);
	assert_non_null(strstr(problems.list[0].text, "cannot be read: no right to"));
	problems_done(&problems);
	scratch_done(&scratch);
}

/* showing */

static void addresses_are_shown_without_what_is_secret(void **state)
{
	(void)state;
	static const struct {
		const char *url, *shown;
	} rows[] = {
		{ "https://ntfy.sh/topic", "https://ntfy.sh/…" },
		{ "https://h", "https://h" },
		{ "https://h/", "https://h/" },
		{ "https://h:8443/api/webhook/x?a=b", "https://h:8443/…" },
		{ "https://h?key=x", "https://h/…" },
		{ "http://[::1]:80/x", "http://[::1]:80/…" },
		{ "https://me:pw@h/x", "https://…" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char shown[CONF_MASKED_BYTES];
		assert_string_equal(conf_mask_url(rows[i].url, shown), rows[i].shown);
	}
}

static void the_hash_changes_with_every_setting_of_a_webhook(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"[webhook a]\nurl = https://h/t\n",
		"[webhook b]\nurl = https://h/t\n",
		"[webhook a]\nurl = https://h/u\n",
		"[webhook a]\ntype = ntfy\nurl = https://h/t\n",
		"[webhook a]\nurl = https://h/t\nsecret_file = /s\n",
		"[webhook a]\nurl = https://h/t\ntoken_file = /s\n",
		"[webhook a]\nurl = https://h/t\nevents = rest.first\n",
		"[webhook a]\nurl = https://h/t\nallow_plain_http = yes\n",
	};
	enum { N = sizeof texts / sizeof texts[0] };
	char hashes[N][HASH_HEX_BYTES], again[HASH_HEX_BYTES];
	for (size_t i = 0; i < N; i++) {
		struct conf *conf = load_text(texts[i]);
		assert_int_equal(conf_hash(&conf->webhooks[0], hashes[i]), 0);
		assert_int_equal(conf_hash(&conf->webhooks[0], again), 0);
		assert_string_equal(hashes[i], again);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hashes[i], hashes[k]);
		conf_free(conf);
	}
}

/* the shipped file */

static char *shipped_path(void)
{
	return KNEAD_SOURCE "/config/kneadd.conf";
}

static void the_shipped_file_is_the_generated_one(void **state)
{
	(void)state;
	char *generated = NULL, *shipped = NULL;
	size_t size = 0, shipped_size = 0;
	FILE *to = open_memstream(&generated, &size);
	assert_non_null(to);
	template_write(to);
	assert_int_equal(fclose(to), 0);
	FILE *from = fopen(shipped_path(), "re");
	assert_non_null(from);
	ssize_t n = getdelim(&shipped, &shipped_size, '\0', from);
	(void)fclose(from);
	if (n < 0 || strcmp(shipped, generated) != 0)
		fail_msg("config/kneadd.conf is not what the table says; "
			 "test_unit_conf --refresh writes it");
	free(shipped);
	free(generated);
}

static void the_shipped_file_changes_nothing(void **state)
{
	(void)state;
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load(shipped_path(), true, &conf, &problems), 0);
	assert_int_equal(problems.n, 0);
	assert_defaults(conf);
	conf_free(conf);
}

/* Every line with "#key = ..." is uncommented, but for the address, which is made up. */
static void every_example_of_the_shipped_file_is_right(void **state)
{
	(void)state;
	char *line = NULL, *text = NULL;
	size_t capacity = 0, size = 0, keys = 0;
	FILE *from = fopen(shipped_path(), "re"), *to = open_memstream(&text, &size);
	assert_non_null(from);
	while (getline(&line, &capacity, from) > 0) {
		bool example = line[0] == '#' && line[1] != ' ';
		keys += example && line[1] != '[';
		if (strncmp(line, "#url", 4) == 0)
			(void)fputs("url = https://ntfy.sh/one-line-changed\n", to);
		else
			(void)fputs(line + example, to);
	}
	free(line);
	(void)fclose(from);
	assert_int_equal(fclose(to), 0);
	assert_true(keys >= 17);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load_text("f", text, size, &conf, &problems), 0);
	assert_int_equal(problems.errors, 0);
	assert_int_equal(conf->webhooks_n, 1);
	assert_int_equal(conf->webhooks[0].type, WEBHOOK_TYPE_NTFY);
	assert_int_equal(conf->runner.profile.entries_n, 5);
	assert_int_equal(conf->folders_n, 1);
	conf_free(conf);
	problems_done(&problems);
	free(text);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--refresh") == 0) {
		FILE *to = fopen(shipped_path(), "we");
		if (!to)
			return 1;
		template_write(to);
		return fclose(to) ? 1 : 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_works_with_no_file_at_all),
		cmocka_unit_test(every_key_reaches_its_field),
		cmocka_unit_test(enums_of_the_settings_are_those_of_the_policy),
		cmocka_unit_test(plain_http_goes_to_loopback_only),
		cmocka_unit_test(an_empty_value_brings_the_default_back),
		cmocka_unit_test(a_section_that_is_repeated_is_one),
		cmocka_unit_test(drop_ins_are_read_in_order_and_win),
		cmocka_unit_test(errors_of_all_files_come_in_one_run),
		cmocka_unit_test(a_file_without_the_right_to_read_is_an_error),
		cmocka_unit_test(addresses_are_shown_without_what_is_secret),
		cmocka_unit_test(the_hash_changes_with_every_setting_of_a_webhook),
		cmocka_unit_test(the_shipped_file_is_the_generated_one),
		cmocka_unit_test(the_shipped_file_changes_nothing),
		cmocka_unit_test(every_example_of_the_shipped_file_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
