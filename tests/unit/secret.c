/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/secret.h"
#include "support/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct scratch scratch;

static int set_up(void **state)
{
	(void)state;
	scratch_init(&scratch);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_done(&scratch);
	return 0;
}

static int read_file(const char *text, struct secret *ret, char *why)
{
	char path[SCRATCH_PATH_BYTES];
	scratch_write(&scratch, "s", text);
	return conf_read_secret(scratch_path(&scratch, "s", path), ret, why);
}

static void a_secret_is_one_line_without_its_end(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		const char *secret;
	} rows[] = {
		{ "tk_abc\n", 0, "tk_abc" },
		{ "tk_abc", 0, "tk_abc" },
		{ "tk_abc\r\n\n", 0, "tk_abc" },
		{ "two words \n", 0, "two words " },
		{ "", -EINVAL, NULL },
		{ "\n\n", -EINVAL, NULL },
		{ "a\nb\n", -EINVAL, NULL },
		{ "a\tb\n", -EINVAL, NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct secret secret = { .size = 0 };
		int r = read_file(rows[i].text, &secret, NULL);
		if (r != rows[i].result || (r == 0 && strcmp(secret.text, rows[i].secret) != 0))
			fail_msg("row %zu: %d", i, r);
	}
}

static void a_large_file_a_folder_and_a_missing_one_are_refused(void **state)
{
	(void)state;
	char text[SECRET_FILE_BYTES + 2], path[SCRATCH_PATH_BYTES], why[SECRET_WHY_BYTES];
	memset(text, 'x', sizeof text);
	text[SECRET_FILE_BYTES] = '\0';
	struct secret secret = { .size = 0 };
	assert_int_equal(read_file(text, &secret, why), 0);
	assert_int_equal(secret.size, SECRET_FILE_BYTES);
	text[SECRET_FILE_BYTES] = 'x';
	text[SECRET_FILE_BYTES + 1] = '\0';
	assert_int_equal(read_file(text, &secret, why), -EFBIG);
	assert_int_equal(conf_read_secret(scratch.path, &secret, why), -EISDIR);
	scratch_path(&scratch, "none", path);
	assert_int_equal(conf_read_secret(path, &secret, why), -ENOENT);
	assert_non_null(strstr(why, "/none: does not exist"));
	scratch_path(&scratch, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(conf_read_secret(path, &secret, why), -EINVAL);
}

static void a_plain_name_is_a_credential_of_the_service(void **state)
{
	(void)state;
	char why[SECRET_WHY_BYTES];
	struct secret secret = { .size = 0 };
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_int_equal(conf_read_secret("phone.secret", &secret, why), -ENOENT);
	assert_non_null(strstr(why, "LoadCredential=phone.secret"));
	scratch_write(&scratch, "phone.secret", "abc\n");
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", scratch.path, 1), 0);
	assert_int_equal(conf_read_secret("phone.secret", &secret, why), 0);
	assert_string_equal(secret.text, "abc");
	assert_int_equal(conf_read_secret("../phone.secret", &secret, why), -EINVAL);
	assert_int_equal(conf_read_secret("..", &secret, why), -EINVAL);
	assert_int_equal(conf_read_secret("", &secret, why), -EINVAL);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

static void a_file_that_everybody_can_read_is_marked(void **state)
{
	(void)state;
	char path[SCRATCH_PATH_BYTES];
	struct secret secret = { .size = 0 };
	assert_int_equal(read_file("x\n", &secret, NULL), 0);
	scratch_path(&scratch, "s", path);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(conf_read_secret(path, &secret, NULL), 0);
	assert_false(secret.world_readable);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(conf_read_secret(path, &secret, NULL), 0);
	assert_true(secret.world_readable);
}

static void keys_of_standard_webhooks_are_decoded(void **state)
{
	(void)state;
	/* "runner-massage-test-key-32bytes!", encoded by base64(1) */
	static const char key[] = "whsec_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyE=";
	struct webhook_key decoded = { .size = 0 };
	for (size_t less = 0; less < 2; less++) { /* with and without its padding */
		assert_int_equal(webhook_key_decode(key, sizeof key - 1 - less, &decoded), 0);
		assert_int_equal(decoded.size, 32);
		assert_memory_equal(decoded.bytes, "runner-massage-test-key-32bytes!", 32);
	}
	webhook_key_wipe(&decoded);
	for (size_t i = 0; i < sizeof decoded.bytes; i++)
		assert_int_equal(decoded.bytes[i], 0);
}

static void what_is_no_key_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		"whsec_",
		"whsec",
		"cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyE=",
		"WHSEC_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyE=",
		"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",               /* 23 bytes */
		"whsec_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyE==", /* too much padding */
		"whsec_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyF=",  /* bits behind the end */
		"whsec_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcy-_",  /* the other alphabet */
		"whsec_cnVubmVyLW1hc3NhZ2Ut dGVzdC1rZXktMzJieXRlcyE",
		"whsec_cnVubmVyLW1hc3NhZ2UtdGVzdC1rZXktMzJieXRlcyEx1", /* 4n + 1 letters */
		"whsec_=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};
	struct webhook_key key;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (webhook_key_decode(rows[i], strlen(rows[i]), &key) != -EINVAL)
			fail_msg("%s", rows[i]);
}

static void a_key_has_24_to_64_bytes(void **state)
{
	(void)state;
	for (size_t bytes = 20; bytes < 70; bytes++) {
		char text[128] = "whsec_";
		size_t size = (bytes * 8 + 5) / 6;
		memset(text + 6, 'A', size);
		struct webhook_key key;
		int expected = bytes >= 24 && bytes <= 64 ? 0 : -EINVAL;
		assert_int_equal(webhook_key_decode(text, 6 + size, &key), expected);
		if (expected == 0)
			assert_int_equal(key.size, bytes);
	}
}

static void a_check_names_what_would_keep_messages_from_going_out(void **state)
{
	(void)state;
	scratch_write(&scratch, "bad", "whsec_short\n");
	char text[1024], expected[1024];
	int size = snprintf(text, sizeof text,
		"[webhook a]\nurl = https://h/\nsecret_file = %s/bad\n"
		"token_file = %s/none\n[webhook b]\nurl = https://h/\nsecret_file = name\n",
		scratch.path, scratch.path);
	struct problems problems = { 0 };
	struct conf *conf = NULL;
	assert_int_equal(conf_load_text("f", text, (size_t)size, &conf, &problems), 0);
	assert_int_equal(problems.n, 0);
	char path[SCRATCH_PATH_BYTES];
	assert_int_equal(chmod(scratch_path(&scratch, "bad", path), 0640), 0);
	conf_check_secrets(conf, &problems);
	assert_int_equal(problems.n, 2);
	assert_int_equal(problems.errors, 0);
	(void)snprintf(expected, sizeof expected,
		"f:3: secret_file = %s/bad: the file must hold whsec_ and the base64 of 24 to 64 "
		"bytes",
		scratch.path);
	assert_string_equal(problems.list[0].text, expected);
	(void)snprintf(expected, sizeof expected, "f:4: token_file: %s/none: does not exist",
		scratch.path);
	assert_string_equal(problems.list[1].text, expected);
	conf_free(conf);
	problems_done(&problems);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_secret_is_one_line_without_its_end),
		IN_SCRATCH(a_large_file_a_folder_and_a_missing_one_are_refused),
		IN_SCRATCH(a_plain_name_is_a_credential_of_the_service),
		IN_SCRATCH(a_file_that_everybody_can_read_is_marked),
		cmocka_unit_test(keys_of_standard_webhooks_are_decoded),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(a_key_has_24_to_64_bytes),
		IN_SCRATCH(a_check_names_what_would_keep_messages_from_going_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
