/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "conf/paths.h"
#include "support/scratch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_SYSTEM "/nonexistent/lib/knead"
#define CONFIG "/etc/knead/kneadd.conf"

static void set(const char *name, const char *value)
{
	assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void expect(const char *system, const char *arg_state, const char *arg_config,
	const char *state, const char *config)
{
	struct conf_paths paths = { 0 };
	assert_int_equal(conf_paths_find_in(system, CONFIG, arg_state, arg_config, &paths), 0);
	assert_string_equal(paths.state, state);
	assert_string_equal(paths.config, config);
	assert_int_equal(paths.config_asked, arg_config != NULL);
	assert_int_equal(paths.system, strcmp(state, system) == 0);
	conf_paths_done(&paths);
}

static int clear(void **state)
{
	(void)state;
	static const char *const names[] = { "STATE_DIRECTORY", "XDG_STATE_HOME",
		"XDG_CONFIG_HOME" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		set(names[i], NULL);
	set("HOME", "/home/anna");
	return 0;
}

static void a_user_has_an_own_store(void **state)
{
	(void)state;
	expect(NO_SYSTEM, NULL, NULL, "/home/anna/.local/state/knead",
		"/home/anna/.config/knead/kneadd.conf");
	set("XDG_STATE_HOME", "/s");
	set("XDG_CONFIG_HOME", "/c");
	expect(NO_SYSTEM, NULL, NULL, "/s/knead", "/c/knead/kneadd.conf");
	set("XDG_STATE_HOME", "relative"); /* to be ignored, says the specification */
	set("XDG_CONFIG_HOME", "");
	expect(NO_SYSTEM, NULL, NULL, "/home/anna/.local/state/knead",
		"/home/anna/.config/knead/kneadd.conf");
}

static void what_was_asked_for_comes_first(void **state)
{
	(void)state;
	set("STATE_DIRECTORY", "/service");
	expect(NO_SYSTEM, "/asked", "/my.conf", "/asked", "/my.conf");
	expect(NO_SYSTEM, NULL, NULL, "/service", "/home/anna/.config/knead/kneadd.conf");
	set("STATE_DIRECTORY", "/first:/second");
	expect(NO_SYSTEM, NULL, NULL, "/first", "/home/anna/.config/knead/kneadd.conf");
}

static void the_system_store_wins_where_there_is_one(void **state)
{
	(void)state;
	struct scratch scratch;
	char system[SCRATCH_PATH_BYTES];
	scratch_init(&scratch);
	scratch_folder(&scratch, "knead");
	scratch_path(&scratch, "knead", system);
	expect(system, NULL, NULL, system, CONFIG);
	expect(system, "/own", NULL, "/own", "/home/anna/.config/knead/kneadd.conf");
	set("STATE_DIRECTORY", system); /* the service itself */
	expect(system, NULL, NULL, system, CONFIG);
	scratch_done(&scratch);
}

static void a_system_store_that_cannot_be_opened_is_not_passed_over(void **state)
{
	(void)state;
	struct scratch scratch;
	char system[SCRATCH_PATH_BYTES];
	scratch_init(&scratch);
	scratch_folder(&scratch, "knead");
	scratch_path(&scratch, "knead", system);
	assert_int_equal(chmod(system, 0), 0);
	expect(system, NULL, NULL, system, CONFIG);
	if (geteuid() != 0) { /* not even its folder can be searched */
		assert_int_equal(chmod(scratch.path, 0), 0);
		expect(system, NULL, NULL, system, CONFIG);
		assert_int_equal(chmod(scratch.path, 0755), 0);
	}
	assert_int_equal(chmod(system, 0755), 0);
	scratch_done(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_user_has_an_own_store, clear),
		cmocka_unit_test_setup(what_was_asked_for_comes_first, clear),
		cmocka_unit_test_setup(the_system_store_wins_where_there_is_one, clear),
		cmocka_unit_test_setup(
			a_system_store_that_cannot_be_opened_is_not_passed_over, clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
