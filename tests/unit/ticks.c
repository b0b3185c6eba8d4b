/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The morning and evening looks under a clock that is not what it was. */
#include "unit/store_fixture.h"

#include "kneadd/ticks.h"

#include "base/num.h"
#include "util/log.h"

#define AN_HOUR_MS 3600000LL
#define START_MS (1778968800000LL) /* 2026-05-16T22:00:00Z */

struct world {
	struct fixture *fixture;
	struct conf *conf;
	struct clock_source clock;
	sd_event *event;
	struct ticks *ticks;
};

static void on_said(void *userdata)
{
	(void)userdata;
}

static void begin(struct world *world, void **state)
{
	struct problems problems = { 0 };
	*world = (struct world) { .fixture = *state,
		.clock = { .fixed = true, .fixed_ms = START_MS } };
	assert_int_equal(conf_load(NULL, false, &world->conf, &problems), 0);
	problems_done(&problems);
	assert_true(sd_event_new(&world->event) >= 0);
	assert_int_equal(ticks_new(world->event, world->fixture->store, world->conf, &world->clock,
				 on_said, NULL, &world->ticks),
		0);
}

static void end(struct world *world)
{
	world->ticks = ticks_free(world->ticks);
	sd_event_unref(world->event);
	conf_free(world->conf);
}

static int64_t last_look_s(const struct world *world)
{
	char *text = NULL;
	int64_t last_s = 0;
	assert_int_equal(store_get_fact(world->fixture->store, "last_tick_s", &text), 0);
	assert_non_null(text);
	assert_int_equal(num_int(text, strlen(text), 0, INT64_MAX, &last_s), 0);
	free(text);
	return last_s;
}

/* Looks `hours` after the beginning; returns how many lines the log got that speak of the clock. */
static int lines_about_the_clock(struct world *world, int64_t hours)
{
	const char *path = fixture_path(world->fixture, "log");
	(void)fflush(stderr);
	int kept = dup(STDERR_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(kept >= 0 && fd >= 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	world->clock.fixed_ms = START_MS + hours * AN_HOUR_MS;
	ticks_check(world->ticks, world->conf);
	(void)fflush(stderr);
	assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	char text[4096] = "";
	ssize_t size = pread(fd, text, sizeof text - 1, 0);
	assert_true(size >= 0);
	(void)close(kept);
	(void)close(fd);
	int n = 0;
	for (const char *at = text; (at = strstr(at, "the clock was set back")); at++)
		n++;
	return n;
}

static void a_clock_set_back_a_day_is_said_once_and_waited_for(void **state)
{
	struct world world;
	begin(&world, state);
	assert_int_equal(lines_about_the_clock(&world, 12), 0);
	int64_t last_s = last_look_s(&world);
	assert_int_equal(last_s, (START_MS + 12 * AN_HOUR_MS) / 1000);
	assert_int_equal(lines_about_the_clock(&world, -12), 1);
	assert_int_equal(lines_about_the_clock(&world, 0), 0);
	assert_int_equal(last_look_s(&world), last_s);
	assert_int_equal(lines_about_the_clock(&world, 36), 0);
	assert_int_equal(last_look_s(&world), (START_MS + 36 * AN_HOUR_MS) / 1000);
	end(&world);
}

static void after_a_start_in_a_far_year_the_looks_go_on_from_the_right_one(void **state)
{
	struct world world;
	begin(&world, state);
	assert_int_equal(lines_about_the_clock(&world, 24 * 3650), 0);
	assert_int_equal(lines_about_the_clock(&world, 1), 1);
	assert_int_equal(last_look_s(&world), (START_MS + HOUR_MS) / 1000);
	assert_int_equal(lines_about_the_clock(&world, 25), 0);
	assert_int_equal(last_look_s(&world), (START_MS + 25 * AN_HOUR_MS) / 1000);
	end(&world);
}

int main(void)
{
	log_open("kneadd");
#define MADE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		MADE(a_clock_set_back_a_day_is_said_once_and_waited_for),
		MADE(after_a_start_in_a_far_year_the_looks_go_on_from_the_right_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
