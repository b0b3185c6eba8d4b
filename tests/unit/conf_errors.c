/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONE                                                                                   \
	"this machine knows no such time zone; must be one that `timedatectl list-timezones` " \
	"prints, such as Europe/Berlin"
#define EVENTS_TEXT                                                                  \
	"must be some of import.completed massage.suggested rest.first watch.stuck " \
	"strain.cleared watch.stale strain.weekly alert.test"
#define DATE "behind the number may stand only a date that exists, as in \"from 2026-03-01\""
#define NOT_A_SECRET                                                                             \
	"names the file that holds the secret, not the secret itself; must be an absolute path " \
	"or the name of a systemd credential"
#define USER                                                                                    \
	"a user and password do not belong into the address; put a token into a file and name " \
	"it with token_file"
#define TOPIC                                                                                   \
	"must be the address of an ntfy topic, https://host/topic; a topic is 1 to 64 of A-Z, " \
	"a-z, 0-9, _ and -"
#define NTFY "[webhook p]\ntype = ntfy\n"
#define HOST "behind the host stands neither a port (1 to 65535) nor a path"

/* A text, and everything that must be said about it. */
static const struct {
	const char *text, *expected;
} wrong[] = {
	{ "[runner]\nhr_max_bpm = 400\n",
		"f:2: hr_max_bpm = 400: must be beats per minute from 100 to 250" },
	{ "[runner]\nhr_max_bpm = 99.9\n",
		"f:2: hr_max_bpm = 99.9: must be beats per minute from 100 to 250" },
	{ "[runner]\nhr_max_bpm = 186 bpm\n", "f:2: hr_max_bpm = 186 bpm: " DATE },
	{ "[runner]\nhr_max_bpm = 186 from 2026-02-30\n",
		"f:2: hr_max_bpm = 186 from 2026-02-30: " DATE },
	{ "[runner]\nhr_max_bpm = 186 from 1.3.2026\n",
		"f:2: hr_max_bpm = 186 from 1.3.2026: " DATE },
	{ "[runner]\nhr_max_bpm = 186 since 2026-03-01\n",
		"f:2: hr_max_bpm = 186 since 2026-03-01: " DATE },
	{ "[runner]\nhr_rest_bpm = 24\n",
		"f:2: hr_rest_bpm = 24: must be beats per minute from 25 to 110" },
	{ "[runner]\nthreshold_hr_bpm = nan\n",
		"f:2: threshold_hr_bpm = nan: must be beats per minute from 80 to 230" },
	{ "[runner]\nthreshold_speed_mps = 4:30\n",
		"f:2: threshold_speed_mps = 4:30: "
		"must be metres per second from 1 to 8 (4:30 min/km is 3.70)" },
	{ "[runner]\nthreshold_speed_mps = 3,7\n",
		"f:2: threshold_speed_mps = 3,7: write the fraction with a point" },
	{ "[runner]\ncritical_power_w = 1e99\n",
		"f:2: critical_power_w = 1e99: must be watts from 50 to 800" },
	{ "[runner]\nsex = x\n", "f:2: sex = x: must be female, male or unknown" },
	{ "[runner]\nbirth_year = 85\n", "f:2: birth_year = 85: must be a year from 1900 to 2025" },
	{ "[runner]\nbirth_year = 1985.5\n",
		"f:2: birth_year = 1985.5: must be a year from 1900 to 2025" },
	{ "[runner]\nday_start_h = 24\n",
		"f:2: day_start_h = 24: must be a whole hour from 0 to 23" },
	{ "[runner]\ntime_zone = Mars/Olympus\n", "f:2: time_zone = Mars/Olympus: " ZONE },
	{ "[runner]\ntime_zone = Europe\n", "f:2: time_zone = Europe: " ZONE },
	{ "[runner]\ntime_zone = ../../etc/passwd\n",
		"f:2: time_zone = ../../etc/passwd: must be a time zone such as Europe/Berlin" },
	{ "[runner]\ntiming = later\n", "f:2: timing = later: must be now or morning" },
	{ "[runner]\nsensitivity = high\n",
		"f:2: sensitivity = high: must be quiet, normal or eager" },
	{ "[store]\narchive = 30\n",
		"f:2: archive = 30: must be keep, off, or a number of days from 1d to 3650d" },
	{ "[store]\narchive = 0d\n",
		"f:2: archive = 0d: must be keep, off, or a number of days from 1d to 3650d" },
	{ "[folder s]\npath = Sync\n",
		"f:2: path = Sync: must be an absolute path such as /home/anna/Sync" },
	{ "[folder s]\npath = ~/Sync\n",
		"f:2: path = ~/Sync: ~ is not replaced here; write the whole path, "
		"such as /home/anna/Sync" },
	{ "[folder s]\npath = /\n", "f:2: path = /: a whole machine is not a folder of activities; "
				    "must be a path such as /home/anna/Sync" },
	{ "[folder s]\npath = \"/x\"\n", "f:2: path = \"/x\": write the path without quotes" },
	{ "[webhook p]\ntype = slack\n", "f:2: type = slack: must be generic or ntfy" },
	{ "[webhook p]\nallow_plain_http = maybe\n",
		"f:2: allow_plain_http = maybe: must be yes or no" },
	{ "[webhook p]\nevents = rest.first, nonsense\n",
		"f:2: events = rest.first, nonsense: " EVENTS_TEXT },
	{ "[webhook p]\nevents = ,\n", "f:2: events = ,: names no event" },
	{ NTFY "url = ntfy.sh/topic\n", "f:3: url = ntfy.sh/…: an address begins with https://" },
	{ NTFY "url = mytopic\n", "f:3: url = …: an address begins with https://" },
	{ NTFY "url = ftp://ntfy.sh/topic\n",
		"f:3: url = ftp://ntfy.sh/…: an address begins with https://" },
	{ NTFY "url = \"https://ntfy.sh/topic\"\n",
		"f:3: url = …: write the address without quotes" },
	{ NTFY "url = https://ntfy.sh/to pic\n",
		"f:3: url = https://ntfy.sh/…: an address has no blanks; write them as %20" },
	{ NTFY "url = https://ntfy.sh/töpic\n",
		"f:3: url = https://ntfy.sh/…: an address is plain ASCII; write other letters as "
		"%XX" },
	{ NTFY "url = https:///topic\n",
		"f:3: url = https://…: the address names no host; it looks like "
		"https://host/path" },
	{ NTFY "url = https://ntfy.sh:99999/topic\n", "f:3: url = https://ntfy.sh:99999/…: " HOST },
	{ NTFY "url = https://ntfy.sh\\@evil.example/topic\n", "f:3: url = https://…: " USER },
	{ NTFY "url = https://me:geheim@ntfy.sh/topic\n", "f:3: url = https://…: " USER },
	{ NTFY "url = https://[::1/topic\n",
		"f:3: url = https://…: the IPv6 address has no ] at its end" },
	{ NTFY "url = https://ntfy.sh\n", "f:3: url = https://ntfy.sh: " TOPIC },
	{ NTFY "url = https://ntfy.sh/a/b\n", "f:3: url = https://ntfy.sh/…: " TOPIC },
	{ NTFY "url = https://ntfy.sh/topic?auth=abc\n", "f:3: url = https://ntfy.sh/…: " TOPIC },
	{ NTFY "url = http://ntfy.sh/topic\n",
		"f:3: url = http://ntfy.sh/…: anyone on the way could read it; must be https://, "
		"or add allow_plain_http = yes" },
	{ NTFY "url = http://127.evil.example/topic\n",
		"f:3: url = http://127.evil.example/…: anyone on the way could read it; must be "
		"https://, or add allow_plain_http = yes" },
	{ "[webhook p]\nsecret_file = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
		"f:2: secret_file = …: " NOT_A_SECRET },
	{ "[webhook p]\ntoken_file = tk_abcdef\n", "f:2: token_file = …: " NOT_A_SECRET },
	{ "[webhook p]\ntoken_file = ../x\n", "f:2: token_file = …: " NOT_A_SECRET },
	{ "[webhook]\nurl = https://h/\n", "f:1: [webhook]: needs a name, as in [webhook phone]" },
	{ "[webhook My Phone]\n",
		"f:1: [webhook My Phone]: the name must be 1 to 32 of a-z, 0-9, _ and -" },
	{ "[folder]\n", "f:1: [folder]: needs a name, as in [folder sync]" },
	{ "[store main]\n", "f:1: [store main]: has no name; write [store]" },
	{ "[runner anna]\n[store]\n[runner ben]\nsex = male\n",
		"f:3: [runner ben]: a second runner; there can be only one for now, and it stands "
		"in f:1" },
	{ "[runner]\n\n[runner]\n",
		"f:3: [runner]: a second runner; there can be only one for now, and it stands in "
		"f:1" },
	{ "[store]\narchive = off\narchive = keep\n",
		"f:3: archive = keep: given twice; the first is in line 2" },
	{ "[runner]\nhr_max_bpm = 186 from 2026-03-01\nhr_max_bpm = 187 from 2026-03-01\n",
		"f:3: hr_max_bpm = 187 from 2026-03-01: given twice; the first is in line 2" },
	{ "sex = male\n", "f:1: sex: a value before the first [section]" },
	{ "[store]\narchive = ke\x1b[31mep\n", "f:2: the line holds a control character" },
};

/* Odd, but usable. */
static const struct {
	const char *text, *expected;
} odd[] = {
	{ "[runner]\nhr_max = 186\n",
		"f:2: hr_max: unknown key in [runner], left out; did you mean hr_max_bpm?" },
	{ "[runner]\nheart_rate = 186\n", "f:2: heart_rate: unknown key in [runner], left out" },
	{ "[runner]\nhr_maxbpm = 186\n",
		"f:2: hr_maxbpm: unknown key in [runner], left out; did you mean hr_max_bpm?" },
	{ "[runner]\nHR-Max-BPM = 186\n",
		"f:2: HR-Max-BPM: unknown key in [runner], left out; did you mean hr_max_bpm?" },
	{ "[runner]\nurl = https://h/secret\n",
		"f:2: url: unknown key in [runner], left out; it belongs into [webhook]" },
	{ "[runner]\nsexe = f\n",
		"f:2: sexe: unknown key in [runner], left out; did you mean sex?" },
	{ "[webhok phone]\nurl = https://h/secret\n",
		"f:1: [webhok phone]: unknown section, left out; did you mean [webhook]?" },
	{ "[mail]\nx = y\n", "f:1: [mail]: unknown section, left out" },
	{ "[webhook g]\nurl = https://h/secret\n",
		"f:2: url = https://h/…: messages are not signed, because there is no "
		"secret_file" },
	{ NTFY "url = https://ntfy.sh/t\nsecret_file = /x\n",
		"f:4: secret_file = /x: not used: messages to ntfy are not signed" },
	{ NTFY "token_file = /x\n", "f:1: [webhook p]: left out, because it has no url" },
	{ "[folder s]\n", "f:1: [folder s]: left out, because it has no path" },
	{ "[folder a]\npath = /x/\n[folder b]\npath = /x\n",
		"f:4: path = /x: the same folder as [folder a]" },
	{ "[runner]\nhr_max_bpm = 120\nhr_rest_bpm = 100\n",
		"f:3: hr_rest_bpm = 100: less than 30 below hr_max_bpm = 120; heart rates give no "
		"load then" },
};

static void says(const char *text, int expected_result, const char *expected)
{
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	int r = conf_load_text("f", text, strlen(text), &conf, &problems);
	const char *first = problems.n ? problems.list[0].text : "nothing";
	if (r != expected_result || problems.n != 1 || strcmp(first, expected) != 0)
		fail_msg("%s\ngave %d and %zu problems, the first\n%s\nexpected\n%s", text, r,
			problems.n, first, expected);
	assert_int_equal(conf != NULL, r == 0);
	conf_free(conf);
	problems_done(&problems);
}

static void a_wrong_line_is_refused_with_what_would_be_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		says(wrong[i].text, -EBADMSG, wrong[i].expected);
}

static void an_odd_line_is_named_and_the_rest_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		says(odd[i].text, 0, odd[i].expected);
}

static void all_errors_come_in_one_run(void **state)
{
	(void)state;
	static const char text[] =
		"[webhook p]\ntype = slack\nurl = nowhere\n[runner]\nsex = x\n"
		"birth_year = 1\nhr_max_bpm = 1\n[folder]\n[store]\narchive = x\n";
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load_text("f", text, sizeof text - 1, &conf, &problems), -EBADMSG);
	assert_int_equal(problems.errors, 7);
	assert_int_equal(problems.n, 7);
	problems_done(&problems);
}

static void a_flood_of_problems_is_counted_but_not_kept(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	for (size_t i = 0; i < 5000; i++)
		(void)fputs("garbage\n", to);
	assert_int_equal(fclose(to), 0);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load_text("f", text, size, &conf, &problems), -EBADMSG);
	assert_int_equal(problems.errors, 5000);
	assert_int_equal(problems.n, PROBLEMS_MAX);
	problems_done(&problems);
	free(text);
}

static void too_many_sections_and_values_are_refused(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	for (size_t i = 0; i <= CONF_SECTIONS_MAX; i++)
		(void)fprintf(to, "[folder f%zu]\npath = /f%zu\n", i, i);
	(void)fputs("[runner]\n", to);
	for (size_t i = 0; i <= PROFILE_MAX_ENTRIES; i++)
		(void)fprintf(to, "hr_max_bpm = 186 from 19%02zu-01-01\n", i);
	assert_int_equal(fclose(to), 0);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load_text("f", text, size, &conf, &problems), -EBADMSG);
	assert_int_equal(problems.n, 2);
	assert_string_equal(problems.list[0].text,
		"f:65: [folder f32]: too many sections [folder ...]; there can be 32");
	assert_string_equal(problems.list[1].text, "f:132: hr_max_bpm = 186 from 1964-01-01: too "
						   "many dated values; there can be 64 in "
						   "all");
	problems_done(&problems);
	free(text);
}

static void no_secret_is_ever_repeated(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"[webhook p]\nurl = https://user:geheim@h/x\n",
		"[webhook p]\nurl = https://user:ge/geheim@h/x\n",
		"[webhook p]\nurl = http://h.example/geheim\n",
		"[webhook p]\nurl = https://h.example/geheim\n",
		"[webhook p]\nurl = https://h.example?geheim\n",
		"[webhook p]\nurl = https://h.example#geheim\n",
		"[webhook p]\nurl = //h.example/geheim\n",
		"[webhook p]\nurl = h.example?geheim\n",
		"[webhook p]\nurl = geheim\n",
		"[webhook p]\nurl = geheim@h.example\n",
		"[webhook p]\nurl = htps://geheim\n",
		"[webhook p]\nuurl = https://h/geheim\n",
		"[webhok p]\nurl = https://h/geheim\n",
		"[webhook p]\nsecret_file = whsec_geheim\n",
		"[webhook p]\nsecret_file = geheim+/=\n",
		"[webhook p]\nhttps://h/geheim?a=b\n",
		"[webhook p]\ngeheim\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct problems problems = { 0 };
		struct conf *conf = NULL;
		(void)conf_load_text("f", texts[i], strlen(texts[i]), &conf, &problems);
		assert_true(problems.n > 0);
		for (size_t k = 0; k < problems.n; k++)
			if (strstr(problems.list[k].text, "geheim"))
				fail_msg("%s", problems.list[k].text);
		conf_free(conf);
		problems_done(&problems);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_line_is_refused_with_what_would_be_right),
		cmocka_unit_test(an_odd_line_is_named_and_the_rest_holds),
		cmocka_unit_test(all_errors_come_in_one_run),
		cmocka_unit_test(a_flood_of_problems_is_counted_but_not_kept),
		cmocka_unit_test(too_many_sections_and_values_are_refused),
		cmocka_unit_test(no_secret_is_ever_repeated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
